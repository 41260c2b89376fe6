"""A source being tried: one call at a time, each within the source's limits and its own time, and
what went wrong told without secrets."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from threading import Lock

from context_sidecar.core.adapter import AccountRow, Adapter
from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Answers, Lookup
from context_sidecar.core.matching import visible
from context_sidecar.core.observation import Found
from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.scope import Scope
from context_sidecar.core.scrub import scrub, scrubbed
from context_sidecar.core.shape import Shape
from context_sidecar.core.source import Source
from context_sidecar.engine.directory.listing import listed
from context_sidecar.engine.door import clocks
from context_sidecar.engine.door.counting import counting
from context_sidecar.engine.examination.changing import read_changes
from context_sidecar.engine.examination.enough import scope_of
from context_sidecar.engine.examination.findings import Finding, failure
from context_sidecar.engine.examination.pacing import Pacing
from context_sidecar.engine.sources import asking
from context_sidecar.engine.sources.allowance import nothing_left, used_up
from context_sidecar.engine.sources.asking import Results
from context_sidecar.engine.sources.calling import BACKGROUND_TIMEOUT
from context_sidecar.engine.sources.gate import asked_again_at

LIST_TIMEOUT = timedelta(seconds=30)
"""How long the first accounts of a list may take, which may come on several pages."""


class Trial:
    """Tries one source.

    Attributes:
        ahead: how far the source's clock is ahead of ours, as its last answer by HTTP said; None
            where it did not say.
        answers: how many answers by HTTP came in, of calls that did not fail.

    Args:
        source: what is declared of it.
        adapter: what speaks to it.
        clock: gives the present.
        secrets: what must not be seen in anything that it says.
        left: gives what its answers told of what is left of its quotas.
    """

    def __init__(
        self,
        source: Source,
        adapter: Adapter,
        clock: Clock,
        secrets: Collection[str],
        left: Callable[[], Sequence[Standing]] = tuple,
    ) -> None:
        self.source, self.left = source, left
        self._adapter, self._clock, self._secrets = adapter, clock, secrets
        self.ahead: timedelta | None = None
        self.answers = 0
        by_http = adapter.connection() is not None
        self._pacing = Pacing(source.limits, clock, self.nothing_left, by_http=by_http)
        self._one_at_a_time = Lock()

    def check(self) -> tuple[str, timedelta]:
        """Return what the adapter's check says, and how long it took.

        Raises:
            SourceError: what does not work.
        """

        def ask(keys: Sequence[str], names: Collection[str]) -> Answers:
            began = time.monotonic()
            said = self._adapter.check()
            return {"said": Found(said), "seconds": Found(time.monotonic() - began)}

        found = self._ask(Lookup("check", ask), ("said", "seconds"), (), BACKGROUND_TIMEOUT)
        said, seconds = found["said"], found["seconds"]
        assert isinstance(said, Found)
        assert isinstance(seconds, Found)
        took = timedelta(seconds=float(str(seconds.data)))
        return visible(scrub(str(said.data), self._secrets)), took

    def scope(self, used: Collection[str]) -> Scope | None:
        """Return what the adapter says of our credential's rights, without secrets. What it lacks
        of what is *used*, lookups, names read of them and `records`, is missing; what it holds for
        others is too much.

        Raises:
            SourceError: they could not be looked at.
        """
        with self._call(BACKGROUND_TIMEOUT):
            found = asking.told("scope", self._adapter.scope)
        if found is None:
            return None
        meant = found.where(used, self._adapter.rights)
        missing, excess, untold, unavoidable = (
            tuple(visible(scrub(str(right), self._secrets)) for right in several or ())
            for several in (meant.missing, meant.excess, meant.untold, meant.unavoidable)
        )
        known = None if meant.excess is None else excess
        return Scope(missing, known, untold, unavoidable=unavoidable)

    @property
    def enough(self) -> str:
        """What the adapter says of itself to be enough for reading, in one line."""
        return scope_of(self._adapter)

    def ends(self) -> datetime | None:
        """Return when our credential ends, as its system tells; None where it does not.

        Raises:
            SourceError: it could not be asked.
        """
        if type(self._adapter).ends is Adapter.ends:
            return None
        with self._call(BACKGROUND_TIMEOUT):
            return asking.told("ends", self._adapter.ends)

    def failed(self, about: str, error: SourceError) -> Finding:
        """Return the finding that it could not be asked. Where we may not see something, what the
        adapter says to be enough is said, too: a vendor seldom names the right that lacks."""
        found = failure(about, self.source, error, self.next_try_at(error))
        enough = self.enough if error.reason is Reason.PERMISSION_DENIED else ""
        more = f" What is enough: {enough}" if enough else ""
        return replace(found, remedy=f"{found.remedy}{more}")

    def batch_of(self, lookup: str) -> int:
        """Return the most keys that one call of *lookup* asks for.

        Raises:
            SourceError: NOT_CONFIGURED, there is no such lookup.
        """
        return max(1, asking.lookup_of(self._adapter, lookup).batch)

    def at_once_from(self, lookup: str) -> int:
        """Return from how many accounts on that nobody waits for, *lookup* reads all at once; 0
        where it never does.

        Raises:
            SourceError: NOT_CONFIGURED, there is no such lookup.
        """
        bulk = asking.lookup_of(self._adapter, lookup).bulk
        return bulk.least if bulk else 0

    def kept_up_by(self, lookup: str) -> int:
        """Read what has changed lately, as an index does by which many are answered, and which is
        kept up by that; return how many calls that took, and 0 where there is no such index.

        Raises:
            SourceError: it could not be read, it makes no index, or there is no such lookup.
        """
        bulk = asking.lookup_of(self._adapter, lookup).bulk
        if bulk is None or bulk.feeds is None:
            return 0
        before = self.answers
        read_changes(lookup, bulk.feeds, self._clock(), partial(self._call, BACKGROUND_TIMEOUT))
        return self.answers - before

    def is_dated(self, lookup: str) -> bool:
        """Whether the answers of *lookup* carry the source's own time.

        Raises:
            SourceError: NOT_CONFIGURED, there is no such lookup.
        """
        return asking.lookup_of(self._adapter, lookup).dated

    def ask(self, lookup: str, keys: Sequence[str], names: Collection[str]) -> Results:
        """Ask for *keys*, no more than one call asks for, in the time that a card waits.

        Raises:
            SourceError: there is no answer for any key.
        """
        found = asking.lookup_of(self._adapter, lookup)
        return self._ask(found, keys, names, self.source.limits.timeout)

    def shape(self, lookup: str) -> Shape | None:
        """Return what the system itself says that the answers of *lookup* look like; None where it
        describes nothing.

        Raises:
            SourceError: its description could not be read, or there is no such lookup.
        """
        with self._call(BACKGROUND_TIMEOUT):
            return asking.shape_of(self._adapter, lookup)

    def nothing_left(self) -> SourceError | None:
        """Return why it is not asked where nothing is left of a quota for long; None where it may
        be."""
        gone = used_up(self.left())
        return nothing_left(gone, self._clock()) if gone else None

    def next_try_at(self, error: SourceError) -> datetime | None:
        """Return when the source may be asked again, which has just failed with *error*; None where
        nothing says so."""
        now = self._clock().replace(microsecond=0)
        if error.reason is Reason.RATE_LIMITED:
            gone = used_up(self.left())
            asked = asked_again_at(error, gone, now)
            return (max(asked, gone.until) if gone else asked).replace(microsecond=0)
        return now + timedelta(seconds=error.retry_after) if error.retry_after else None

    @property
    def tells_types(self) -> bool:
        """Whether its answers show of what type a value is."""
        return self._adapter.tells_types

    @property
    def lookups(self) -> list[str]:
        """The lookups that there are."""
        return list(self._adapter.lookups)

    def first_accounts(self, names: Collection[str], number: int) -> list[AccountRow]:
        """Return the first *number* rows of the list of accounts, with at least *names*.

        Raises:
            SourceError: they could not be read.
        """
        with self._call(LIST_TIMEOUT):
            rows = listed(self._adapter, names)
            try:
                return list(islice(rows, number))
            finally:
                rows.close()

    def _ask(
        self, lookup: Lookup, keys: Sequence[str], names: Collection[str], limit: timedelta
    ) -> Results:
        with self._call(limit):
            results = asking.ask(lookup, keys, names)
        return {
            key: scrubbed(result, self._secrets) if isinstance(result, SourceError) else result
            for key, result in results.items()
        }

    @contextmanager
    def _call(self, limit: timedelta) -> Iterator[None]:
        fault: SourceError | None = None
        with self._one_at_a_time:
            try:
                with self._pacing.within(limit), clocks.listening() as heard, counting() as counted:
                    yield
                self.answers += counted.answers
                if heard:
                    self.ahead = heard[-1] - self._clock()
            except SourceError as error:
                fault = scrubbed(error, self._secrets)
        if fault:
            raise fault  # out here, so that nothing that quotes the request hangs on it
