"""What keeps the calls of an examination within a source's declared rate."""

from __future__ import annotations

import time
from datetime import timedelta

from context_sidecar.core.clock import Clock
from context_sidecar.core.source import Limits
from context_sidecar.engine.sources.rate import RateBudget, used_up

LONGEST_WAIT_FOR_RATE = timedelta(seconds=10)
"""Where the declared rate would keep us waiting for longer, the call is left out."""


class Pacing:
    """The budget of one source's calls, by its *limits*."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits, self._clock = limits, clock
        self._rate = RateBudget(limits.rate, limits.per)

    def keep(self) -> None:
        """Wait until a call may begin, and count it.

        Raises:
            SourceError: RATE_LIMITED, that would take too long.
        """
        now = self._clock()
        wait = self._rate.wait(now, interactive=True)
        if wait > LONGEST_WAIT_FOR_RATE:
            raise used_up(self._limits, wait)
        time.sleep(wait.total_seconds())
        self._rate.spend(now)

    def give_back(self) -> None:
        """Take the last call for none, as nothing was asked in it."""
        self._rate.give_back()
