"""Conditions over readings: `{field: health, below: 50}`, joined by all, any and none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from context_sidecar.config.contract import about
from context_sidecar.config.document import Document
from context_sidecar.config.places import Way
from context_sidecar.config.scalars import Scalar, Span, Switch
from context_sidecar.config.texts import JsonSchema, Reference
from context_sidecar.core.attention import (
    Comparison,
    Condition,
    Join,
    Joined,
    When,
)
from context_sidecar.core.durations import duration
from context_sidecar.core.field import Field, FieldType

_TIMES = (Comparison.WITHIN, Comparison.OLDER_THAN)
_SIZES = (Comparison.BELOW, Comparison.ABOVE, Comparison.AT_LEAST, Comparison.AT_MOST)
SAMES = (Comparison.IS, Comparison.IS_NOT, Comparison.ONE_OF)
NUMERIC = (FieldType.NUMBER, FieldType.PERCENT, FieldType.MONEY, FieldType.LIST)

FITTING: Mapping[FieldType, tuple[Comparison, ...]] = MappingProxyType(
    {
        FieldType.TEXT: SAMES,
        FieldType.CHOICE: SAMES,
        FieldType.BOOLEAN: (Comparison.IS, Comparison.IS_NOT),
        FieldType.DATE: _TIMES,
        FieldType.DATETIME: _TIMES,
        FieldType.PERSON: (),
        FieldType.LINK: (),
    }
    | dict.fromkeys(NUMERIC, _SIZES + SAMES)
)


def _joined(key: str, description: str) -> fields.List[Any]:
    return fields.List(
        fields.Nested(_when), data_key=key, validate=validate.Length(min=1),
        metadata=about(description),
    )  # fmt: skip


def _when() -> Schema:
    return WhenSchema()


class WhenSchema(Schema):
    """One comparison of one field, or several conditions joined."""

    json_schema: ClassVar[JsonSchema] = {
        "oneOf": [
            {"required": ["field", comparison.value], "maxProperties": 2}
            for comparison in Comparison
        ]
        + [{"required": [join.value], "maxProperties": 1} for join in Join],
    }

    field = Reference(metadata=about("The field whose reading is compared.", "renewal_date"))
    within = Span(metadata=about("The date is at most this far ahead.", "60d"))
    older_than = Span(metadata=about("The date is longer ago than this.", "90d"))
    below = fields.Decimal(metadata=about("The number is smaller.", 50))
    above = fields.Decimal(metadata=about("The number is larger.", 50))
    at_least = fields.Decimal(metadata=about("The number is this or larger.", 1))
    at_most = fields.Decimal(metadata=about("The number is this or smaller.", 10))
    is_ = Scalar(data_key="is", metadata=about("The value is this one.", "ENT"))
    is_not = Scalar(metadata=about("The value is another one.", "STD"))
    one_of = fields.List(
        Scalar(), validate=validate.Length(min=1), metadata=about("The value is one of these.")
    )
    missing = Switch(metadata=about("Whether the source confirms that there is no value."))
    all_ = _joined("all", "All of these must hold.")
    any_ = _joined("any", "One of these must hold.")
    none_ = _joined("none", "None of these may hold.")

    @validates_schema(pass_original=True)
    def one_thing(self, data: Any, original: Any, **kwargs: Any) -> None:
        """A condition says one thing: a second comparison would be lost without a word."""
        comparisons = [one for one in Comparison if one in original]
        joins = [join for join in Join if join in original]
        compares = "field" in original and len(comparisons) == 1 and not joins
        if not compares and (len(joins) != 1 or comparisons or "field" in original):
            raise ValidationError(
                "expected one field with one comparison, such as {field: health, below: 50}, or "
                "one of all, any and none with a list of conditions"
            )


def built(document: Document, way: Way, known: Mapping[str, Field]) -> When:
    """Return the condition at *way*, which was found valid.

    What it compares with is read as it was written: whether 1.10 is a number or a text is the
    field's to say.
    """
    found = document.at(way)
    for join in Join:
        if join in found:
            parts = range(len(found[join]))
            return Joined(
                join, tuple(built(document, (*way, str(join), index), known) for index in parts)
            )
    comparison = next(comparison for comparison in Comparison if comparison in found)
    kind = known[found["field"]].type
    operand = (*way, str(comparison))
    if comparison is Comparison.ONE_OF:
        texts = (document.texts[(*operand, index)] for index in range(len(found[comparison])))
        return Condition(
            found["field"], comparison, tuple(_operand(comparison, kind, text) for text in texts)
        )
    return Condition(
        found["field"], comparison, _operand(comparison, kind, document.texts[operand])
    )


def _operand(comparison: Comparison, kind: FieldType, text: str) -> object:
    if comparison in _TIMES:
        return duration(text)
    if comparison is Comparison.MISSING or kind is FieldType.BOOLEAN:
        return text.lower() == "true"
    return number(text) if kind in NUMERIC else text


def number(text: str) -> Decimal | None:
    """Return the number that *text* is, or None."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
