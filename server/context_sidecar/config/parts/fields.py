"""`fields`: the declared pieces of context, each with the answers of its contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from context_sidecar.config import contract
from context_sidecar.config.contract import about
from context_sidecar.config.draft import Draft
from context_sidecar.config.parts import field_types
from context_sidecar.config.places import Way
from context_sidecar.config.plugged import check_place
from context_sidecar.config.scalars import Bound, Several, Span
from context_sidecar.config.texts import Answer, Currency, Place, Reference, Text
from context_sidecar.core.durations import spelled
from context_sidecar.core.field import AgeClock, Field, FieldType, OnFailure
from context_sidecar.core.source import Source, Team
from context_sidecar.settings import Expression

_ITEM_PARTS = ("title", "id", "status", "priority", "created_at", "updated_at", "url")
_ACCOUNT = "account"


class FieldSchema(Schema):
    """One declared piece of context."""

    label = Text(metadata=about("What people read beside the value.", "Account tier"))
    type = fields.String(
        required=True,
        validate=validate.OneOf([str(kind) for kind in FieldType]),
        metadata=about("What kind of value it is."),
    )
    source = Reference(
        required=True,
        error_messages=contract.TRUTH,
        metadata=about("The one source of truth.", "crm"),
    )
    query = Reference(
        load_default=_ACCOUNT,
        metadata=about("The adapter's lookup that returns it (default account).", "open_tickets"),
    )
    path = Expression(
        error_messages=contract.WHAT,
        metadata=about("JMESPath into what the lookup returns.", "Tier__c", "Owner.Name"),
    )
    as_of = Expression(
        metadata=about("JMESPath to the source's own time for the value.", "LastModifiedDate")
    )
    clock = fields.String(
        validate=validate.OneOf([str(clock) for clock in AgeClock]),
        metadata=about(
            "What age counts from: when the source last confirmed it, or its own time (as_of)."
        ),
    )
    choices = fields.Dict(
        keys=fields.String(),
        values=Text(),
        metadata=about(
            "The vocabulary: what the source holds, and what people read.",
            {"ENT": "Enterprise", "PRO": "Professional"},
        ),
    )
    words = fields.Dict(
        keys=Bound(),
        values=Text(),
        metadata=about(
            "What a number means, each word from that number on.",
            {0: "Poor", 50: "Fair", 80: "Good"},
        ),
    )
    because = Reference(
        metadata=about(
            "The field, of type text, that gives the reasons for this one's value.",
            "health_reasons",
        )
    )
    currency = Currency(
        metadata=about("The currency of every amount, where the source names none.", "EUR")
    )
    currency_path = Expression(
        metadata=about("JMESPath to the amount's currency, where the source names it.")
    )
    dialect = Text(
        metadata=about(
            "How the source writes it: comma; fraction (percent); micros, which are millionths "
            "(number, money); minor, point (money); digits (boolean); "
            "epoch_seconds, epoch_milliseconds or a strptime pattern (date, datetime).",
            "comma",
            "%d.%m.%Y",
        )
    )
    items = fields.Dict(
        keys=fields.String(validate=validate.OneOf(_ITEM_PARTS)),
        values=Expression(),
        metadata=about("Where a list's entry has its parts.", {"title": "Subject"}),
    )
    records = Place(
        metadata=about(
            "The place whose records a list's entries are: the one on screen is told apart.",
            "rt/ticket",
        )
    )
    stale_after = Span(
        required=True,
        error_messages=contract.HOW_OLD,
        metadata=about("After how long the value is marked as old.", "1d"),
    )
    expire_after = Span(
        required=True,
        error_messages=contract.HOW_LONG,
        metadata=about("After how long the value is no longer shown.", "14d"),
    )
    on_failure = fields.String(
        load_default=str(OnFailure.SHOW_STALE),
        validate=validate.OneOf([str(choice) for choice in OnFailure]),
        error_messages=contract.FAILURE,
        metadata=about("What is shown when the source cannot be read."),
    )
    audience = Several(
        Text(),
        required=True,
        error_messages=contract.WHO,
        metadata=about("The roles that may see it.", ["support", "csm"]),
    )
    decision = Answer(
        required=True,
        error_messages=contract.DECISION,
        metadata=about("What someone does differently because of it."),
    )
    owner = Reference(
        error_messages=contract.OWNER,
        metadata=about("The team that answers for it (default: the source's owner).", "revops"),
    )
    definition = Text(metadata=about("What exactly it means."))


def check(draft: Draft) -> None:
    """Check each field's names, its type's needs, and that its promises can be kept."""
    for way, _, part in draft.section("fields"):
        draft.refer((*way, "owner"), "teams", "a team")
        if draft.refer((*way, "source"), "sources", "a source"):
            _check_lookup(draft, way, part, str(draft.document.at((*way, "source"))))
        _check_path(draft, way, part)
        _check_ages(draft, way, part)
        if draft.refer((*way, "because"), "fields", "a field"):
            _check_because(draft, way)
        if "records" in part:
            check_place(draft.findings, (*way, "records"), part["records"])
        if "type" in part:
            field_types.check(draft, way, part)


def _check_lookup(draft: Draft, way: Way, part: Mapping[str, Any], source: str) -> None:
    adapter = draft.adapters.get(source)
    name = part.get("query")
    if not adapter or adapter.lookups is None or name is None or name in adapter.lookups:
        return
    expected = f"expected a lookup that {source} offers"
    draft.findings.unknown((*way, "query"), expected, sorted(adapter.lookups))


def _check_path(draft: Draft, way: Way, part: Mapping[str, Any]) -> None:
    """The lookup `account` returns a whole row, which is no value."""
    if part.get("query") == _ACCOUNT and draft.document.at((*way, "path")) is None:
        draft.findings.mistake((*way, "path"), contract.WHAT["required"])


def _check_ages(draft: Draft, way: Way, part: Mapping[str, Any]) -> None:
    stale: timedelta | None = part.get("stale_after")
    expire: timedelta | None = part.get("expire_after")
    if stale and expire and stale >= expire:
        draft.findings.mistake(
            (*way, "expire_after"), f"expected longer than stale_after ({spelled(stale)})"
        )


def _check_because(draft: Draft, way: Way) -> None:
    """Reasons are a text, and are not explained themselves."""
    reasons = draft.document.at((*way, "because"))
    if draft.document.at(("fields", reasons, "type")) != FieldType.TEXT:
        draft.findings.mistake(
            (*way, "because"), "expected a field of type text",
            "The path join(', ', reasons) makes one text of several.",
        )  # fmt: skip
    elif draft.document.at(("fields", reasons, "because")) is not None:
        draft.findings.mistake((*way, "because"), "expected a field that needs no reasons itself")


def build(
    data: Mapping[str, Mapping[str, Any]], teams: Mapping[str, Team], sources: Mapping[str, Source]
) -> dict[str, Field]:
    """Return the fields by name."""
    return {name: _field(name, part, teams, sources) for name, part in data.items()}


def _field(
    id: str, part: Mapping[str, Any], teams: Mapping[str, Team], sources: Mapping[str, Source]
) -> Field:
    source = sources[part["source"]]
    return Field(
        id=id,
        label=part.get("label", id.replace("_", " ").capitalize()),
        type=FieldType(part["type"]),
        source=source,
        owner=teams[part["owner"]] if "owner" in part else source.owner,
        lookup=part["query"],
        path=part.get("path", "@"),
        as_of_path=part.get("as_of", ""),
        clock=AgeClock(part.get("clock", AgeClock.CONFIRMED)),
        choices=part.get("choices", {}),
        words=part.get("words", {}),
        because=part.get("because", ""),
        currency=part.get("currency", ""),
        currency_path=part.get("currency_path", ""),
        dialect=part.get("dialect", ""),
        items=part.get("items", {}),
        records=part.get("records", ""),
        stale_after=part["stale_after"],
        expire_after=part["expire_after"],
        on_failure=OnFailure(part["on_failure"]),
        audience=frozenset(part["audience"]),
        decision=part["decision"],
        definition=part.get("definition", ""),
    )
