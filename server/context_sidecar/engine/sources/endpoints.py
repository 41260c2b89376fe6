"""Limits of single endpoints: calls to some of a vendor's paths that it counts by themselves.

Where one is used up, what calls it waits, within half of the time that it has, or is refused until
there is more; everything else of the source goes on. What is left is what the vendor's answers
tell; where they never tell it, what we count ourselves.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Quota, Quotas, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import deadline
from context_sidecar.engine.sources.allowance import reserve

NOTHING = timedelta(0)
SHARE_TO_WAIT = 0.5
"""The part of a call's time that it may wait for its endpoint: the rest is for the answer."""

_for_people: ContextVar[bool] = ContextVar("for_people", default=False)


@contextmanager
def asked_by(*, people: bool) -> Iterator[None]:
    """Say whether somebody waits for the calls inside: a part of each quota is kept for those."""
    token = _for_people.set(people)
    try:
        yield
    finally:
        _for_people.reset(token)


class Endpoints:
    """The quotas of one source's endpoints.

    Args:
        quotas: all of the source's; those with a path are kept to here.
        clock: gives the present.
        sleep: waits so many seconds.
        tell: is told what is left where we count that ourselves.
    """

    def __init__(
        self,
        quotas: Quotas,
        clock: Clock,
        sleep: Callable[[float], object],
        tell: Callable[[Iterable[Standing]], None],
    ) -> None:
        own = [quota for quota in quotas if isinstance(quota, Quota) and quota.path]
        self._budgets = [_Told(one) if one.left or one.used else _Counted(one) for one in own]
        self._clock, self._sleep, self._tell = clock, sleep, tell
        self._lock = threading.Lock()

    def heard(self, standings: Iterable[Standing]) -> None:
        """Take in what an answer told of what is left."""
        with self._lock:
            for standing in standings:
                for budget in self._budgets:
                    if isinstance(budget, _Told) and standing.quota == budget.quota:
                        budget.heard(standing)

    def enter(self, path: str) -> None:
        """Let a call of *path* (below the source's address) begin, once there is something left.

        Raises:
            SourceError: RATE_LIMITED, that would take too long; nothing was asked.
        """
        budgets = [one for one in self._budgets if one.quota.covers(path)]
        if budgets:
            self._sleep(self._wait(budgets).total_seconds())
            now = self._clock()
            self._tell([one.standing(now) for one in budgets if isinstance(one, _Counted)])

    def _wait(self, budgets: list[_Told | _Counted]) -> timedelta:
        longest = timedelta(seconds=(deadline.left() or 0) * SHARE_TO_WAIT)
        with self._lock:
            now = self._clock()
            waits = {one.quota.name: one.wait(now, people=_for_people.get()) for one in budgets}
            name = max(waits, key=lambda name: waits[name])
            if waits[name] > longest:
                raise SourceError(
                    Reason.RATE_LIMITED, f"its quota for {name} is used up", endpoint=name,
                    retry_after=waits[name].total_seconds(),
                )  # fmt: skip
            for budget in budgets:
                budget.spend(now + waits[name])
        return waits[name]


class _Told:
    """A quota of which the vendor's answers tell."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self._last: Standing | None = None
        self._spent = 0

    def heard(self, standing: Standing) -> None:
        self._last, self._spent = standing, 0

    def wait(self, now: datetime, *, people: bool) -> timedelta:
        last = self._last
        if last is None or not last.told_at <= now < last.until:
            return NOTHING
        spare = last.left - self._spent - (0 if people else reserve(last))
        return NOTHING if spare > 0 else last.until - now

    def spend(self, at: datetime) -> None:
        self._spent += 1


class _Counted:
    """A quota of which no answer tells: so many calls may begin in each span."""

    def __init__(self, quota: Quota) -> None:
        assert isinstance(quota.limit, int), "what no answer tells is declared"
        self.quota = quota
        self._most, self._begun = quota.limit, deque[datetime](maxlen=quota.limit)

    def standing(self, now: datetime) -> Standing:
        """Return what is left by our own count."""
        left = max(0, self._most - len(self._lately(now)))
        return Standing(self.quota, left, self._most, now, None)

    def wait(self, now: datetime, *, people: bool) -> timedelta:
        kept = 0 if people or self._most == 1 else reserve(self.standing(now))
        lately = self._lately(now)
        over = len(lately) - (self._most - kept)
        return max(NOTHING, lately[over] + self.quota.per - now) if over >= 0 else NOTHING

    def spend(self, at: datetime) -> None:
        self._begun.append(at)

    def _lately(self, now: datetime) -> list[datetime]:
        # What lies further in the future is from before the clock was set back.
        return [at for at in self._begun if now - self.quota.per < at <= now + self.quota.per]
