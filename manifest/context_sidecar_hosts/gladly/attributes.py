"""A card as custom attributes of a customer's profile in Gladly: names, and one line of text each.

Gladly keeps what it was told until it is told something else, and takes an empty text for nothing.
So every attribute that a card could have is in every answer: what is not said is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from context_sidecar.sheets import Entry, Row, Sheet

CUSTOMER, ATTENTION, SEEN = "context_customer", "context_attention", "context_seen"

_MOST_ENTRIES = 5
_SIGNS = {"high": "🔴", "medium": "🟠", "low": "🔵", "unjudged": "⚪", "trouble": "⚠️"}


def card(told: Sheet, fields: Sequence[str]) -> Mapping[str, str]:
    """Return a card's attributes; *fields* are those of all cards."""
    cautions = (f"{_SIGNS[caution.severity]} {caution.text}" for caution in told.cautions)
    return {
        **dict.fromkeys(fields, ""),
        **{row.field: _value(row) for row in told.rows},
        CUSTOMER: _customer(told),
        ATTENTION: " ".join(cautions),
        SEEN: " · ".join(filter(None, (told.progress, told.seen))),
    }


def notice(title: str, text: str, fields: Sequence[str]) -> Mapping[str, str]:
    """Return the attributes that say why there is no card, and take back those of the last."""
    cleared = dict.fromkeys((*fields, CUSTOMER, SEEN), "")
    return {**cleared, ATTENTION: f"{_SIGNS['trouble']} {title}. {text}"}


def _customer(told: Sheet) -> str:
    if told.matched:
        return told.name
    return " ".join((f"{told.name}.", told.about, _listed(told.candidates)))


def _value(row: Row) -> str:
    return " ".join(filter(None, _parts(row)))


def _parts(row: Row) -> Iterator[str]:
    yield row.value
    yield row.url
    yield f"({row.remark})" if row.remark else ""
    yield _listed(row.entries[:_MOST_ENTRIES])
    yield row.rest


def _listed(entries: Sequence[Entry]) -> str:
    return "; ".join(
        f"{entry.title} ({entry.detail})" if entry.detail else entry.title for entry in entries
    )
