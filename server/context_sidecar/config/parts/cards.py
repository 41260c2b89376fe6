"""`cards`: the fields shown in one place to one audience for one decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from marshmallow import Schema
from marshmallow.fields import List, Nested

from context_sidecar.config import contract
from context_sidecar.config.contract import about
from context_sidecar.config.draft import Draft
from context_sidecar.config.parts import attention
from context_sidecar.config.plugged import check_place
from context_sidecar.config.scalars import Several, Span
from context_sidecar.config.texts import Answer, Place, Reference, Text
from context_sidecar.core.card import Card
from context_sidecar.core.field import Field

_TWO_SECONDS = timedelta(seconds=2)


class CardSchema(Schema):
    """The fields shown in one place to one audience for one decision."""

    title = Text(required=True, metadata=about("What stands above the card.", "Customer"))
    where = Several(
        Place(),
        required=True,
        error_messages=contract.WHERE,
        metadata=about("The places that show it.", ["zendesk/ticket", "iframe/ticket"]),
    )
    audience = Several(
        Text(),
        required=True,
        error_messages=contract.WHO,
        metadata=about("The roles that may see it.", "support"),
    )
    decision = Answer(
        required=True,
        error_messages=contract.DECISION,
        metadata=about("What someone does differently because of it."),
    )
    fields = Several(  # type: ignore[assignment]  # declared so, it is no attribute
        Reference(),
        required=True,
        metadata=about("The fields on it, in order.", ["tier", "health"]),
    )
    headline = Several(
        Reference(),
        metadata=about("Fields of it that stand beside the name already.", ["tier", "health"]),
    )
    deadline = Span(
        timedelta(milliseconds=100),
        timedelta(seconds=30),
        metadata=about("The time for the whole answer (default 2s).", "2s"),
    )
    fresh_within = Span(metadata=about("The freshness that the card promises as a whole.", "1h"))
    attention = List(
        Nested(attention.RuleSchema),
        load_default=list,
        metadata=about("What is put on top of the card when it holds."),
    )


def check(draft: Draft) -> None:
    """Check each card's fields, its places and the rules over its fields."""
    for way, _, part in draft.section("cards"):
        for at, field in draft.texts((*way, "fields")):
            if field not in draft.names("fields"):
                draft.findings.unknown(at, "expected the name of a field", draft.names("fields"))
        for at, place in draft.texts((*way, "where")):
            if place in part.get("where", ()):
                check_place(draft.findings, at, place)
        on_card = [name for _, name in draft.texts((*way, "fields"))]
        for at, field in draft.texts((*way, "headline")):
            if field not in on_card:
                draft.findings.unknown(at, "expected a field that is on the card", on_card)
        attention.check(draft, (*way, "attention"), on_card)


def _with_reasons(on_card: list[Field], known: Mapping[str, Field]) -> tuple[Field, ...]:
    """The fields of a card, and after them those that explain one and are not named themselves."""
    reasons = [known[field.because] for field in on_card if field.because]
    return tuple(dict.fromkeys([*on_card, *reasons]))


def build(draft: Draft, known: Mapping[str, Field]) -> dict[str, Card]:
    """Return the cards by name."""
    return {
        name: Card(
            id=name,
            title=part["title"],
            where=tuple(part["where"]),
            audience=frozenset(part["audience"]),
            decision=part["decision"],
            fields=_with_reasons([known[name] for name in part["fields"]], known),
            headline=tuple(part.get("headline", ())),
            deadline=part.get("deadline", _TWO_SECONDS),
            attention=tuple(
                attention.build(draft.document, (*way, "attention", index), rule, known)
                for index, rule in enumerate(part["attention"])
            ),
            fresh_within=part.get("fresh_within"),
        )
        for way, name, part in draft.section("cards")
    }
