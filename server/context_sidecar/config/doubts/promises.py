"""Freshness that is promised and cannot be kept."""

from __future__ import annotations

from collections.abc import Iterator

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.durations import spelled
from context_sidecar.core.field import AgeClock, Field


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt what fields and cards promise about age."""
    for field in configuration.fields.values():
        yield from _of_clock(field, draft)
        yield from _of_field(field)
    for card in configuration.cards.values():
        if card.fresh_within:
            yield from _of_card(card)


def _of_clock(field: Field, draft: Draft) -> Iterator[Doubt]:
    """The source's own time comes with the lookup's answer, or from the field's as_of."""
    adapter = draft.adapters[field.source.id]
    dated = field.as_of_path or field.lookup in adapter.dated
    give = f"as_of here, or for the lookup {field.lookup} in the settings of {field.source.id}"
    if field.clock is AgeClock.SOURCE and not dated:
        yield Doubt(
            ("fields", field.id, "clock"),
            "age counts from the source's own time, and no as_of says where that is",
            f"Give {give}.",
        )
    said = draft.document.at(("fields", field.id, "clock"))
    if field.lookup in adapter.delivered and said is None:
        yield Doubt(
            ("fields", field.id),
            "age counts from when we look at what was delivered, however old that is",
            f"Say clock: source{'' if dated else f', with {give}'}. Where what is delivered does "
            "not grow old, say clock: confirmed.",
        )


def _of_field(field: Field) -> Iterator[Doubt]:
    way = ("fields", field.id)
    own_clock = field.clock is AgeClock.SOURCE
    refreshed = field.source.refreshed
    if not refreshed or field.stale_after >= refreshed:
        return
    changes = f"{field.source.id} changes its data only every {spelled(refreshed)}"
    promise = spelled(field.stale_after)
    if not own_clock:
        yield Doubt(
            (*way, "stale_after"),
            f"promises values of at most {promise}, but {changes}",
            "Lengthen stale_after, or count from the source's own time (clock: source, as_of).",
        )
    elif field.expire_after < refreshed:
        yield Doubt(
            (*way, "expire_after"),
            f"most of the time nothing is shown: values expire after "
            f"{spelled(field.expire_after)}, but {changes}",
            "Lengthen expire_after.",
        )
    else:
        yield Doubt(
            (*way, "stale_after"),
            f"most of the time values are marked as old: after {promise}, but {changes}",
            "Lengthen stale_after.",
        )


def _of_card(card: Card) -> Iterator[Doubt]:
    assert card.fresh_within
    promise = f"promises values of at most {spelled(card.fresh_within)}"
    for field in card.fields:
        refreshed = field.source.refreshed
        if field.stale_after > card.fresh_within:
            weaker = f"{field.id} counts as fresh for {spelled(field.stale_after)}"
        elif refreshed and refreshed > card.fresh_within:
            weaker = f"{field.id} is from {field.source.id}, refreshed every {spelled(refreshed)}"
        else:
            continue
        yield Doubt(("cards", card.id, "fresh_within"), f"{promise}, but {weaker}")
