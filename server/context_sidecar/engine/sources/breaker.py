"""The circuit breaker: a source that mostly fails is given a rest, then tried with a few probes.

A pure state machine over the times that it is told. It looks at a span of time and not at a number
of calls, because a card's traffic is thin: a hundred calls may take an hour.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(seconds=60)
MIN_CALLS = 8
FAILED_SHARE = 0.5
SLOW_SHARE = 0.8
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=5)
JITTER = 0.2
PROBES = 2
PROBE_LIMIT = timedelta(minutes=1)
"""A probe that has not ended after this long no longer keeps others from trying."""

BY_PERSON_EVERY = timedelta(seconds=10)
"""Somebody who knows that the source is well again need not wait for the end of its rest."""


class Circuit(StrEnum):
    """Whether calls flow."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class _Ended:
    at: datetime
    failed: bool
    slow: bool


class Breaker:
    """One source's circuit. `by_failures` is whether it was failures for which it opened last, and
    not that calls were slow.

    Args:
        random: gives a number from 0 to 1, so that many installations do not probe in step.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._ended: deque[_Ended] = deque()
        self._opened_at: datetime | None = None
        self.by_failures = False
        self._openings = 0
        self._rest = timedelta(0)
        self._probes: list[datetime] = []
        self._proven = 0
        self._let_in: list[datetime] = []
        self._let_in_yet = 0

    def circuit(self, now: datetime) -> Circuit:
        """Return whether calls flow at *now*."""
        if self._opened_at is None:
            return Circuit.CLOSED
        # A clock that was set back must not lengthen the rest.
        self._opened_at = min(self._opened_at, now)
        return Circuit.OPEN if now < self._opened_at + self._rest else Circuit.HALF_OPEN

    def refused_until(
        self, now: datetime, *, by_person: bool = False, admitted: bool = False
    ) -> datetime | None:
        """Return until when no call may begin, or None where one may.

        Args:
            now: the present.
            by_person: whether somebody asked for this very call.
            admitted: whether it is one that was let in.
        """
        circuit = self.circuit(now)
        if circuit is Circuit.OPEN:
            assert self._opened_at is not None
            if admitted and self._let_in_yet:
                return None
            if by_person and len(self._lately_let_in(now)) < PROBES:
                return None
            return self._opened_at + self._rest
        if circuit is Circuit.HALF_OPEN and len(self._under_way(now)) >= PROBES - self._proven:
            return min(self._probes) + PROBE_LIMIT
        return None

    def let_in(self, now: datetime) -> None:
        """Let the next call begin during the rest, as a probe, because somebody asked for it."""
        if self.circuit(now) is Circuit.OPEN:
            self._let_in.append(now)
            self._let_in_yet += 1

    def begin(self, now: datetime) -> None:
        """Note that a call begins, one that `refused_until` had nothing against."""
        circuit = self.circuit(now)
        if circuit is not Circuit.CLOSED:
            self._probes.append(now)
        if circuit is Circuit.OPEN:
            self._let_in_yet = max(0, self._let_in_yet - 1)

    def end(self, began: datetime, now: datetime, *, failed: bool, slow: bool) -> None:
        """Note how the call that began at *began* ended."""
        circuit = self.circuit(now)
        if circuit is Circuit.CLOSED:
            self._ended.append(_Ended(now, failed, slow))
            failed_share, slow_share = self._shares(now)
            if failed_share >= FAILED_SHARE or slow_share >= SLOW_SHARE:
                self._open(now, by_failures=failed_share >= FAILED_SHARE)
        elif began in self._probes:
            self._probes.remove(began)
            good = not (failed or slow)
            if circuit is Circuit.HALF_OPEN:
                self._judge_probe(now, good=good, failed=failed)
            elif good:
                self._end_rest(now)

    def let_go(self, began: datetime) -> None:
        """Note that the call that began at *began* ended without saying anything of the source."""
        if began in self._probes:
            self._probes.remove(began)

    def _judge_probe(self, now: datetime, *, good: bool, failed: bool = False) -> None:
        if not good:
            self._open(now, by_failures=failed)
            return
        self._proven += 1
        if self._proven >= PROBES:
            self._opened_at = None
            self._openings = 0
            self._ended.clear()

    def _end_rest(self, now: datetime) -> None:
        """A probe that somebody asked for was answered. One that fails changes nothing: the rest
        ends when it would have."""
        assert self._opened_at is not None
        self._rest = now - self._opened_at
        self._let_in_yet = 0
        self._judge_probe(now, good=True)

    def _open(self, now: datetime, *, by_failures: bool) -> None:
        self.by_failures = by_failures
        rest = min(FIRST_REST * 2**self._openings, LONGEST_REST)
        self._rest = rest * (1 - JITTER + 2 * JITTER * self._random())
        self._openings = min(self._openings + 1, 10)
        self._opened_at = now
        self._probes.clear()
        self._proven = 0
        self._let_in_yet = 0

    def _shares(self, now: datetime) -> tuple[float, float]:
        """Which shares of the calls that ended of late failed, and were slow; none where they are
        too few to say."""
        # What lies in the future is from before the clock was set back.
        while self._ended and not timedelta(0) <= now - self._ended[0].at <= WINDOW:
            self._ended.popleft()
        calls = len(self._ended)
        if calls < MIN_CALLS:
            return 0.0, 0.0
        failed = sum(ended.failed for ended in self._ended)
        slow = sum(ended.slow for ended in self._ended)
        return failed / calls, slow / calls

    def _lately_let_in(self, now: datetime) -> list[datetime]:
        self._let_in = [at for at in self._let_in if timedelta(0) <= now - at < BY_PERSON_EVERY]
        return self._let_in

    def _under_way(self, now: datetime) -> list[datetime]:
        self._probes = [at for at in self._probes if timedelta(0) <= now - at < PROBE_LIMIT]
        return self._probes
