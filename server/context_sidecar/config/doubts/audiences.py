"""People who are promised something that they may not see."""

from __future__ import annotations

from collections.abc import Iterator

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.card import Card
from context_sidecar.core.configuration import Configuration, Install


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt cards and installs by who may see them."""
    for card in configuration.cards.values():
        yield from _of_fields(card)
        yield from _of_rules(card)
    for install in configuration.installs.values():
        yield from _of_install(install, configuration)


def _of_fields(card: Card) -> Iterator[Doubt]:
    way = ("cards", card.id)
    for role in sorted(card.audience):
        if not card.fields_for({role}):
            yield Doubt(
                (*way, "audience"),
                f"{role} may see this card, and none of its fields",
                f"Add {role} to the audience of the fields, or take it out here.",
            )
    for index, field in enumerate(card.fields):
        if not field.audience & card.audience:
            yield Doubt(
                (*way, "fields", index),
                f"nobody sees {field.id} here: it is for {_listed(field.audience)}, the card for "
                f"{_listed(card.audience)}",
            )


def _of_rules(card: Card) -> Iterator[Doubt]:
    """A rule that reads what somebody may not see keeps silent for them."""
    for index, rule in enumerate(card.attention):
        for role in sorted(card.audience):
            seen = {field.id for field in card.fields_for({role})}
            hidden = [name for name in rule.fields if name not in seen]
            if hidden and seen:
                yield Doubt(
                    ("cards", card.id, "attention", index),
                    f"never told to {role}, who may not see {' and '.join(hidden)}",
                )


def _of_install(install: Install, configuration: Configuration) -> Iterator[Doubt]:
    cards = [
        card
        for card in configuration.cards.values()
        if any(place.startswith(f"{install.host}/") for place in card.where)
    ]
    if not cards:
        yield Doubt(
            ("installs", install.id),
            f"no card is shown in {install.host}",
            f"Add {install.host}/… to the `where` of a card.",
        )
    elif install.roles and not any(card.audience & install.roles for card in cards):
        yield Doubt(
            ("installs", install.id, "roles"),
            f"{_listed(install.roles)} may see none of the cards shown in {install.host}",
        )


def _listed(roles: frozenset[str]) -> str:
    return ", ".join(sorted(roles))
