"""What somebody is told who enters a text of another form than a setting has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from context_sidecar.settings import Shaped, Variants
from marshmallow import Schema, ValidationError, fields, validate

NONSENSE = "\0{'?#"
"""A text of no form that anything has."""


def told(schema: Schema, place: str) -> Iterator[tuple[str, str]]:
    """Yield every setting below *schema* that has a form, with what is said of another."""
    for name, field in schema.load_fields.items():
        yield from _told(field, f"{place}.{name}")


def _told(field: Any, place: str) -> Iterator[tuple[str, str]]:
    formed = any(isinstance(one, validate.Regexp) for one in getattr(field, "validators", ()))
    if formed or isinstance(field, Shaped):
        yield place, _refusal(field)
    match field:
        case fields.Nested():
            yield from told(field.schema, place)
        case Variants():
            for kind, schema in field.schemas.items():
                yield from told(schema(), f"{place}.{kind}")
        case fields.List():
            yield from _told(field.inner, f"{place}[]")
        case fields.Dict():
            yield from _told(field.key_field, f"{place} (key)")
            yield from _told(field.value_field, f"{place}{{}}")


def _refusal(field: Any) -> str:
    try:
        field.deserialize(NONSENSE)
    except ValidationError as error:
        return " ".join(map(str, error.messages))
    return "taken"
