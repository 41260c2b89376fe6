"""The whole card: on a good day, with sources down, without its customer, with its lines on top."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from context_sidecar.core.account import Unmatched
from context_sidecar.core.card import Card
from context_sidecar.core.context import Context
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source, Trouble
from context_sidecar.preview.happenings import old_and_failing, pending
from context_sidecar.preview.stage import Stage
from context_sidecar.preview.triggers import firing
from context_sidecar.wording.words import msgid


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happens to a whole card, in words: `when`, and what is promised then."""

    id: str
    title: str
    when: str
    promise: str
    context: Context


_NOT_GUESSED = msgid("No customer is guessed, and the card says who can help.")


def scenes(stage: Stage, card: Card) -> Iterator[Scene]:
    """Yield what can happen to *card*: good days, outages, and doubts about the customer."""
    yield from _days(stage, card)
    yield from _outages(stage, card)
    yield from doubts(stage, card)


def _days(stage: Stage, card: Card) -> Iterator[Scene]:
    text = stage.words.text
    yield Scene(
        "fresh", text("All up to date"),
        text("Every source confirmed its values within the agreed time."),
        text("There is no mark, because a mark means trouble."),
        stage.card(card, {}),
    )  # fmt: skip
    yield Scene(
        "pending", text("Waiting for every source"),
        text("Nobody has looked at this customer before, and the sources are slow."),
        text("The card is there at once, and each value appears by itself."),
        stage.card(card, {field.id: pending(stage, field) for field in card.fields}),
    )  # fmt: skip


def _outages(stage: Stage, card: Card) -> Iterator[Scene]:
    text = stage.words.text
    sources = sources_of(card)
    for source in sources.values():
        yield Scene(
            f"down-{source.id}", text("{source} is down", source=source.label),
            text("{source} stopped answering, and its values have become old.",
                 source=source.label),
            text("What several values share is told once, on top; the others are as always."),
            down(stage, card, {source.id: Reason.TIMEOUT}),
        )  # fmt: skip
    if len(sources) > 1:
        first, second = list(sources)[:2]
        reasons = {first: Reason.CREDENTIAL_EXPIRED, second: Reason.TIMEOUT}
        yield Scene(
            "down-two", text("Two sources are down"),
            text("One source refuses our key, and another one does not answer."),
            text("Each cause is told once, with the team that has it."),
            down(stage, card, reasons),
        )  # fmt: skip


def sources_of(card: Card) -> dict[str, Source]:
    """Return the sources of *card*, those with the most fields first."""
    fields = card.fields_for(card.audience)
    number: dict[str, int] = {}
    for field in fields:
        number[field.source.id] = number.get(field.source.id, 0) + 1
    known = {field.source.id: field.source for field in fields}
    return dict(sorted(known.items(), key=lambda one: -number[one[0]]))


def down(stage: Stage, card: Card, reasons: Mapping[str, Reason]) -> Context:
    """Return *card* when each of the sources in *reasons* has failed for the reason there."""
    return stage.card(
        card,
        {
            field.id: old_and_failing(stage, field, reasons[field.source.id])
            for field in card.fields
            if field.source.id in reasons
        },
    )


def doubts(stage: Stage, card: Card) -> Iterator[Scene]:
    """Yield *card* when it is in doubt whose it is."""
    text = stage.words.text
    yield Scene(
        "nobody", text("No customer found"),
        text("No customer has what the record says."), text(_NOT_GUESSED),
        stage.context(card, match=Unmatched(stage.tried)),
    )  # fmt: skip
    yield Scene(
        "nothing-said", text("Nothing to look for"),
        text("The record says nothing about its customer."), text(_NOT_GUESSED),
        stage.context(card, match=Unmatched()),
    )  # fmt: skip
    yield Scene(
        "several", text("Several customers"),
        text("Several customers have what the record says."),
        text("All are named, and none is chosen."),
        stage.context(card, match=stage.several),
    )  # fmt: skip
    yield Scene(
        "looking", text("Looking for the customer"),
        text("The system that holds the record is still being asked whose it is."),
        text("The customer appears by itself."),
        stage.context(card, match=Unmatched(trouble=Trouble(stage.keeper(card))), complete=False),
    )  # fmt: skip
    yield Scene(
        "not-known", text("Customer not known yet"),
        text("The system that holds the record cannot be reached."),
        text("The card does not say that there is no customer, because nobody knows."),
        stage.context(card, match=Unmatched(trouble=stage.trouble(stage.keeper(card)))),
    )  # fmt: skip
    owner = stage.configuration.accounts.source
    yield Scene(
        "overdue", text("The list of customers is out of date"),
        text("The list could not be read for much longer than agreed."),
        text("The card says so, because it could be about the wrong customer."),
        replace(stage.card(card, {}), overdue=stage.trouble(owner)),
    )  # fmt: skip


def lines(stage: Stage, card: Card) -> Iterator[Scene]:
    """Yield each declared line of *card*, when it shows and when it cannot be judged."""
    text = stage.words.text
    visible = {field.id: field for field in card.fields_for(card.audience)}
    for number, rule in enumerate(card.attention, start=1):
        if not visible.keys() >= set(rule.fields):
            continue
        readings = firing(stage, rule, visible)
        yield Scene(
            f"{number}-shown", rule.say,
            text("What the line asks for is the case.")
            if readings
            else text("No made-up values were found for which this line shows: look at it again."),
            text("It stands on top."),
            stage.card(card, readings or {}),
        )  # fmt: skip
        doubted = {name: old_and_failing(stage, visible[name]) for name in rule.fields}
        yield Scene(
            f"{number}-not-judged", text("Not judged: {line}", line=rule.say),
            text("The values that the line depends on cannot be trusted."),
            text("It says that it could not be judged, which is not the same as all is well."),
            stage.card(card, doubted),
        )  # fmt: skip
