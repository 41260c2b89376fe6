"""An install as a form: what there is to enter, made from the schemas that `sidecar.yaml` is read
by; and back, what was entered as `sidecar.yaml` would say it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from marshmallow import Schema, fields
from marshmallow.fields import Field

from context_sidecar.core.configuration import Configuration
from context_sidecar.core.errors import Mistake
from context_sidecar.core.host import Host
from context_sidecar.settings import SecretText

PREVIOUS = "previous_"
_CHOSEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to enter.

    `name` is the setting's. `kind` is `line`, `text` (several lines), `lines` (one entry a line),
    `switch`, or `secret`. `value` is what is entered so far, never a secret; of one that is kept
    already `is_kept` says so. `choose` says that we may make the secret, because the tool is told
    ours. `mistake` says what is wrong with what was entered.
    """

    name: str
    label: str
    about: str
    kind: str
    value: str = ""
    required: bool = False
    is_kept: bool = False
    choose: bool = False
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """What a form says: the install as `sidecar.yaml` would declare it, and the secrets that were
    made for it, to be shown once."""

    declared: dict[str, Any] = field(repr=False)
    made: dict[str, str] = field(repr=False)


def inputs(
    host: type[Host], declared: Mapping[str, Any], mistakes: Collection[Mistake], way: str
) -> Iterator[Input]:
    """Give what there is to enter of a host's settings. The secret before the current one is not
    entered: it comes there when the current one is replaced.

    Args:
        host: the kind of tool.
        declared: what is entered, or kept, so far.
        mistakes: what is wrong with it.
        way: the dotted way to the install, by which mistakes are told.
    """
    kept = declared.get("settings", {})
    for name, setting in _settings(host):
        if name.startswith(PREVIOUS):
            continue
        value = kept.get(name)
        kind = _kind(setting)
        yield Input(
            name=name,
            label=name.replace("_", " ").capitalize(),
            about=str(setting.metadata.get("description", "")),
            kind=kind,
            value="" if kind == "secret" else _text(value, kind, setting),
            required=setting.required,
            is_kept=kind == "secret" and bool(value),
            choose=kind == "secret" and bool(setting.metadata.get("chosen")),
            mistake=said_of(f"{way}.settings.{name}", mistakes),
        )


def said_of(path: str, mistakes: Collection[Mistake]) -> str:
    """Return what is said to be wrong at *path*, and below it."""
    found = [
        f"{each.expected}. {each.hint}".strip()
        for each in mistakes
        if each.path == path or each.path.startswith((f"{path}.", f"{path}["))
    ]
    return " ".join(text[:1].upper() + text[1:] for text in found)


def entered(
    host: type[Host], name: str, form: Mapping[str, str], kept: Mapping[str, Any]
) -> Entered:
    """Return what *form* says of an install of the kind *host*, which is called *name*.

    A secret that is left empty stays as it is *kept*. One that is entered anew moves the one before
    to where the tool's change-over expects it, so that both are accepted.
    """
    before = kept.get("settings", {})
    settings: dict[str, Any] = {}
    made: dict[str, str] = {}
    names = [each for each, _ in _settings(host)]
    for setting_name, setting in _settings(host):
        kind, text = _kind(setting), form.get(f"settings.{setting_name}", "").strip()
        if kind == "secret" and form.get(f"make.{setting_name}"):
            text = made[setting_name] = secrets.token_urlsafe(_CHOSEN_BYTES)
        if kind == "secret" and not text:
            text = before.get(setting_name, "")
        if kind == "switch":
            settings[setting_name] = bool(text)
        elif text:
            settings[setting_name] = _value(text, kind, setting)
    for each in names:
        older = f"{PREVIOUS}{each}"
        changed = each in before and settings.get(each) != before[each]
        if changed and older in names:
            settings[older] = before[each]
    return Entered(_declared(name, form, settings), made)


def without_previous(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return *declared* without the secrets before the current ones, once a tool has changed."""
    settings = {
        name: value
        for name, value in declared.get("settings", {}).items()
        if not name.startswith(PREVIOUS)
    }
    return {**declared, "settings": settings}


def roles(configuration: Configuration) -> list[str]:
    """Return every role that a card or a field is for."""
    cards = {role for card in configuration.cards.values() for role in card.audience}
    values = {role for field in configuration.fields.values() for role in field.audience}
    return sorted(cards | values)


def _declared(name: str, form: Mapping[str, str], settings: dict[str, Any]) -> dict[str, Any]:
    declared: dict[str, Any] = {"host": name}
    for part in ("label", "source"):
        if text := form.get(part, "").strip():
            declared[part] = text
    if origins := form.get("origins", "").split():
        declared["origins"] = origins
    if chosen := [key.removeprefix("role.") for key in form if key.startswith("role.")]:
        declared["roles"] = sorted(chosen)
    if settings:
        declared["settings"] = settings
    return declared


def _settings(host: type[Host]) -> Iterator[tuple[str, Field[Any]]]:
    schema = host.Settings()
    assert isinstance(schema, Schema)
    yield from schema.load_fields.items()


def _kind(setting: Field[Any]) -> str:
    match setting:
        case _ if setting.metadata.get("long"):
            return "text"
        case SecretText():
            return "secret"
        case fields.Boolean():
            return "switch"
        case fields.List():
            return "lines"
        case fields.String() | fields.Integer() | fields.Float() | fields.Date():
            return "line"
    return "text"


def _text(value: Any, kind: str, setting: Field[Any]) -> str:
    """Return *value* as it stands in an input."""
    if kind == "switch":
        return "on" if (setting.load_default is True if value is None else value) else ""
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(map(str, value))
    if isinstance(value, Mapping):
        return yaml.safe_dump(dict(value), allow_unicode=True, sort_keys=False)
    return str(value)


def _value(text: str, kind: str, setting: Field[Any]) -> Any:
    """Return what *text* in an input says. What is wrong with it is for the schema to tell."""
    if kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if isinstance(setting, fields.Integer | fields.Float):
        return int(text) if re.fullmatch(r"-?[0-9]{1,20}", text) else text
    if isinstance(setting, fields.Mapping | fields.Nested):
        try:
            return yaml.safe_load(text)
        except yaml.YAMLError:
            return text
    return text.replace("\r\n", "\n")
