"""The cache's lower tier: what was observed, in the database, written behind.

One thread writes, in batches of whatever has come together meanwhile. Trouble with the database
makes things slower and never wrong: what cannot be read is asked for again, what cannot be written
waits, and is forgotten in the end.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from context_sidecar.core.clock import Clock
from context_sidecar.core.observation import Observation
from context_sidecar.engine.cache.entries import Entry
from context_sidecar.engine.cache.told_lately import ToldLately
from context_sidecar.engine.questions import Question
from context_sidecar.store.observations import Observations, Row

MOST_WAITING = 20_000
AT_ONCE = 1_000
GATHERED_FOR = 0.1
"""Seconds for which what comes together is gathered, to be written together, when those who wait
for it have been answered."""

LEFT_ALONE_FOR = timedelta(seconds=30)
"""How long a database in trouble is left alone."""

_PASSING = (InterfaceError, OperationalError, PoolTimeout)

log = structlog.get_logger()


class DatabaseLeftAlone(SQLAlchemyError):
    """The database is in trouble, and not asked for now."""


class Shelf:
    """The database's part of the cache.

    Args:
        observations: the table.
        clock: gives the present.
        most_bytes: how much it may take; what was not used for longest goes first.
    """

    def __init__(self, observations: Observations, clock: Clock, most_bytes: int) -> None:
        self._observations, self._clock, self._most_bytes = observations, clock, most_bytes
        self._bytes: int | None = None
        self._told_lately = ToldLately(clock)
        self._changed = threading.Condition()  # guards everything below
        self._waiting: dict[Entry, Row] = {}
        self._writing: dict[Entry, Row] = {}
        self._touched: dict[tuple[str, str, str], set[str]] = {}
        self._left_alone_until: datetime | None = None
        self._closing = threading.Event()
        self._writer: threading.Thread | None = None

    def read(
        self, question: Question, keys: Collection[str], *, strictly: bool = False
    ) -> dict[str, Observation]:
        """Return what is known of those of *keys* that are there, as far as the database tells.

        Raises:
            SQLAlchemyError: *strictly*, and the database is in trouble.
        """
        found: dict[str, Observation] = {}
        with self._changed:
            for key in keys:
                entry = question.address, key
                row = self._waiting.get(entry) or self._writing.get(entry)
                if row:
                    found[key] = row.observation
            left_alone = self._is_left_alone()
        rest = [key for key in keys if key not in found]
        if left_alone or not rest:
            if strictly and rest:
                raise DatabaseLeftAlone
            return found
        stored = self._read(question.address, rest, strictly=strictly)
        self._touch(question, stored)
        return self._told_lately.marked(question.address, stored) | found

    def note_told(self, question: Question, at: datetime) -> None:
        """Note that its source tells now that answers to *question* have changed *at* a time of
        its own clock: what another process keeps a moment later may be from before."""
        self._told_lately.note(question.address, at)

    def every(self, question: Question) -> Iterator[tuple[str, Observation]]:
        """Give all that is there, by key; of a key that is given twice the first is the latest.

        Raises:
            SQLAlchemyError: the database is in trouble.
        """
        with self._changed:
            rows = [*self._waiting.items(), *self._writing.items()]
        for (address, key), row in rows:
            if address == question.address:
                yield key, row.observation
        try:
            yield from self._observations.of(question.address)
        except SQLAlchemyError as error:
            self._note(error)
            raise

    def keep(self, question: Question, key: str, observation: Observation) -> None:
        """Keep *observation*, soon."""
        entry = question.address, key
        with self._changed:
            self._waiting.pop(entry, None)
            self._waiting[entry] = Row(question.address, key, observation, self._clock())
            self._forget_most()
            self._wake()

    def prune(self, unused_for: timedelta) -> None:
        """Delete what was not used for so long."""
        now = self._clock()
        try:
            self._observations.prune(now - unused_for, now)
        except SQLAlchemyError as error:
            self._note(error)

    def close(self, seconds: float = 5.0) -> None:
        """Write what waits, and stop, within *seconds*."""
        self._closing.set()
        with self._changed:
            self._changed.notify_all()
        if self._writer:
            self._writer.join(seconds)

    def _read(
        self, address: tuple[str, str, str], keys: Collection[str], *, strictly: bool
    ) -> dict[str, Observation]:
        try:
            return self._observations.read(address, keys)
        except Exception as error:
            self._note(error)
            if strictly and isinstance(error, SQLAlchemyError):
                raise
            return {}  # the sources can still be asked

    def _touch(self, question: Question, stored: Mapping[str, Observation]) -> None:
        if stored:
            with self._changed:
                self._touched.setdefault(question.address, set()).update(stored)
                self._wake()

    def _wake(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write, name="shelf", daemon=True)
            self._writer.start()
        self._changed.notify_all()

    def _write(self) -> None:
        while self._take():
            try:
                self._write_taken()
            except Exception as error:  # noqa: BLE001  the next batch may be better
                passing = self._note(error)
                if self._closing.is_set():
                    return
                with self._changed:
                    if passing:
                        self._waiting = self._writing | self._waiting
                        self._forget_most()
            with self._changed:
                self._writing = {}

    def _take(self) -> bool:
        """Wait for something to write, and take it; say no where nothing more will come."""
        with self._changed:
            while not (self._waiting or self._touched) or self._is_left_alone():
                if self._closing.is_set():
                    break
                self._changed.wait(LEFT_ALONE_FOR.total_seconds())
        if len(self._waiting) < AT_ONCE:
            self._closing.wait(GATHERED_FOR)
        with self._changed:
            some = list(islice(self._waiting, AT_ONCE))
            self._writing = {entry: self._waiting.pop(entry) for entry in some}
            return bool(self._writing or self._touched)

    def _write_taken(self) -> None:
        if self._bytes is None:
            self._bytes = self._observations.evict(self._most_bytes)
        with self._changed:
            touched, self._touched = self._touched, {}
        for address, keys in touched.items():
            self._observations.touch(address, keys, self._clock())
        if self._writing:
            self._bytes += self._observations.write(self._writing.values())
        if self._bytes > self._most_bytes:
            self._bytes = self._observations.evict(self._most_bytes)
        with self._changed:
            if self._left_alone_until is not None:
                self._left_alone_until = None
                log.info("cache_database_recovered")

    def _is_left_alone(self) -> bool:
        return self._left_alone_until is not None and self._clock() < self._left_alone_until

    def _note(self, error: Exception) -> bool:
        """Note the trouble, and say whether it is the database's, which passes; else it lies in
        what was to be read or written, and would come again. Of the error, which quotes values,
        only the kind is logged."""
        passing = isinstance(error, _PASSING)
        with self._changed:
            if self._left_alone_until is None:
                log.warning("cache_database_failing", error=type(error).__name__)
            if passing:
                self._left_alone_until = self._clock() + LEFT_ALONE_FOR
        return passing

    def _forget_most(self) -> None:
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
