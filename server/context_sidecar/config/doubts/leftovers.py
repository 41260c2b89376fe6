"""What is declared and serves nothing, or serves twice."""

from __future__ import annotations

from collections.abc import Iterator

from context_sidecar.config.doubts.doubt import Doubt
from context_sidecar.config.draft import Draft
from context_sidecar.core.configuration import Configuration


def doubts(configuration: Configuration, draft: Draft) -> Iterator[Doubt]:
    """Doubt what nothing uses, and what is there twice."""
    yield from _fields(configuration)
    yield from _sources(configuration)
    yield from _teams(configuration)
    yield from _places(configuration)
    yield from _labels(configuration)


def _fields(configuration: Configuration) -> Iterator[Doubt]:
    shown = {field.id for card in configuration.cards.values() for field in card.fields}
    for name in configuration.fields:
        if name not in shown:
            yield Doubt(("fields", name), "no card shows this field")


def _sources(configuration: Configuration) -> Iterator[Doubt]:
    read = {field.source.id for field in configuration.fields.values()}
    read.add(configuration.accounts.source.id)
    read |= {install.source.id for install in configuration.installs.values() if install.source}
    for name in configuration.sources:
        if name not in read:
            yield Doubt(("sources", name), "nothing is read from this source")


def _teams(configuration: Configuration) -> Iterator[Doubt]:
    owning = {source.owner.id for source in configuration.sources.values()}
    owning |= {field.owner.id for field in configuration.fields.values()}
    told = {team.escalate_to for team in configuration.teams.values()}
    for name, team in configuration.teams.items():
        if name not in owning | told:
            yield Doubt(("teams", name), "this team owns nothing")
        elif not team.notify:
            yield Doubt(("teams", name), "nobody in this team is told of a failure", "Give notify.")


def _places(configuration: Configuration) -> Iterator[Doubt]:
    first: dict[str, str] = {}
    installed = {install.host for install in configuration.installs.values()}
    for name, card in configuration.cards.items():
        for index, place in enumerate(card.where):
            way = ("cards", name, "where", index)
            if place in first:
                yield Doubt(way, f"{place} shows the card {first[place]}, which comes first")
            elif installed and place.partition("/")[0] not in installed:
                yield Doubt(way, f"nobody sees this card at {place}: no install has that host")
            first.setdefault(place, name)
    if not installed:
        yield Doubt(("installs",), "no host tool is installed, so only the API shows cards")


def _labels(configuration: Configuration) -> Iterator[Doubt]:
    for name, card in configuration.cards.items():
        labels = [field.label.casefold() for field in card.fields]
        for index, label in enumerate(labels):
            if label in labels[:index]:
                yield Doubt(
                    ("cards", name, "fields", index),
                    f"another field of this card is called {card.fields[index].label} too",
                )
