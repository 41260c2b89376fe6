"""Limits that each call is held to: of single endpoints, some of a vendor's paths that it counts by
themselves, and bursts of all calls, as one question may take several.

Where one is used up, what calls there waits, within half of the time that it has, or is refused
until there is more; everything else of the source goes on. What is left is what the vendor's
answers tell; where they never tell it of an endpoint, what we count ourselves.

People go first. Of what they cannot wait for, the background leaves half alone, and spreads
what it takes of the rest, so that something is soon left again whenever somebody comes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from context_sidecar.core.causes import Cause
from context_sidecar.core.clock import Clock
from context_sidecar.core.durations import spelled
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Quota, Quotas, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import counting, deadline
from context_sidecar.engine.sources.allowance import BURST_RESERVE, Held, Remaining
from context_sidecar.engine.sources.gate import LONGEST_WAIT
from context_sidecar.engine.sources.rate import RateBudget

NOTHING = timedelta(0)
RESERVE = 0.5
"""The part of what we count that is kept for people, where it is of a span that they cannot wait
for."""
SHARE_TO_WAIT = 0.5
"""The part of a call's time that it may wait for its endpoint: the rest is for the answer."""

_for_people: ContextVar[bool] = ContextVar("for_people", default=True)


@contextmanager
def asked_by(*, people: bool) -> Iterator[None]:
    """Say whether somebody waits for the calls inside, as is taken for granted otherwise: a part of
    each quota is kept for those."""
    token = _for_people.set(people)
    try:
        yield
    finally:
        _for_people.reset(token)


class Endpoints:
    """The quotas of one source's endpoints, and its bursts.

    Args:
        quotas: all of the source's. What is for long is kept to here only if it has a path.
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
        self._counted = [_Counted(one) for one in own if not (one.left or one.used)]
        self._told: dict[str, _Told] = {}
        self._clock, self._sleep, self._tell = clock, sleep, tell
        self._lock = threading.Lock()

    def heard(self, standings: Iterable[Standing]) -> None:
        """Take in what an answer told of what is left."""
        with self._lock:
            for one in standings:
                if one.quota.path or not one.quota.lasting:
                    self._told.setdefault(one.quota.name, _Told(one.quota)).left.heard(one)

    def enter(self, path: str) -> None:
        """Let a call of *path* (below the source's address) begin, once there is something left.

        Raises:
            SourceError: RATE_LIMITED, that would take too long; nothing was asked. `Held`, where
                it is no quota for long.
        """
        wait = self._wait(path).total_seconds()
        counting.so_far().waited += wait
        self._sleep(wait)
        with self._lock:
            now = self._clock()
            counted = [one.standing(now) for one in self._counted if one.covers(path)]
        if counted:
            self._tell(counted)

    def _wait(self, path: str) -> timedelta:
        with self._lock:
            now, people = self._clock(), _for_people.get()
            known: list[_Counted | _Told] = [*self._counted, *self._told.values()]
            budgets = [one for one in known if one.covers(path)]
            waits = [(one.wait(now, people=people), one) for one in budgets]
            longest, scarcest = max(waits, key=lambda one: one[0], default=(NOTHING, None))
            if scarcest and longest > _patience(people=people):
                raise scarcest.used_up(longest)
            for budget in budgets:
                budget.spend(now, longest)
        return longest


def _patience(*, people: bool) -> timedelta:
    """Return how long a call may wait. What nobody waits for, and has not begun yet, waits in the
    queue, where it holds no thread and can still go ahead."""
    longest = timedelta(seconds=(deadline.left() or 0) * SHARE_TO_WAIT)
    begun = people or counting.so_far().answers
    return longest if begun else min(longest, LONGEST_WAIT)


class _Told:
    """A quota of which the vendor's answers tell."""

    def __init__(self, quota: Quota) -> None:
        self.quota, self.left = quota, Remaining()

    def covers(self, path: str) -> bool:
        return not self.quota.path or self.quota.covers(path)

    def wait(self, now: datetime, *, people: bool) -> timedelta:
        return self.left.wait(now, interactive=people)

    def spend(self, now: datetime, wait: timedelta) -> None:
        self.left.begin(now + wait)

    def used_up(self, wait: timedelta) -> SourceError:
        name = self.quota.name
        kind = SourceError if self.quota.lasting else Held  # nothing waits for hours unseen
        return kind(
            Reason.RATE_LIMITED, f"its quota for {name} is used up",
            endpoint=name if self.quota.path else "", retry_after=wait.total_seconds(),
        )  # fmt: skip


class _Counted:
    """A quota of which no answer tells: so many calls may begin in each span."""

    def __init__(self, quota: Quota) -> None:
        assert isinstance(quota.limit, int), "what no answer tells is declared"
        self.quota = quota
        self._most, self._begun = quota.limit, deque[datetime](maxlen=quota.limit)
        long = quota.per > LONGEST_WAIT
        share = RESERVE if long else BURST_RESERVE
        self._kept = min(max(1, round(self._most * share)), self._most - 1)
        self._spread = RateBudget(self._most - self._kept if long else None, quota.per)

    def covers(self, path: str) -> bool:
        return self.quota.covers(path)

    def standing(self, now: datetime) -> Standing:
        """Return what is left by our own count."""
        left = max(0, self._most - len(self._lately(now)))
        return Standing(self.quota, left, self._most, now, None)

    def wait(self, now: datetime, *, people: bool) -> timedelta:
        lately = self._lately(now)
        over = len(lately) - (self._most - (0 if people else self._kept))
        wait = lately[over] + self.quota.per - now if over >= 0 else NOTHING
        if people:
            return max(NOTHING, wait)
        return max(NOTHING, wait, self._spread.wait(now, interactive=True))

    def spend(self, now: datetime, wait: timedelta) -> None:
        self._begun.append(now + wait)
        if not _for_people.get():
            self._spread.spend(now)

    def used_up(self, wait: timedelta) -> Held:
        name, setting = self.quota.name, self.quota.setting
        calls = f"{self._most} {self.quota.counts} in {spelled(self.quota.per)}"
        raised = (
            f"Raise {setting} in its settings if the vendor allows more, or l" if setting else "L"
        )
        return Held(
            Reason.RATE_LIMITED,
            f"our own limit is used up ({setting or name}: {calls})",
            possible_causes=[Cause.OWN_ENDPOINT_LIMIT],
            endpoint=name,
            retry_after=wait.total_seconds(),
            remedy=f"It is our own limit for {name} that is used up ({calls}), and none of the "
            f"vendor's. {raised}engthen stale_after.",
        )

    def _lately(self, now: datetime) -> list[datetime]:
        # What lies further in the future is from before the clock was set back. Who waits begins
        # after others who do not have to.
        span = self.quota.per
        return sorted(at for at in self._begun if now - span < at <= now + span)
