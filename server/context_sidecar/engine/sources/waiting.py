"""What waits to be asked of one source: people's questions first, each call filled to its batch.

A plain data structure; whoever shares it between threads holds a lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType

from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Bulk, Lookup
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.bulks import Bulks
from context_sidecar.engine.sources.indexes import NoIndex

MOST_INTERACTIVE = 1_000
MOST_BACKGROUND = 200_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Keys of one question that are asked in one call. `interactive` if a person waits for one;
    `bulk` if they are more than the lookup takes but for that way, out of so many that `waited`."""

    question: Question
    keys: tuple[str, ...]
    interactive: bool
    bulk: bool = False
    waited: int = 0


@dataclass(slots=True)
class _Line:
    question: Question
    interactive: dict[str, None] = field(default_factory=dict)
    background: dict[str, None] = field(default_factory=dict)


class Waiting:
    """Keys in the order in which they came, by question.

    Args:
        batches: the most keys that one call may ask, by lookup; one where it is not named.
        bulks: the ways to ask for many in the background, by lookup.
    """

    def __init__(
        self, batches: Mapping[str, int], bulks: Mapping[str, Bulk] = MappingProxyType({})
    ) -> None:
        self._batches = batches
        self._bulks = Bulks(bulks)
        self._lines: dict[tuple[str, str, str], _Line] = {}

    @classmethod
    def of(cls, lookups: Iterable[Lookup]) -> Waiting:
        """Return an empty queue for *lookups*."""
        known = list(lookups)
        bulks = {one.name: one.bulk for one in known if one.bulk}
        return cls({one.name: one.batch for one in known}, bulks)

    def __len__(self) -> int:
        return sum(len(line.interactive) + len(line.background) for line in self._lines.values())

    @property
    def interactive_calls(self) -> int:
        """How many calls it takes to ask all that people wait for."""
        return sum(
            -(-len(line.interactive) // self.batch_of(line.question))
            for line in self._lines.values()
        )

    def batch_of(self, question: Question) -> int:
        """Return the most keys that one call of *question* asks for."""
        return max(1, self._batches.get(question.lookup, 1))

    def start_anew(self) -> None:
        """Forget what was learned of asking for many, as the source is another, or was mended."""
        self._bulks.start_anew()

    def begun(self, batch: Batch) -> None:
        """Note that *batch* is asked: while an index is read, what else nobody waits for of its
        lookup is kept waiting for it."""
        if batch.bulk:
            self._bulks.begun(batch.question.lookup)

    def bulk_ended(self, lookup: str, calls: int, failure: SourceError | None) -> None:
        """See `Bulks.ended`."""
        self._bulks.ended(lookup, calls, failure)

    def no_index(self, batch: Batch, why: NoIndex) -> None:
        """Let the keys of *batch* wait again, as an index could not answer; see
        `Bulks.no_index`."""
        self._bulks.no_index(batch.question.lookup, len(batch.keys), why)
        self.again(batch)

    def again(self, batch: Batch, hurried: Collection[str] = ()) -> None:
        """Let the keys of *batch*, which nobody waits for, wait again, those *hurried* ahead."""
        self._bulks.halted(batch.question.lookup)
        self.add(batch.question, batch.keys, interactive=False)
        self.hurry(batch.question, hurried)

    def room(self, *, interactive: bool) -> int:
        """Return how many more keys may be added."""
        if interactive:
            return MOST_INTERACTIVE - sum(len(line.interactive) for line in self._lines.values())
        return MOST_BACKGROUND - sum(len(line.background) for line in self._lines.values())

    def add(self, question: Question, keys: Iterable[str], *, interactive: bool) -> None:
        """Add *keys*. One that waits already is not added twice, but goes ahead of the background
        if a person now asks for it too."""
        for key in keys:
            line = self._lines.setdefault(question.address, _Line(question))
            if interactive:
                line.background.pop(key, None)
                line.interactive[key] = None
            elif key not in line.interactive:
                line.background[key] = None

    def take(self, *, background: bool, held: Collection[str] = ()) -> Batch | None:
        """Take the next call's keys: those that people wait for, filled up with what waits in the
        background for the same question. None where nothing waits, or for an index that is read.

        Args:
            background: whether a call that nobody waits for may be made.
            held: the lookups that are not asked for but for people.
        """
        lines = self._lines.values()
        found = next((line for line in lines if line.interactive), None)
        if not found and background:
            found = next((one for one in lines if self._may_go(one.question.lookup, held)), None)
        return self._take(found) if found else None

    def hurry(self, question: Question, keys: Iterable[str]) -> None:
        """Let those of *keys* that wait in the background go ahead: a person asks for them now."""
        line = self._lines.get(question.address)
        if line:
            self.add(question, line.background.keys() & set(keys), interactive=True)

    def _may_go(self, lookup: str, held: Collection[str]) -> bool:
        return lookup not in held and not self._bulks.reads(lookup)

    @property
    def lookups(self) -> frozenset[str]:
        """The lookups that something waits for."""
        return frozenset(line.question.lookup for line in self._lines.values())

    def clear(self, lookup: str) -> list[Batch]:
        """Take everything that waits for *lookup*, however much it is."""
        cleared = [
            Batch(line.question, (*line.interactive, *line.background), bool(line.interactive))
            for line in self._lines.values()
            if line.question.lookup == lookup
        ]
        for batch in cleared:
            del self._lines[batch.question.address]
        return cleared

    def _take(self, line: _Line) -> Batch:
        interactive = bool(line.interactive)
        lookup, most = line.question.lookup, self.batch_of(line.question)
        waited = len(line.background)
        if not interactive:
            most = self._bulks.most(lookup, waited) or most
        keys: list[str] = []
        for lane in (line.interactive, line.background):
            taken = tuple(islice(lane, most - len(keys)))
            for key in taken:
                del lane[key]
            keys += taken
        del self._lines[line.question.address]
        if line.interactive or line.background:
            self._lines[line.question.address] = line  # behind the others: they take turns
        in_bulk = len(keys) > self.batch_of(line.question)
        self._bulks.asked(lookup, len(keys))
        return Batch(line.question, tuple(keys), interactive, in_bulk, waited)
