"""An index of what counts at a source, kept up by what the source says has changed.

Some systems give one account in a call, and a list of everybody's that cannot be filtered to what
counts. But they say what has changed since a time, and in other lists what is gone. So the rows
that count are kept here by their own ids: all changes are read once, from the beginning, and from
then on those since the last time. What another account gets moves to it, what no longer counts or
is gone drops out, and the rows of an account are what the source would list of it.

**What makes that true.** Each page of changes is asked for by the time at which the one before
ended, never by its number: while rows change, pages by number move, and rows are passed over. So
a page is whole by itself, and an interrupted reading goes on where it stopped, without a doubt.
Times are the source's own throughout. A reading goes on where the last one ended, or an `overlap`
before that began, if that is earlier: a change that shows up late, with a time from before, is read
as long as it is late by no more than that. What is gone is read after what is there, and takes away
only rows that have not changed since. So whatever the source showed when a reading began is in the
index when it ends: that is when its answers are confirmed.

**What is no index.** A row without an id or a time, one from before the time that was asked for, of
the future, or older than it was known; changes that do not come oldest first; more of one second
than a page holds: each is a `SourceError`, upon which all is thrown away. What a source does not
tell, such as rows that are erased without having been deleted first, would stay for ever: so an
index is built `anew` every so often. Where a source does not tell what is gone, there is none.

It is kept in memory alone; after a restart it is built again. No I/O, and no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import AHEAD, Answer
from context_sidecar.core.reasons import Reason
from context_sidecar.core.rows import Row

MOST_KEPT = 100_000
"""Rows that an index holds, so that memory has an end; each takes some 1.5 kilobytes."""

SECOND = timedelta(seconds=1)
"""How exactly times are asked for. A source may give what is of that time or only what is later, so
the next page is asked for from so much before the last row."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row as it was *at* that time of the source's: its own `id`, and the `key` whose it is, if
    anybody's. `row` is None where it does not count, or not any more."""

    id: str
    at: datetime
    key: str | None = None
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """A page of changes, oldest first; `more` come after it. `told_at` is when the source answered
    with it, by its own clock."""

    rows: Sequence[ChangedRow]
    more: bool
    told_at: datetime


Read = Callable[[datetime | None], ChangesPage]
"""Reads the first page of what has changed since a time, to the second; None is the beginning."""

FromRows = Callable[
    [Mapping[str, Sequence[Row]], Collection[str]], Mapping[str, Answer | SourceError]
]
"""Gives the answers to keys whose rows are given, as `Lookup.ask` does, without reading any."""


@dataclass(frozen=True, slots=True)
class Feeds:
    """How a source tells of what has changed: `there` reads changes of what there is, each of
    `gone` those of what there is no more. `answers` is given the rows of each key, newest change
    first, and gives none only with evidence. For `overlap` and `anew` see above.
    """

    there: Read
    gone: tuple[Read, ...]
    answers: FromRows
    overlap: timedelta = timedelta(minutes=5)
    anew: timedelta = timedelta(days=1)


@dataclass(slots=True)
class _Place:
    """How far a feed was read, in a reading that `began` then: the next page is asked for from
    `since`."""

    since: datetime | None = None
    began: datetime | None = None


class Index:
    """The rows that count, by their ids. `pages` were read since it was whole the last time.

    Args:
        feeds: how many lists there are of what is gone.
        overlap: see above.
    """

    def __init__(self, gone: int, overlap: timedelta) -> None:
        self._overlap = overlap
        self._places = [_Place() for _ in range(gone + 1)]
        self._kept: dict[str, ChangedRow] = {}
        self._of: dict[str, dict[str, Row]] = {}
        self.pages = 0

    def begin(self) -> None:
        """Begin a reading: go on in each feed where the last one ended, or before it began."""
        for place in self._places:
            if place.since and place.began:
                place.since = min(place.since, _whole(place.began - self._overlap))
            place.began = None

    def since(self, feed: int) -> datetime | None:
        """Return from when on the next page of *feed* is to be read: 0 is what there is, and then
        come those of what is gone. Nothing that was gone before the first page was read was ever in
        the index."""
        return self._places[feed].since

    def take(self, feed: int, page: ChangesPage) -> bool:
        """Take in the next *page* of *feed*; return whether there is another.

        Raises:
            SourceError: there is a doubt, and the index is none.
        """
        self.pages += 1
        place = self._places[feed]
        self._check(page, place.since)
        if self._places[0].since is None:
            for gone in self._places[1:]:
                gone.since = _whole(page.told_at - self._overlap)
        place.began = place.began or page.told_at - SECOND
        for change in page.rows:
            self._put(change) if feed == 0 else self._drop(change)
        if len(self._kept) > MOST_KEPT:
            raise _doubt(f"more than {MOST_KEPT} rows count")
        next_since = _whole(page.rows[-1].at - SECOND) if page.rows else place.since
        if page.more and (next_since is None or (place.since and next_since <= place.since)):
            raise _doubt("more has changed in one second than a page holds")
        place.since = next_since
        return page.more

    def ended(self) -> None:
        """Note that all feeds were read to their end."""
        self.pages = 0

    def rows(self, key: str) -> list[Row]:
        """Return the rows of *key*, that which changed last first."""
        own = self._of.get(key, {})
        return [own[one] for one in sorted(own, key=lambda one: self._kept[one].at, reverse=True)]

    def _check(self, page: ChangesPage, since: datetime | None) -> None:
        before = since
        for change in page.rows:
            if change.at > page.told_at + AHEAD:
                raise _doubt("a change has a time of the future")
            if before and change.at < before:
                raise _doubt("changes do not come oldest first, or are older than asked for")
            before = change.at

    def _put(self, change: ChangedRow) -> None:
        known = self._kept.get(change.id)
        if known and change.at < known.at:
            raise _doubt("a row is older than it was known")
        self._forget(change.id)
        if change.row is not None and change.key is not None:
            self._kept[change.id] = change
            self._of.setdefault(change.key, {})[change.id] = change.row

    def _drop(self, change: ChangedRow) -> None:
        known = self._kept.get(change.id)
        if known and change.at >= known.at:
            self._forget(change.id)

    def _forget(self, id: str) -> None:
        known = self._kept.pop(id, None)
        if known and known.key is not None:
            del self._of[known.key][id]
            if not self._of[known.key]:
                del self._of[known.key]


def _whole(time: datetime) -> datetime:
    return time.replace(microsecond=0)


def _doubt(detail: str) -> SourceError:
    return SourceError(Reason.BAD_RESPONSE, f"no index: {detail}", certain=False)
