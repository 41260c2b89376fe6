"""What the agents' guide says: each mark, each reason, and the contract behind each value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from context_sidecar.core.attention import (
    AttentionRule,
    Comparison,
    Condition,
    Join,
    Joined,
    Severity,
    When,
)
from context_sidecar.core.card import Card
from context_sidecar.core.context import Context
from context_sidecar.core.field import AgeClock, Field
from context_sidecar.core.reading import Reading
from context_sidecar.core.reasons import Reason
from context_sidecar.preview.kinds import DISPUTED, KINDS, Kind, failures
from context_sidecar.preview.stage import Stage
from context_sidecar.preview.whole import Scene, doubts, down, sources_of
from context_sidecar.wording.messages import settled_by
from context_sidecar.wording.times import day, local
from context_sidecar.wording.troubles import who_has_it
from context_sidecar.wording.why import contract, path
from context_sidecar.wording.words import Words, msgid


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: what it is, how it looks, and who mends what it marks, in words."""

    kind: Kind
    looks: Context
    mended: str


@dataclass(frozen=True, slots=True)
class Contract:
    """What is agreed for one field, in words, beside what the field says itself."""

    field: Field
    who_and_where: str
    how_often: str
    truth: str
    on_failure: str


@dataclass(frozen=True, slots=True)
class Guide:
    """The whole guide. `whole` is a card with all that can stand on top; `causes` are how a value
    looks for each reason that its source cannot be read, and `owners` say who looks after a source;
    `doubts` are cards without a customer."""

    made_on: str
    whole: Context
    marks: tuple[Mark, ...]
    causes: Mapping[Reason, Context]
    owners: tuple[str, ...]
    doubts: tuple[Scene, ...]
    contracts: tuple[tuple[Card, tuple[Contract, ...]], ...]


_ALWAYS = Joined(Join.ALL, ())
_LINE = msgid("A line that your team has written.")
_DOUBTS = {"nobody", "several", "looking", "not-known"}


def guide(stage: Stage, cards: Sequence[Card]) -> Guide:
    """Return the guide to *cards*.

    A mark is shown on the first field that can carry it; one that no field can carry is left out.
    """
    first = cards[0]
    return Guide(
        made_on=day(stage.words, local(stage.words, stage.now).date()),
        whole=_whole(stage, first),
        marks=(*_marks(stage, cards), _disputed(stage, first)),
        causes=_causes(stage, first),
        owners=tuple(_owners(stage.words, cards)),
        doubts=tuple(scene for scene in doubts(stage, first) if scene.id in _DOUBTS),
        contracts=tuple((card, tuple(_contracts(stage.words, card))) for card in cards),
    )


def _whole(stage: Stage, card: Card) -> Context:
    """A card with a line of each severity, one that cannot be judged, a source that is down, and a
    list of customers that is out of date."""
    source = next(iter(sources_of(card)))
    doubted = next(field for field in card.fields_for(card.audience) if field.source.id == source)
    known = Condition(doubted.id, Comparison.MISSING, operand=False)
    rules = (*(_rule(stage, severity, _ALWAYS) for severity in Severity),
             _rule(stage, Severity.LOW, known))  # fmt: skip
    context = down(stage, replace(card, attention=rules), {source: Reason.TIMEOUT})
    return replace(context, overdue=stage.trouble(stage.configuration.accounts.source))


def _rule(stage: Stage, severity: Severity, when: When) -> AttentionRule:
    return AttentionRule(when, severity, stage.words.text(_LINE))


def _marks(stage: Stage, cards: Sequence[Card]) -> Iterator[Mark]:
    for kind in KINDS:
        for card, field in _fields(cards):
            reading = kind.of(stage, field)
            if reading is not None:
                looks = stage.only(card, reading)
                yield Mark(kind, looks, _mended(stage.words, reading))
                break


def _disputed(stage: Stage, card: Card) -> Mark:
    field = card.fields_for(card.audience)[0]
    looks = replace(stage.only(card, stage.fresh(field)), disputed=stage.disputed(field))
    return Mark(DISPUTED, looks, stage.words.text("{team} can correct it.", team=field.owner.name))


def _fields(cards: Sequence[Card]) -> Iterator[tuple[Card, Field]]:
    for card in cards:
        for field in card.fields_for(card.audience):
            yield card, field


def _mended(words: Words, reading: Reading) -> str:
    if reading.reason:
        return who_has_it(words, reading.field.source, reading.reason)
    return settled_by(words, reading) or words.text("Nobody has to do anything.")


def _causes(stage: Stage, card: Card) -> dict[Reason, Context]:
    field = card.fields_for(card.audience)[0]
    return {reason: stage.only(card, reading) for reason, reading in failures(stage, field)}


def _owners(words: Words, cards: Sequence[Card]) -> Iterator[str]:
    known = {field.source.id: field.source for _, field in _fields(cards)}
    for source in known.values():
        yield words.text(
            "{team} looks after {source}.", team=source.owner.name, source=source.label
        )


def _contracts(words: Words, card: Card) -> Iterator[Contract]:
    for field in card.fields_for(card.audience):
        agreed = contract(words, field, card)
        truth = f"{field.source.label}: {path(field)}"
        how_often = agreed["age"]
        if field.clock is AgeClock.SOURCE:
            how_often = words.text("{age}, by the clock of {source}", age=how_often,
                                   source=field.source.label)  # fmt: skip
        yield Contract(field, agreed["audience"], how_often, truth, agreed["on_failure"])
