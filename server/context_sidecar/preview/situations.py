"""The situations that people meet: the whole card in each of them, and each field in its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from context_sidecar.core.card import Card
from context_sidecar.core.context import Context
from context_sidecar.core.field import Field
from context_sidecar.preview.kinds import BY_A_PERSON, BY_ITSELF, DISPUTED, failures, kinds_of
from context_sidecar.preview.stage import Stage
from context_sidecar.preview.whole import Scene, lines, scenes
from context_sidecar.wording.troubles import trouble
from context_sidecar.wording.words import msgid


@dataclass(frozen=True, slots=True)
class Situation:
    """One thing that can happen, and what the card says then.

    `id` is unique on its card, and the way to its page: `fields/tier/too-old`. `group` is the
    heading under which it stands. Title, `when` it happens and the `promise` are in words already.
    """

    id: str
    group: str
    title: str
    when: str
    promise: str
    context: Context


_WHOLE = msgid("The whole card")
_LINES = msgid("Lines on top")


def situations(stage: Stage, card: Card) -> Iterator[Situation]:
    """Yield every situation of *card*, as its audience sees it."""
    for scene in scenes(stage, card):
        yield _situation(stage, f"card/{scene.id}", _WHOLE, scene)
    for scene in lines(stage, card):
        yield _situation(stage, f"lines/{scene.id}", _LINES, scene)
    for field in card.fields_for(card.audience):
        yield from _of_field(stage, card, field)


def _situation(stage: Stage, id: str, group: str, scene: Scene) -> Situation:
    text = stage.words.text
    return Situation(id, text(group), scene.title, scene.when, scene.promise, scene.context)


def _of_field(stage: Stage, card: Card, field: Field) -> Iterator[Situation]:
    text = stage.words.text
    contexts = [
        (kind, stage.card(card, {field.id: reading}, lacks=reading.lacks))
        for kind, reading in kinds_of(stage, field)
    ]
    disputed = replace(stage.card(card, {}), disputed=stage.disputed(field))
    for kind, context in (*contexts, (DISPUTED, disputed)):
        yield Situation(
            f"fields/{field.id}/{kind.id}", field.label,
            text(kind.title), text(kind.when), text(kind.promise), context,
        )  # fmt: skip
    for reason, reading in failures(stage, field):
        when, promise = BY_A_PERSON if reason.needs_person else BY_ITSELF
        yield Situation(
            f"fields/{field.id}/failed-{reason}", field.label,
            trouble(stage.words, field.source, reason), text(when), text(promise),
            stage.card(card, {field.id: reading}),
        )  # fmt: skip
