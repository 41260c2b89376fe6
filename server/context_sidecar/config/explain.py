"""From marshmallow's errors to findings with their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, fields

from context_sidecar.config.findings import Findings
from context_sidecar.config.places import SecretPlace, Way, shown
from context_sidecar.core.hints import did_you_mean, nearest
from context_sidecar.settings import SecretText, Variants

Part = Schema | fields.Field[Any] | None

_OTHER_FORM = "expected another form of text"

_PHRASES: Mapping[str, str] = MappingProxyType(
    {
        "Missing data for required field.": "this key is missing",
        "Field may not be null.": "expected a value",
        "Shorter than minimum length 1.": "expected at least one",
        "Invalid input type.": "expected a mapping",
        "Not a valid mapping type.": "expected a mapping",
        "Not a valid list.": "expected a list",
        "Not a valid string.": "expected a text",
        "Not a valid integer.": "expected a whole number",
        "Not a valid boolean.": "expected true or false",
        "String does not match expected pattern.": _OTHER_FORM,
    }
)


_WHOLE = "_schema"
"""The name under which marshmallow tells of a mapping as a whole."""


def explain(findings: Findings, part: Part, messages: Any, way: Way) -> None:
    """Note what marshmallow's *messages* say about *part* of a schema, whose data is at *way*."""
    part = _resolved(part, findings.document.at(way))
    if isinstance(messages, str):
        _say(findings, part, messages, way)
    elif isinstance(messages, Mapping):
        _explain_inside(findings, part, messages, way)
    elif isinstance(messages, Iterable):
        for message in messages:
            explain(findings, part, message, way)
    else:
        _say(findings, part, str(messages), way)


def _explain_inside(findings: Findings, part: Part, messages: Mapping[Any, Any], way: Way) -> None:
    match part:
        case Schema():
            _explain_mapping(findings, part, messages, way)
        case fields.Dict():
            for name, found in messages.items():
                _explain_entry(findings, part, found, (*way, str(name)))
        case fields.List():
            for index, found in messages.items():
                # A single text stands for a list of one.
                single = (*way, index) not in findings.document.spots
                explain(findings, part.inner, found, way if single else (*way, index))
        case _:
            for key, found in messages.items():
                explain(findings, None, found, (*way, key))


def _explain_mapping(
    findings: Findings, schema: Schema, messages: Mapping[Any, Any], way: Way
) -> None:
    if isinstance(findings.document.at(way), list):
        for index, found in messages.items():
            explain(findings, schema, found, way if index == _WHOLE else (*way, index))
        return
    known = {field.data_key or name: field for name, field in schema.load_fields.items()}
    unknown = [key for key in messages if key not in known and key != _WHOLE]
    free = [key for key in known if (*way, key) not in findings.document.spots]
    meant = {key: nearest(key, free) for key in unknown}
    for key, found in messages.items():
        if key == _WHOLE:
            explain(findings, schema, found, way)
        elif key in known:
            if key not in meant.values():  # else it is there, misspelt
                explain(findings, known[key], found, (*way, key))
        else:
            hint = did_you_mean(key, [wanted] if (wanted := meant[key]) else known)
            findings.mistake((*way, key), "unknown key", hint, at_key=True)


def _explain_entry(findings: Findings, part: fields.Dict, messages: Any, way: Way) -> None:
    if not isinstance(messages, Mapping):
        explain(findings, None, messages, way)
        return
    for message in messages.get("key", ()):
        findings.mistake(way, _phrase(message), found=f"`{shown(str(way[-1]))}`", at_key=True)
    if "value" in messages:
        explain(findings, part.value_field, messages["value"], way)


def _say(findings: Findings, part: Part, message: str, way: Way) -> None:
    container = isinstance(part, Schema | fields.Dict | fields.List)
    found = findings.kind(way) if container and way in findings.document.spots else None
    phrase = _phrase(message)
    if phrase == _PHRASES["Field may not be null."] and findings.document.at(way) == []:
        phrase = "expected at least one"
    choices = [str(choice) for choice in _choices(part)]
    if choices:
        findings.unknown(way, phrase, choices)
    else:
        findings.mistake(way, phrase, _hint(findings, part, phrase, way), found=found)


def _hint(findings: Findings, part: Part, phrase: str, way: Way) -> str:
    """YAML takes 2024 for a number, and a text that looks like one needs quotes; of a mapping the
    example that editors are shown says what it is, and of a text whose form nobody says, what is
    said of the setting."""
    if isinstance(part, fields.String) and isinstance(findings.document.at(way), int | float):
        return "Put it in quotes to make it a text."
    if isinstance(part, fields.Dict) and (examples := part.metadata.get("examples")):
        pairs = ", ".join(f"{name}: {value}" for name, value in examples[0].items())
        return f"For example {{{pairs}}}."
    if isinstance(part, fields.Field) and phrase == _OTHER_FORM:
        return str(part.metadata.get("description", ""))
    return ""


def _choices(part: Part) -> Iterator[object]:
    if isinstance(part, fields.Field):
        for validator in part.validators:
            yield from getattr(validator, "choices", ())


def _phrase(message: str) -> str:
    """Put marshmallow's words into ours: lower case, no full stop, and what is expected."""
    if message in _PHRASES:
        return _PHRASES[message]
    text = message.rstrip(".")
    text = re.sub(r"^Not a valid ", "expected a valid ", text)
    text = re.sub(r"^Must be one of: ", "expected one of ", text)
    text = re.sub(r"^Must be ", "expected something ", text)
    return text[:1].lower() + text[1:]


def _resolved(part: Part, data: Any) -> Part:
    """Return the schema that *data* is loaded by, where *part* only leads to it."""
    if isinstance(part, fields.Nested):
        return part.schema
    if isinstance(part, Variants) and isinstance(data, Mapping):
        chosen = part.schemas.get(str(data.get("type")))
        return chosen() if chosen else part
    return part


def secret_ways(part: Part, data: Any, way: Way) -> Iterator[tuple[Way, SecretPlace]]:
    """Find the settings in *data* that *part* of a schema says are secret."""
    part = _resolved(part, data)
    match part:
        case SecretText() | Variants():
            yield way, _secret_place(part, data)
        case Schema() if isinstance(data, Mapping):
            for name, field in part.load_fields.items():
                key = field.data_key or name
                if key in data:
                    yield from secret_ways(field, data[key], (*way, key))
        case fields.Dict() if isinstance(data, Mapping):
            for key, value in data.items():
                yield from secret_ways(part.value_field, value, (*way, key))
        case Schema() | fields.List() if isinstance(data, list):
            inner = part.inner if isinstance(part, fields.List) else part
            for index, value in enumerate(data):
                yield from secret_ways(inner, value, (*way, index))
        case fields.List():  # a single text stands for a list of one
            yield from secret_ways(part.inner, data, way)


def _secret_place(part: SecretText | Variants, data: Any) -> SecretPlace:
    if isinstance(part, Variants):
        return SecretPlace()  # one that does not exist may hold any secret
    return SecretPlace(part.alone, part.is_bare(str(data)))
