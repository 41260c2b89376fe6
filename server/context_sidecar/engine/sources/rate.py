"""How often a source may be asked: a token bucket that shrinks when the source says "too many".

A pure state machine. In any span of `per`, however it is placed, at most `rate` calls start. A
quarter of that may come at once; the rest is spread.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from context_sidecar.core.causes import Cause
from context_sidecar.core.durations import spelled
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits

BURST_SHARE = 4
RESERVE_SHARE = 0.1
"""The part of a burst that is kept for people: what runs in the background leaves it alone."""

SMALLEST_SHARE = 0.1
REGAINED_PER_SPAN = 0.1
DEFAULT_PAUSE = timedelta(seconds=10)
NOTHING = timedelta(0)

_WRITTEN = {
    timedelta(seconds=1): "s", timedelta(minutes=1): "min", timedelta(hours=1): "h",
    timedelta(days=1): "day",
}  # fmt: skip
"""How `limits.rate` writes what it counts for."""


class RateBudget:
    """One source's budget of calls.

    Args:
        rate: calls that may start in each *per*; None for no limit of ours, in which case only the
            pauses that the source asks for are kept.
        per: the span that *rate* counts for.
    """

    def __init__(self, rate: int | None, per: timedelta) -> None:
        self._per = per
        self._burst = max(1, (rate or 0) // BURST_SHARE)
        self._refill = (rate - self._burst + 1) / per.total_seconds() if rate else None
        self._tokens = float(self._burst)
        self._share = 1.0
        self._counted_at: datetime | None = None
        self._paused_until: datetime | None = None

    @property
    def share(self) -> float:
        """The part of the declared rate that is in use, from 0 to 1."""
        return self._share

    def paused_until(self, now: datetime) -> datetime | None:
        """Return until when the source asked us to wait, or None."""
        if self._paused_until is None or now >= self._paused_until:
            return None
        return self._paused_until

    def wait(self, now: datetime, *, interactive: bool, calls: int = 1) -> timedelta:
        """Return how long from *now* it takes until *calls* calls may have begun; nothing where
        they may begin now."""
        pause = self._paused_until - now if self.paused_until(now) and self._paused_until else None
        if self._refill is None:
            return pause or NOTHING
        self._count(now)
        missing = calls + (0 if interactive else self._reserve) - self._tokens
        seconds = max(0.0, missing) / (self._refill * self._share)
        return max(pause or NOTHING, timedelta(seconds=seconds))

    def spend(self, now: datetime) -> None:
        """Note that a call begins, one for which `wait` had said nothing."""
        if self._refill is not None:
            self._count(now)
            self._tokens -= 1

    def pause(self, until: datetime) -> None:
        """Let no call begin before *until*, then go on at the same pace."""
        self._paused_until = max(until, self._paused_until or until)

    def limited(self, now: datetime, retry_after: float | None) -> None:
        """Note that the source said "too many": pause as it asks, then go on at half the pace."""
        asked = timedelta(seconds=retry_after) if retry_after else DEFAULT_PAUSE
        if self._refill is not None:
            self._count(now)
        if self.paused_until(now) is None:  # calls that were under way together count once
            self._share = max(SMALLEST_SHARE, self._share / 2)
        self._tokens = min(self._tokens, 0)
        self._paused_until = max(now + asked, self._paused_until or now)

    @property
    def _room(self) -> float:
        return max(1.0, self._burst * self._share)

    @property
    def _reserve(self) -> float:
        return min(max(1.0, self._burst * RESERVE_SHARE), self._room - 1)

    def _count(self, now: datetime) -> None:
        """Add the tokens that time has brought since they were last counted."""
        assert self._refill is not None
        # A clock that was set back brings nothing, and takes nothing.
        gone = max(NOTHING, now - (self._counted_at or now)).total_seconds()
        self._counted_at = now
        self._tokens = min(self._room, self._tokens + gone * self._refill * self._share)
        regained = REGAINED_PER_SPAN * gone / self._per.total_seconds()
        self._share = min(1.0, self._share + regained)


def used_up(limits: Limits, wait: timedelta) -> SourceError:
    """Return why a source is not asked for *wait*, whose rate by our own *limits* is used up."""
    rate = f"{limits.rate}/{_WRITTEN.get(limits.per) or spelled(limits.per)}"
    return SourceError(
        Reason.RATE_LIMITED,
        f"our own limit is used up (limits.rate: {rate})",
        possible_causes=[Cause.OWN_LIMIT],
        retry_after=wait.total_seconds(),
        remedy=f"It is our own limit that is used up, and none of the vendor's. Raise limits.rate "
        f"({rate}) in sidecar.yaml if the vendor allows more, or lengthen stale_after.",
    )
