"""A source's indexes, by lookup: each is brought up to what the source shows before it answers.

Only many accounts at once that nobody waits for are answered from one (`Waiting`); a person's
question is asked by itself. Its calls are held to the source's limits and quotas as all are: where
one is used up half way, the reading goes on with the next question. What it would cost more calls
to read than there are accounts waiting, is left.

What fails in passing (a limit, a time-out, a server's error) leaves what whole pages have told, and
the next reading goes on there. Whatever else is wrong throws the index away: then each account is
asked for by itself, as if there were none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.index import ChangesPage, Feeds, Index, Read
from context_sidecar.core.lookups import Answers, Ask, Lookup
from context_sidecar.core.reasons import Reason
from context_sidecar.core.scrub import scrubbed
from context_sidecar.engine.door.counting import counting
from context_sidecar.engine.sources import asking
from context_sidecar.engine.sources.asking import Results

PASSING = frozenset(
    {
        Reason.BUSY,
        Reason.CREDENTIAL_EXPIRED,
        Reason.IP_NOT_ALLOWED,
        Reason.RATE_LIMITED,
        Reason.SERVER_ERROR,
        Reason.TIMEOUT,
        Reason.UNREACHABLE,
    }
)
"""Failures that say nothing of what was read before."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class FromIndex:
    """What an index answered: as the source was at `read_at`. The next answers take some `calls`,
    if not much changes."""

    results: Results
    read_at: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class Unindexed:
    """A lookup whose index is none, *since* then: `why`. Each account takes a call of its own."""

    lookup: str
    why: SourceError
    since: datetime


class NoIndex(Exception):
    """An index cannot answer; it would take more than `calls` to let it, as far as that is known,
    or is not to be had: `error` says why."""

    def __init__(self, calls: int, error: SourceError | None = None) -> None:
        super().__init__(calls)
        self.calls, self.error = calls, error


class Indexes:
    """The indexes of the source *source*.

    Args:
        source: its id, for the log.
        clock: gives the present.
        secrets: gives what must not be seen in what is said of them.
    """

    def __init__(
        self, source: str, clock: Clock, secrets: Callable[[], Collection[str]] = frozenset
    ) -> None:
        self._source, self._clock, self._secrets = source, clock, secrets
        self._kept: dict[str, tuple[Index, datetime]] = {}
        self._doubted: dict[str, Unindexed] = {}

    @property
    def unindexed(self) -> tuple[Unindexed, ...]:
        """Those in which there was a doubt when they were last read."""
        return tuple(self._doubted.values())

    def forget(self) -> None:
        """Throw all away, as the source is another."""
        self._kept, self._doubted = {}, {}

    def ask(
        self, lookup: Lookup, keys: Sequence[str], names: Collection[str], most: int
    ) -> FromIndex:
        """Return the answers to *keys*, for which no more than *most* pages are to be read.

        Called by one thread at a time for one lookup.

        Raises:
            NoIndex: it takes more, or there is a doubt.
            SourceError: the source fails; the next time it is gone on with.
        """
        assert lookup.bulk
        assert lookup.bulk.feeds
        feeds, read_at = lookup.bulk.feeds, self._clock()
        index = self._index(lookup.name, feeds, read_at)
        try:
            self._read(index, feeds, lookup.name, most)
            with counting() as counted:
                results = asking.ask(replace(lookup, ask=_answers(index, feeds)), keys, names)
        except SourceError as error:
            if error.reason in PASSING:
                raise
            doubt = scrubbed(error, self._secrets())
        else:
            self._doubted.pop(lookup.name, None)
            return FromIndex(results, read_at, 1 + len(feeds.gone) + counted.answers)
        self._kept.pop(lookup.name, None)
        since = self._doubted[lookup.name].since if lookup.name in self._doubted else read_at
        self._doubted[lookup.name] = Unindexed(lookup.name, doubt, since)
        log.warning(
            "index_discarded", source=self._source, lookup=lookup.name, detail=doubt.detail,
            reason=doubt.reason.value,
        )  # fmt: skip
        raise NoIndex(index.pages, doubt)

    def _index(self, lookup: str, feeds: Feeds, now: datetime) -> Index:
        known = self._kept.get(lookup)
        if known and now - known[1] < feeds.anew:
            return known[0]
        index = Index(len(feeds.gone), feeds.overlap)
        self._kept[lookup] = index, now
        return index

    def _read(self, index: Index, feeds: Feeds, lookup: str, most: int) -> None:
        index.begin()
        for feed, read in enumerate((feeds.there, *feeds.gone)):
            while index.pages < most:
                if not index.take(feed, _page(index, feed, read, lookup)):
                    break
            else:
                raise NoIndex(index.pages)
        index.ended()


def _page(index: Index, feed: int, read: Read, lookup: str) -> ChangesPage:
    return asking.told(f"changes of {lookup}", partial(read, index.since(feed)))


def _answers(index: Index, feeds: Feeds) -> Ask:
    def ask(keys: Sequence[str], names: Collection[str]) -> Answers:
        return feeds.answers({key: index.rows(key) for key in keys}, names)

    return ask
