"""The kinds of parts that the answer's shape is made of.

Everything is always there; what does not apply is null or empty.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from apiflask import Schema
from marshmallow import fields, validate

from context_sidecar.core.reasons import Reason


def string(meaning: str = "", *, null: bool = False) -> fields.String:
    """Return a text that is always there."""
    return fields.String(required=True, allow_none=null, metadata=said(meaning))


def strings(meaning: str) -> fields.List[Any]:
    """Return a list of texts."""
    return fields.List(fields.String(), required=True, metadata=said(meaning))


def word(words: type[StrEnum], meaning: str = "") -> fields.String:
    """Return one of a closed list of words."""
    valid = validate.OneOf([*words])
    return fields.String(required=True, validate=valid, metadata=said(meaning))


def reason(meaning: str = "") -> fields.String:
    """Return why something could not be read."""
    valid = validate.OneOf([*Reason])
    return fields.String(required=True, allow_none=True, validate=valid, metadata=said(meaning))


def time(meaning: str = "") -> fields.DateTime:
    """Return a time, null where there is none."""
    return fields.DateTime(required=True, allow_none=True, metadata=said(meaning))


def value(meaning: str) -> fields.Raw:
    """Return a value of any type."""
    return fields.Raw(required=True, allow_none=True, metadata=said(meaning))


def flag(meaning: str = "") -> fields.Boolean:
    """Return yes or no."""
    return fields.Boolean(required=True, metadata=said(meaning))


def one(shape: type[Schema], *, null: bool = False) -> fields.Nested:
    """Return a part of its own."""
    return fields.Nested(shape, required=True, allow_none=null)


def several(shape: type[Schema], meaning: str = "") -> fields.List[Any]:
    """Return a list of parts."""
    return fields.List(fields.Nested(shape), required=True, metadata=said(meaning))


def said(meaning: str) -> dict[str, str]:
    """Return a field's metadata."""
    return {"description": meaning} if meaning else {}
