"""How much one caller may ask: a pace for everybody, and a guard against walking through records.

Kept in memory for the callers seen last; a caller that is forgotten starts afresh.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from context_sidecar.web.recent import Recent

CALLERS = 20_000
"""How many callers are remembered."""

_ROUNDING = 1e-6


class Meter:
    """One caller's pace: a request each *step* seconds, and *span* seconds' worth of them at once.

    The generic cell rate algorithm (ITU-T I.371): one number, no timer.
    """

    __slots__ = ("_due", "_lock", "_span", "_step")

    def __init__(self, step: float, span: float) -> None:
        self._step = step
        self._span = span
        self._due = 0.0
        self._lock = Lock()

    def wait(self, now: float) -> float:
        """Count one request at *now*, in seconds, and return 0; or, where it is too soon, count
        nothing and return for how many seconds to wait."""
        with self._lock:
            due = (max(now, self._due)) + self._step
            late = due - now - self._span
            if late > _ROUNDING:
                return late
            self._due = due
            return 0.0


class Pace:
    """At most *burst* requests at once, and as many again in each *per*, for each name."""

    def __init__(self, burst: int, per: timedelta = timedelta(minutes=1)) -> None:
        self._span = per.total_seconds()
        self._step = self._span / burst
        self._meters: Recent[str, Meter] = Recent(CALLERS)
        self._lock = Lock()

    def meter(self, name: str) -> Meter:
        """Return the meter of the caller of this *name*."""
        with self._lock:
            found = self._meters.get(name)
            if found is None:
                found = Meter(self._step, self._span)
                self._meters.put(name, found)
            return found


class Breadth:
    """At most *limit* different things in each *per*, for each name: asking again for what was
    asked for already is free."""

    def __init__(self, limit: int, per: timedelta) -> None:
        self._limit = limit
        self._span = per.total_seconds()
        self._seen: Recent[str, dict[str, float]] = Recent(CALLERS)
        self._lock = Lock()

    def wait(self, name: str, thing: str, now: float) -> float:
        """Count *thing* for *name* at *now* and return 0; or, where that is one too many, count
        nothing and return for how many seconds to wait."""
        with self._lock:
            seen = self._seen.get(name) or {}
            for old in [one for one, at in seen.items() if now - at >= self._span]:
                del seen[old]
            if thing not in seen and len(seen) >= self._limit:
                return min(seen.values()) + self._span - now
            seen[thing] = now
            self._seen.put(name, seen)
            return 0.0
