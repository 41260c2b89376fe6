"""What keeps the calls of an examination within a source's declared rate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.beforehand import before_the_first_call
from context_sidecar.engine.sources.rate import RateBudget, used_up

LONGEST_WAIT_FOR_RATE = timedelta(seconds=10)
"""Where the declared rate would keep us waiting for longer, the call is left out."""


class Pacing:
    """The budget of one source's calls, by its *limits*; *nothing_left* says why there must be none
    where that is so. What asks nothing *by_http* takes nothing of it, and waits for nothing."""

    def __init__(
        self,
        limits: Limits,
        clock: Clock,
        nothing_left: Callable[[], SourceError | None],
        *,
        by_http: bool,
    ) -> None:
        self._limits, self._clock = limits, clock
        self._nothing_left, self._by_http = nothing_left, by_http
        self._rate = RateBudget(limits.rate, limits.per)

    @contextmanager
    def within(self, limit: timedelta) -> Iterator[None]:
        """What is inside may begin when the rate lets it, and takes *limit* at most from then on.

        Raises:
            SourceError: RATE_LIMITED, it would have to wait for too long.
        """
        if self._by_http:
            most = limit + min(self._wait, LONGEST_WAIT_FOR_RATE)
            with deadline.within(most.total_seconds()), before_the_first_call(self._keep):
                yield
        else:
            self._keep()
            with deadline.within(limit.total_seconds()):
                yield

    def _keep(self) -> None:
        """Wait until a call may begin, and count it."""
        if nothing_is_left := self._nothing_left():
            raise nothing_is_left
        wait = self._wait
        if wait > LONGEST_WAIT_FOR_RATE:
            raise used_up(self._limits, wait)
        time.sleep(wait.total_seconds())
        self._rate.spend(self._clock())

    @property
    def _wait(self) -> timedelta:
        return self._rate.wait(self._clock(), interactive=True)
