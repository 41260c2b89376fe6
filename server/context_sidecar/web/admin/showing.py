"""What an install will show, where, and to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Configuration
from context_sidecar.core.field import Field
from context_sidecar.core.host import Host


@dataclass(frozen=True, slots=True)
class Shown:
    """A card at a place: `fields` are those that somebody with the install's own roles sees, and
    `hidden` those that only other roles see. A card that is `closed` is for other roles alone."""

    place: str
    card: Card
    fields: tuple[Field, ...]
    hidden: tuple[Field, ...]
    closed: bool


def shown(
    configuration: Configuration, name: str, host: type[Host], roles: Collection[str]
) -> Iterator[Shown]:
    """Give what is shown at the places of the host called *name*, to people with these *roles*."""
    for record in host.places:
        place = f"{name}/{record}"
        for card in configuration.cards.values():
            if place in card.where:
                closed = not card.audience & frozenset(roles)
                seen = () if closed else card.fields_for(roles)
                hidden = tuple(field for field in card.fields if field not in seen)
                yield Shown(place, card, seen, hidden, closed)
