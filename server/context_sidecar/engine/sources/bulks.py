"""When many accounts of a source are asked for at once, and when each batch by itself after all.

A plain data structure; whoever shares it between threads holds a lock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Bulk
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.sources.indexes import NoIndex

BEFORE_BULK = 1_000
"""Accounts that are asked for in the usual batches after a question for many has failed: it may
have been too long, and that is no reason to know nothing of anybody."""

AFTER_DOUBT = 10
"""So many accounts for each page that was read of an index that is none are asked for by themselves
before it is tried again: so it makes them dearer by a tenth at most."""


class Bulks:
    """What was learned of a source's ways to ask for many.

    Args:
        bulks: these ways, by lookup.
    """

    def __init__(self, bulks: Mapping[str, Bulk]) -> None:
        self._bulks = dict(bulks)
        self._indexed = {name for name, one in bulks.items() if one.feeds}
        self.start_anew()

    def start_anew(self) -> None:
        """Forget what was learned, as the source is another, or was mended."""
        self._worth = {name: one.least for name, one in self._bulks.items()}
        self._before: Counter[str] = Counter()
        self._refused: set[str] = set()
        self._reading: set[str] = set()

    def most(self, lookup: str, waiting: int) -> int:
        """Return how many accounts of *lookup* are asked for at once where so many are *waiting*
        that nobody waits for; 0 where it is not worth its while."""
        bulk = self._bulks.get(lookup)
        if bulk is None or lookup in self._refused or self._before[lookup] > 0:
            return 0
        return bulk.most if waiting >= self._worth[lookup] else 0

    def asked(self, lookup: str, accounts: int) -> None:
        """Note that so many *accounts* of *lookup* are asked for, in whichever way."""
        self._before[lookup] -= accounts

    def begun(self, lookup: str) -> None:
        """Note that many are asked for: an index is read by one call at a time."""
        if lookup in self._indexed:
            self._reading.add(lookup)

    def reads(self, lookup: str) -> bool:
        """Whether an index is read just now."""
        return lookup in self._reading

    def halted(self, lookup: str) -> None:
        """Note that an index is not read just now, if one was; it is gone on with."""
        self._reading.discard(lookup)

    def ended(self, lookup: str, calls: int, failure: SourceError | None) -> None:
        """Learn from a question for many that took so many *calls*: for fewer accounts than that it
        is not worth its while. Where it fails, so many are asked for in the usual batches before it
        is tried again; where that needs a person, all are until the source is another. An index
        that a limit keeps from being read is gone on with, as each account by itself would only
        take longer."""
        self.halted(lookup)
        if lookup in self._indexed and failure and failure.reason is Reason.RATE_LIMITED:
            return
        if failure is None:
            self._worth[lookup] = max(self._bulks[lookup].least, calls)
        elif failure.reason.needs_person and lookup not in self._indexed:
            self._refused.add(lookup)
        else:
            self._before[lookup] = BEFORE_BULK

    def no_index(self, lookup: str, accounts: int, why: NoIndex) -> None:
        """Learn that an index could not answer so many *accounts*. For no more than so many it is
        not worth its while; where there is a doubt, whatever it is, some are asked for by
        themselves before it is tried again: it costs little, and nobody has to remember it."""
        if why.error is None:
            self._worth[lookup] = max(self._worth[lookup], why.calls + 1)
        else:
            self._before[lookup] = accounts + max(BEFORE_BULK, AFTER_DOUBT * why.calls)
