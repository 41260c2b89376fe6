"""What can be read from: every adapter and recipe that is installed, as it describes itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import marshmallow
from marshmallow import Schema, fields

from context_sidecar import plugins
from context_sidecar.core.adapter import Adapter
from context_sidecar.core.durations import spelled
from context_sidecar.core.lookups import Offer
from context_sidecar.settings import (
    Address,
    Duration,
    Expression,
    LocalPath,
    SecretText,
    TimeZone,
    Variants,
)

_KINDS: tuple[tuple[type, str], ...] = (
    (SecretText, "secret"),
    (Address, "address"),
    (Expression, "JMESPath"),
    (Duration, "duration"),
    (TimeZone, "time zone"),
    (LocalPath, "file"),
    (Variants, "mapping by type"),
    (fields.Boolean, "yes or no"),
    (fields.Integer, "whole number"),
    (fields.Number, "number"),
    (fields.String, "text"),
    (fields.List, "list"),
    (fields.Dict, "mapping"),
    (fields.Nested, "mapping"),
)
"""What a setting is called by the class of its field: the first that fits."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that an admin enters: what kind it is, what it is where nobody says (as JSON
    writes it; empty where somebody has to, or where it is then left out), what it means."""

    name: str
    kind: str
    required: bool
    default: str
    choices: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An adapter, or a recipe.

    `sign_in`, `scope`, `limits` and `quirks` are what it says under its headings, `summary` what
    comes before. `lookups` are those it has whatever its settings are; without any they are
    declared.
    """

    name: str
    family: str
    system: str
    recipe: bool
    summary: str
    lookups: tuple[Offer, ...]
    lists_accounts: bool
    knows_records: bool
    sign_in: str
    scope: str
    limits: str
    quirks: str
    settings: tuple[Setting, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def entries() -> list[Entry]:
    """Return all that there are, by family and name.

    Raises:
        ConfigurationError: a recipe has mistakes.
    """
    found = map(entry, plugins.names(plugins.ADAPTERS))
    return sorted(found, key=lambda one: (one.family.casefold(), one.name))


def entry(name: str) -> Entry:
    """Return the one called *name*.

    Raises:
        KeyError: there is none.
        ConfigurationError: it is a recipe with mistakes.
    """
    kind, said = plugins.adapter(name), _headings(plugins.about(name))
    summary = said[""]
    return Entry(
        name=name,
        family=kind.family.value,
        system=kind.label or re.split(r"[:.,]\s", summary + " ", maxsplit=1)[0],
        recipe=plugins.is_recipe(plugins.names(plugins.ADAPTERS)[name]),
        summary=summary,
        lookups=kind.offers(),
        lists_accounts=kind.accounts is not Adapter.accounts,
        knows_records=kind.record is not Adapter.record,
        sign_in=said.get("Auth", ""),
        scope=said.get("Scope", ""),
        limits=said.get("Limits", ""),
        quirks=said.get("Quirks", ""),
        settings=tuple(_settings(kind.Settings())),
    )


def _headings(about: str) -> Mapping[str, str]:
    """Return each paragraph of what an adapter says by its heading, what comes first by none; each
    in one line. An example of settings, which may follow, is none of them."""
    prose = re.split(r"^ +settings:\n", about, maxsplit=1, flags=re.MULTILINE)[0]
    parts = re.split(r"^(Auth|Scope|Limits|Quirks)  +(?=\S)", prose, flags=re.MULTILINE)
    named = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {name: " ".join(text.split()) for name, text in {"": parts[0], **named}.items()}


def _settings(schema: Schema) -> Iterator[Setting]:
    for name, field in schema.load_fields.items():
        yield Setting(
            name=name,
            kind=next((word for kind, word in _KINDS if isinstance(field, kind)), "value"),
            required=field.required,
            default=_default(field.load_default),
            choices=_choices(field),
            description=str(field.metadata.get("description", "")),
        )


def _default(value: Any) -> str:
    if callable(value):
        value = value()
    if value is marshmallow.missing or value is None:
        return ""
    return spelled(value) if isinstance(value, timedelta) else json.dumps(value, default=str)


def _choices(field: fields.Field[Any]) -> tuple[str, ...]:
    """What a setting may be, where that is a list."""
    for check in field.validators:
        if isinstance(check, marshmallow.validate.OneOf):
            return tuple(map(str, check.choices))
    return ()
