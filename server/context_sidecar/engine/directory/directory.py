"""Who is this? The directory of accounts: local, persistent, synchronised from the source that
owns accounts.

A synchronisation takes the place of the old directory whole or not at all. A list that shrank by
more than half is not believed until a second one says the same, and an empty one, the first too,
never before a person has: real systems answer a lost permission with an empty list.

A directory read from another system than is declared now, or for other keys, is as good as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from threading import Lock
from typing import TypeVar

from sqlalchemy import Engine

from context_sidecar.core.account import Account, Match, Matched, Unmatched
from context_sidecar.core.adapter import Adapter
from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Accounts
from context_sidecar.core.errors import SourceError
from context_sidecar.core.matching import Normaliser, match
from context_sidecar.core.observation import AHEAD
from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Trouble
from context_sidecar.engine.directory.domains import FREE_MAIL, registrable
from context_sidecar.engine.directory.listing import Listing, listed
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.beforehand import before_the_first_call
from context_sidecar.engine.sources.allowance import nothing_left, spares, used_up
from context_sidecar.store.accounts import AccountIndex, Sync
from context_sidecar.store.coverage import Coverage, coverage
from context_sidecar.store.generations import Generation, begin

OVERDUE_AFTER = 3
"""Intervals without a synchronisation after which a match may be out of date, and says so."""

WRITTEN_AT_ONCE = 1000
"""Accounts that one transaction writes."""

RETRY_AFTER = timedelta(minutes=5)
"""When a synchronisation that failed is tried again, if it is not due sooner anyway."""

FIRST_RETRY_AFTER = timedelta(minutes=1)
"""The same while there is no directory yet, so that nobody can be found."""

EACH_CALL = timedelta(seconds=15)
"""What one call to the source may take while its list is read: nobody waits for it."""

KNOWN_FOR = timedelta(seconds=10)
"""How long the state of the synchronisation is remembered; another process may change it."""

T = TypeVar("T")


class Outcome(StrEnum):
    """What came of a synchronisation: readers see it; the source failed; its list shrank too much
    to be believed at once; another one began meanwhile and took its place."""

    PUBLISHED = "published"
    FAILED = "failed"
    SUSPECTED = "suspected"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Synced:
    """What a synchronisation found. `error` is there where it failed; `before` is the number of
    accounts that readers saw until then."""

    outcome: Outcome
    listing: Listing
    before: int
    error: SourceError | None = None


class Directory:
    """The accounts, and who is behind a record.

    Attributes:
        normalise: brings a key's value into the form in which it is looked up.

    Args:
        engine: the database.
        accounts: the directory's contract.
        adapter: the adapter of the source that owns accounts.
        clock: gives the present.
        left: gives what the source's vendor says is left of its quotas.
    """

    def __init__(
        self,
        engine: Engine,
        accounts: Accounts,
        adapter: Adapter,
        clock: Clock,
        *,
        left: Callable[[], Sequence[Standing]] = tuple,
    ) -> None:
        self._engine, self._left = engine, left
        self._accounts = accounts
        self._adapter = adapter
        self._clock = clock
        self._index = AccountIndex(engine, accounts.system)
        self.normalise = Normaliser(registrable, FREE_MAIL | accounts.free_mail)
        self._one_at_a_time = Lock()
        self._known: tuple[datetime, Sync] | None = None

    def match(self, record: Record) -> Match:
        """Find the account behind *record* by the declared rules."""
        found = match(record, self._accounts.match, self.normalise, self._index.find)
        return self._honest(found, record.trouble)

    def match_id(self, id: str) -> Match:
        """Find the account with exactly this id."""
        account = self.account(id)
        if account:
            return Matched(account, by="id", value=id)
        return self._honest(Unmatched((("id", id),)), None)

    def account(self, id: str) -> Account | None:
        """Return the account with exactly this id."""
        return self._index.account(id) if id.isprintable() else None

    def find(self, key: str, text: str) -> tuple[Account, ...]:
        """Return the accounts whose *key* is *text*, however that is written."""
        value = self.normalise(key, text)
        return self._index.find(key, value) if value else ()

    def one(self, key: str, text: str) -> Account | None:
        """Return the account whose *key* is *text*; None where there is none, or several."""
        if key == "id":
            return self.account(text)
        found = self.find(key, text)
        return found[0] if len(found) == 1 else None

    def some(self, number: int) -> tuple[Account, ...]:
        """Return the first *number* accounts, in the order of their ids."""
        return self._index.some(number)

    def coverage(self) -> Mapping[str, Coverage]:
        """Return how far each key tells accounts apart; a key that no account has is absent."""
        return coverage(self._engine, self._accounts.system)

    def state(self) -> Sync:
        """Return what is known of the last synchronisation, at most ten seconds old."""
        now = self._clock()
        if self._known is None or not timedelta(0) <= now - self._known[0] < KNOWN_FOR:
            self._known = now, self._index.sync()
        return self._known[1]

    def due(self) -> bool:
        """Whether it is time for a synchronisation: on the interval, after a failure sooner; later
        where what the source may be asked is kept for people."""
        state, now, refresh = self.state(), self._clock(), self._accounts.refresh
        if state.generation and not spares(self._left()):
            return False
        if state.failed_at is None:
            return state.finished_at is None or _passed(state.finished_at, now) >= refresh
        if state.suspected:
            return _passed(state.failed_at, now) >= refresh
        retry = RETRY_AFTER if state.generation else FIRST_RETRY_AFTER
        return _passed(state.failed_at, now) >= min(retry, refresh)

    def overdue(self) -> Trouble | None:
        """Say since when, and why, the directory is older than it should be; None where not."""
        state, now = self.state(), self._clock()
        late = OVERDUE_AFTER * self._accounts.refresh
        if state.finished_at is None or _passed(state.finished_at, now) <= late:
            return None
        since = state.finished_at if state.finished_at <= now else None
        return Trouble(self._accounts.source, state.reason, since)

    def sync(
        self, *, believe: bool = False, progress: Callable[[Listing], None] | None = None
    ) -> Synced:
        """Bring the directory up to date; a second caller waits for its turn. The source is not
        asked where nothing is left of a quota for long, and that is a failure.

        Args:
            believe: take a shorter list, even an empty one, at its word: a person has looked.
            progress: called with the counts so far after every batch.
        """
        with self._one_at_a_time, deadline.each(EACH_CALL.total_seconds()):
            try:
                return self._sync(believe=believe, progress=progress or (lambda _: None))
            finally:
                self._known = None

    def _sync(self, *, believe: bool, progress: Callable[[Listing], None]) -> Synced:
        before = self._index.sync()
        generation = begin(self._engine, self._accounts.system)
        listing = Listing(self._accounts.keys, self.normalise)
        rows = listed(self._adapter, listing.names)
        try:
            with before_the_first_call(self._check_left):
                for some in _batches(listing.read(rows), WRITTEN_AT_ONCE):
                    generation.add(some)
                    progress(listing)
        except SourceError as error:
            generation.fail(error.reason, self._clock())
            return Synced(Outcome.FAILED, listing, before.accounts, error)
        if not believe and not _believable(listing.accounts, before):
            generation.fail(Reason.BAD_RESPONSE, self._clock(), suspected=listing.accounts)
            return Synced(Outcome.SUSPECTED, listing, before.accounts)
        return Synced(self._publish(generation, listing), listing, before.accounts)

    def _check_left(self) -> None:
        if gone := used_up(self._left()):
            raise nothing_left(gone, self._clock())

    def _publish(self, generation: Generation, listing: Listing) -> Outcome:
        seen = generation.publish(listing.accounts, self._clock())
        return Outcome.PUBLISHED if seen else Outcome.SUPERSEDED

    def _honest(self, found: Match, trouble: Trouble | None) -> Match:
        """Nobody is unmatched who could not be looked up."""
        if not isinstance(found, Unmatched):
            return found
        state = self.state()
        if trouble is None and state.finished_at is None:
            trouble = Trouble(self._accounts.source, state.reason, state.failed_at)
        return replace(found, trouble=trouble)


def _believable(found: int, before: Sync) -> bool:
    """Whether a list of *found* accounts may replace the present one by itself."""
    if found == 0:
        return before.generation > 0 and before.accounts == 0
    if 2 * found >= before.accounts:
        return True
    if before.suspected is None:
        return False
    return abs(found - before.suspected) <= found // 10


def _passed(since: datetime, now: datetime) -> timedelta:
    """Time since then; a time still to come says that the clock was set back, and nothing else."""
    return now - since if since <= now + AHEAD else timedelta.max


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
