"""What a source is asked: one question for all fields that read the same lookup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from hashlib import sha256

from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.observation import Observation
from context_sidecar.core.source import Source
from context_sidecar.core.values import ITEM_PARTS
from context_sidecar.engine import paths
from context_sidecar.engine.item_names import names_in_items, names_of_part

RECORD = "record:"
"""The lookups that begin so ask `Adapter.record` for the keys of a record of the type that
follows; see `record_question`."""


@dataclass(frozen=True)
class Question:
    """One lookup of one source, and the names that the declared fields read from its answer.

    `stale_after` is the shortest of these fields'. `system` is the source's fingerprint. The keys
    that are asked for are given to `Cache.ask` apart, so that one question serves all accounts.
    """

    source: str
    lookup: str
    names: frozenset[str] = frozenset()
    stale_after: timedelta = timedelta(hours=1)
    system: str = ""

    @cached_property
    def version(self) -> str:
        """A fingerprint of system and names: a changed configuration asks again."""
        return sha256("\n".join([self.system, *sorted(self.names)]).encode()).hexdigest()[:16]

    @cached_property
    def address(self) -> tuple[str, str, str]:
        """What tells this question's answers from those of others: source, lookup, version."""
        return self.source, self.lookup, self.version


@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of one key now, and the attempt under way to know it better, if any.

    The future never fails: it gives the observation after the attempt, whatever came of it.
    `from_before` says that what is known is from before the source was taken for another.
    """

    observation: Observation
    future: Future[Observation] | None = None
    from_before: bool = False


def questions(fields: Iterable[Field]) -> Mapping[tuple[str, str], Question]:
    """Return the questions that answer all of *fields*, by (source, lookup).

    Made from all declared fields and not from one card's, so that cards share one fetch.
    """
    found: dict[tuple[str, str], Question] = {}
    for field in fields:
        place = field.source.id, field.lookup
        known = found.get(place) or Question(*place, stale_after=field.stale_after)
        found[place] = Question(
            *place,
            names=known.names | names_of(field),
            stale_after=min(known.stale_after, field.stale_after),
            system=field.source.system,
        )
    return found


def names_of(field: Field) -> frozenset[str]:
    """Return the names that *field* reads from its lookup's answer, dotted where it goes deeper."""
    declared = filter(None, (field.path, field.currency_path, field.as_of_path))
    return frozenset().union(*(paths.names(path) for path in declared))


def names_in_items_of(field: Field) -> frozenset[str]:
    """Return the names that *field* reads in the items of lists: `[].title`, `tickets[].title`."""
    names = names_in_items(field.path) | names_in_items(field.currency_path or "@")
    if field.type is not FieldType.LIST:
        return names
    parts = field.items.values() or ITEM_PARTS
    return names.union(*(names_of_part(field.path, part) for part in parts))


def record_question(source: Source, type: str) -> Question:
    """Return the question for the keys of a record that *source* shows as a host, asked by the
    record's id. Answers are `Found({key: value})` or `NoMatch`."""
    return Question(
        source.id, RECORD + type, stale_after=timedelta(minutes=1), system=source.system
    )
