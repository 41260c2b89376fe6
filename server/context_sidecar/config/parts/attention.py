"""`attention`: what is put on top of a card, and the conditions under which it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from context_sidecar.config.contract import about
from context_sidecar.config.document import Document
from context_sidecar.config.draft import Draft
from context_sidecar.config.parts.conditions import (
    FITTING,
    NUMERIC,
    SAMES,
    WhenSchema,
    built,
    number,
)
from context_sidecar.config.places import Way
from context_sidecar.config.texts import Text
from context_sidecar.core.attention import AttentionRule, Comparison, Join, Severity
from context_sidecar.core.field import Field, FieldType


class RuleSchema(Schema):
    """A line that is put on top of the card when a condition holds."""

    when = fields.Nested(
        WhenSchema,
        required=True,
        metadata=about("The condition.", {"field": "health", "below": 50}),
    )
    severity = fields.String(
        required=True,
        validate=validate.OneOf([str(severity) for severity in Severity]),
        metadata=about("How urgent it is."),
    )
    say = Text(required=True, metadata=about("What people read.", "Renewal at risk."))


def check(draft: Draft, way: Way, on_card: list[str]) -> None:
    """Check that the rules at *way* read fields of the card, and compare what can be compared."""
    rules = draft.document.at(way)
    for index in range(len(rules) if isinstance(rules, list) else 0):
        for at, condition in _conditions(draft, (*way, index, "when")):
            name = condition["field"]
            if name not in on_card:
                draft.findings.unknown(
                    (*at, "field"), "expected a field that is on the card", on_card
                )
            else:
                _check_fits(draft, at, condition, draft.document.at(("fields", name)))


def _conditions(draft: Draft, way: Way) -> Iterator[tuple[Way, Mapping[str, Any]]]:
    """Give every comparison in the condition at *way*, as it was written."""
    found = draft.document.at(way)
    if not isinstance(found, Mapping):
        return
    if isinstance(found.get("field"), str):
        yield way, found
    for join in Join:
        parts = found.get(join)
        for index in range(len(parts) if isinstance(parts, list) else 0):
            yield from _conditions(draft, (*way, str(join), index))


def _check_fits(draft: Draft, way: Way, condition: Mapping[str, Any], field: Any) -> None:
    kind = field.get("type") if isinstance(field, Mapping) else None
    if kind not in list(FieldType):
        return
    fitting = (*FITTING[FieldType(kind)], Comparison.MISSING)
    for comparison in Comparison:
        if comparison not in condition:
            continue
        if comparison not in fitting:
            draft.findings.mistake(
                (*way, str(comparison)),
                f"expected a comparison that fits a field of type {kind}",
                f"These do: {', '.join(fitting)}.", found=f"`{comparison}`", at_key=True,
            )  # fmt: skip
        elif comparison in SAMES:
            for at in _operands(draft, (*way, str(comparison))):
                _check_operand(draft, at, FieldType(kind), field.get("choices"))


def _operands(draft: Draft, way: Way) -> list[Way]:
    operand = draft.document.at(way)
    if isinstance(operand, list):
        return [(*way, index) for index in range(len(operand))]
    return [way]


def _check_operand(draft: Draft, way: Way, kind: FieldType, choices: Any) -> None:
    text = draft.document.texts.get(way)
    if text is None:
        return
    if kind is FieldType.CHOICE:
        if isinstance(choices, Mapping) and choices and text not in choices:
            draft.findings.unknown(way, "expected one of the field's choices", choices)
    elif kind in NUMERIC and number(text) is None:
        draft.findings.mistake(way, f"expected a number, as the field is of type {kind}")
    elif kind is FieldType.BOOLEAN and text.lower() not in {"true", "false"}:
        draft.findings.mistake(way, "expected true or false, as the field is of type boolean")


def build(
    document: Document, way: Way, part: Mapping[str, Any], known: Mapping[str, Field]
) -> AttentionRule:
    """Return the rule at *way*, which was found valid."""
    when = built(document, (*way, "when"), known)
    return AttentionRule(when, Severity(part["severity"]), part["say"])
