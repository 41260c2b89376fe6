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
    """One source's circuit.

    Args:
        random: gives a number from 0 to 1, so that many installations do not probe in step.
    """

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._ended: deque[_Ended] = deque()
        self._opened_at: datetime | None = None
        self._openings = 0
        self._rest = timedelta(0)
        self._probes: list[datetime] = []
        self._proven = 0

    def circuit(self, now: datetime) -> Circuit:
        """Return whether calls flow at *now*."""
        if self._opened_at is None:
            return Circuit.CLOSED
        # A clock that was set back must not lengthen the rest.
        self._opened_at = min(self._opened_at, now)
        return Circuit.OPEN if now < self._opened_at + self._rest else Circuit.HALF_OPEN

    def refused_until(self, now: datetime) -> datetime | None:
        """Return until when no call may begin, or None where one may."""
        circuit = self.circuit(now)
        if circuit is Circuit.OPEN:
            assert self._opened_at is not None
            return self._opened_at + self._rest
        if circuit is Circuit.HALF_OPEN and len(self._under_way(now)) >= PROBES - self._proven:
            return min(self._probes) + PROBE_LIMIT
        return None

    def begin(self, now: datetime) -> None:
        """Note that a call begins, one that `refused_until` had nothing against."""
        if self.circuit(now) is Circuit.HALF_OPEN:
            self._probes.append(now)

    def end(self, began: datetime, now: datetime, *, failed: bool, slow: bool) -> None:
        """Note how the call that began at *began* ended."""
        circuit = self.circuit(now)
        if circuit is Circuit.CLOSED:
            self._ended.append(_Ended(now, failed, slow))
            if self._too_bad(now):
                self._open(now)
        elif circuit is Circuit.HALF_OPEN and began in self._probes:
            self._probes.remove(began)
            self._judge_probe(now, good=not (failed or slow))

    def let_go(self, began: datetime) -> None:
        """Note that the call that began at *began* ended without saying anything of the source."""
        if began in self._probes:
            self._probes.remove(began)

    def _judge_probe(self, now: datetime, *, good: bool) -> None:
        if not good:
            self._open(now)
            return
        self._proven += 1
        if self._proven >= PROBES:
            self._opened_at = None
            self._openings = 0
            self._ended.clear()

    def _open(self, now: datetime) -> None:
        rest = min(FIRST_REST * 2**self._openings, LONGEST_REST)
        self._rest = rest * (1 - JITTER + 2 * JITTER * self._random())
        self._openings = min(self._openings + 1, 10)
        self._opened_at = now
        self._probes.clear()
        self._proven = 0

    def _too_bad(self, now: datetime) -> bool:
        # What lies in the future is from before the clock was set back.
        while self._ended and not timedelta(0) <= now - self._ended[0].at <= WINDOW:
            self._ended.popleft()
        calls = len(self._ended)
        if calls < MIN_CALLS:
            return False
        failed = sum(ended.failed for ended in self._ended)
        slow = sum(ended.slow for ended in self._ended)
        return failed >= FAILED_SHARE * calls or slow >= SLOW_SHARE * calls

    def _under_way(self, now: datetime) -> list[datetime]:
        self._probes = [at for at in self._probes if timedelta(0) <= now - at < PROBE_LIMIT]
        return self._probes
