"""Trying again within one call: rarely, briefly, and never so that retries become the load.

Retries happen on this layer alone: adapters and the door to the network make one attempt.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason

INTERACTIVE_ATTEMPTS = 2
BACKGROUND_ATTEMPTS = 3
WINDOW = timedelta(minutes=1)
SHARE = 0.1
FLOOR = 3
FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0

_PASSING = frozenset({Reason.UNREACHABLE, Reason.SERVER_ERROR})
"""Failures that may be gone in a moment. Too many calls and an open circuit have their own waits,
after a time-out there is no time left, and an unreadable answer is so the second time too."""


def again_in(
    error: SourceError, attempt: int, *, interactive: bool, random: Callable[[], float]
) -> float | None:
    """Return the seconds after which to try again after the failed *attempt* (counted from 1), or
    None where trying again is no use: full jitter under an exponential ceiling, and never less
    than the source asked for."""
    most = INTERACTIVE_ATTEMPTS if interactive else BACKGROUND_ATTEMPTS
    if error.reason not in _PASSING or attempt >= most:
        return None
    ceiling = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1))
    return max(error.retry_after or 0.0, ceiling * random())


class RetryBudget:
    """One source's allowance: retries are at most a tenth of the calls of the last minute, and
    three more. A pure state machine."""

    def __init__(self) -> None:
        self._calls: deque[datetime] = deque()
        self._retries: deque[datetime] = deque()

    def called(self, now: datetime) -> None:
        """Note a first attempt."""
        self._calls.append(now)
        _forget(self._calls, now)

    def take(self, now: datetime) -> bool:
        """Whether one more attempt is allowed; if so it is counted."""
        _forget(self._calls, now)
        _forget(self._retries, now)
        if len(self._retries) >= FLOOR + int(SHARE * len(self._calls)):
            return False
        self._retries.append(now)
        return True


def _forget(times: deque[datetime], now: datetime) -> None:
    # What lies in the future is from before the clock was set back.
    while times and not timedelta(0) <= now - times[0] < WINDOW:
        times.popleft()
