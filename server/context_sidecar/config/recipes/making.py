"""From a recipe's file to an adapter: read, shaped, tried with its own examples, made a class."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, post_load

from context_sidecar.config.document import read
from context_sidecar.config.explain import explain
from context_sidecar.config.findings import Findings
from context_sidecar.config.parts.limits import limits_of
from context_sidecar.config.places import Way
from context_sidecar.config.recipes.declared import STAND_IN, RecipeSchema, field_of
from context_sidecar.config.recipes.filling import filled
from context_sidecar.core.adapter import Adapter
from context_sidecar.core.hints import did_you_mean


class _AsWritten(dict[str, str]):
    """An environment in which every placeholder stands for itself."""

    def get(self, name: str, default: Any = None) -> Any:
        return f"${{{name}}}"


class _Entered(Schema):
    """What an admin entered, which loads as the settings of the recipe's language."""

    _language: ClassVar[type[Adapter]]
    _template: ClassVar[Mapping[str, Any]]

    @post_load
    def _fill(self, data: dict[str, Any], **kwargs: Any) -> Mapping[str, Any]:
        added = {name: data.pop(name) for name in self._language.grows}
        try:
            loaded = dict(self._language.Settings().load(filled(self._template, data)))
        except ValidationError as error:
            refused = "; ".join(_flat(error.messages))
            raise ValidationError(f"the recipe can do nothing with these ({refused})") from None
        return loaded | {name: loaded[name] | more for name, more in added.items()}


Languages = Mapping[str, Callable[[], type[Adapter]]]
"""The adapters whose settings a recipe may be written in, by their names."""


def adapter_of(file: Path, languages: Languages) -> type[Adapter]:
    """Return the adapter that the recipe in *file*, written in one of *languages*, is.

    Raises:
        ConfigurationError: it has mistakes; all of them.
    """
    findings = Findings(read(file, _AsWritten()))
    language = _language(findings, languages)
    said = _shaped(findings, language)
    _check_places(findings, language, said)
    declared = _fields(findings, said)
    _check_ways(findings, said, declared)
    findings.close()
    kind, template = languages[language](), findings.document.data[language]
    tried = _try(findings, kind, (language,), filled(template, _examples(said, declared)))
    findings.close()
    name = "".join(part.capitalize() for part in file.stem.split("_"))
    place = {"__module__": f"{file.parent.name}.{file.stem}"}
    growing = {one: kind.Settings().load_fields[one] for one in kind.grows}
    settings = {"__qualname__": f"{name}.Settings", "_language": kind, "_template": template}
    members = {
        "__doc__": said["about"],
        "label": said["label"],
        "family": said["family"],
        "account_keys": said["account_keys"],
        "asked_by": said["asked_by"],
        "ready": said["ready"],
        "ready_by_name": False,
        "example": {},
        "limits": limits_of(said["limits"], kind.limits),
        "Settings": type("Settings", (_Entered,), {**growing, **declared, **settings, **place}),
    }
    return type(name, (kind,), {**members, **place, **kind.known_by(tried)})


def _language(findings: Findings, languages: Collection[str]) -> str:
    """Return the key below which the language's settings stand."""
    data = findings.document.data
    known = [*RecipeSchema().fields, *languages]
    spoken = [key for key in data if key in languages] if isinstance(data, dict) else []
    for key in spoken[1:]:
        findings.mistake((key,), "expected one language", at_key=True)
    if not spoken:
        findings.mistake(("rest",), "this key is missing", "Declare the API below `rest`.")
        for key in data if isinstance(data, dict) else ():
            if key not in known:
                findings.mistake((key,), "unknown key", did_you_mean(key, known), at_key=True)
    findings.close()
    return str(spoken[0])


def _shaped(findings: Findings, language: str) -> Mapping[str, Any]:
    """Return what the recipe says beside its language's settings."""
    schema = RecipeSchema()
    data = {key: part for key, part in findings.document.data.items() if key != language}
    try:
        loaded: Mapping[str, Any] = schema.load(data)
    except ValidationError as error:
        explain(findings, schema, error.messages, ())
        findings.close()
        raise
    return loaded


def _check_places(findings: Findings, language: str, said: Mapping[str, Any]) -> None:
    """Every place names a setting, and every setting has a place."""
    used = set()
    for way, origins in findings.document.origins.items():
        for name in (origin[2:-1] for origin in origins if way[0] == language):
            used.add(name)
            if name not in said["settings"]:
                hint = did_you_mean(name, said["settings"])
                findings.mistake(way, f"expected a setting that is declared, not {name}", hint)
    for name in said["settings"]:
        if name not in used:
            findings.mistake(("settings", name), "expected a place that it fills", at_key=True)


def _fields(findings: Findings, said: Mapping[str, Any]) -> dict[str, fields.Field[Any]]:
    """Return the fields of the declared settings, whose examples and defaults fit them."""
    declared = {name: field_of(setting) for name, setting in said["settings"].items()}
    for name, field in declared.items():
        for key in ("example", "default"):
            if key in said["settings"][name]:
                _try_field(findings, field, ("settings", name, key))
    return declared


def _check_ways(
    findings: Findings, said: Mapping[str, Any], declared: Mapping[str, fields.Field[Any]]
) -> None:
    """What it can be asked by is said in settings that there are, and that fit."""
    for key, settings in said["asked_by"].items():
        for name in settings:
            way = ("asked_by", key, name)
            if name in declared:
                _try_field(findings, declared[name], way)
            else:
                hint = did_you_mean(name, declared)
                findings.mistake(way, "expected a setting that is declared", hint, at_key=True)


def _try_field(findings: Findings, field: fields.Field[Any], way: Way) -> None:
    value = findings.document.at(way)
    if value == "" and way[-1] == "default":
        return
    try:
        field.deserialize(value)
    except ValidationError as error:
        explain(findings, field, error.messages, way)


def _examples(said: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    examples = {name: part.get("example", STAND_IN) for name, part in said["settings"].items()}
    return {name: declared[name].deserialize(value) for name, value in examples.items()}


def _try(findings: Findings, kind: type[Adapter], way: Way, data: Any) -> Mapping[str, Any]:
    """Load *data*, the language's settings as an example fills them, which stand at *way*."""
    schema: Schema = kind.Settings()
    try:
        loaded: Mapping[str, Any] = schema.load(data)
    except ValidationError as error:
        explain(findings, schema, error.messages, way)
        if not findings.any:
            findings.mistake(way, "expected other settings")
        return {}
    return loaded


def _flat(messages: Any, way: str = "") -> Iterator[str]:
    match messages:
        case dict():
            for name, inner in messages.items():
                yield from _flat(inner, f"{way}.{name}" if way else str(name))
        case list():
            for inner in messages:
                yield from _flat(inner, way)
        case _:
            yield f"{way}: {messages}"
