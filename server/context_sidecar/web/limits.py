"""How much one caller may ask: a pace for everybody, and a guard against walking through records.

Kept in memory for the callers seen last; a caller that is forgotten starts afresh.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock

from cachetools import LRUCache

CALLERS = 20_000
"""How many callers are remembered."""


class Pace:
    """At most *burst* requests at once, and as many again in each *per*, for each name.

    The generic cell rate algorithm: one number a caller, no timer (ITU-T I.371).
    """

    def __init__(self, burst: int, per: timedelta = timedelta(minutes=1)) -> None:
        self._step = per.total_seconds() / burst
        self._span = per.total_seconds()
        self._due: LRUCache[str, float] = LRUCache(CALLERS)
        self._lock = Lock()

    def wait(self, name: str, now: float) -> float:
        """Count one request of *name* at *now*, in seconds, and return 0; or, where it is too
        soon, count nothing and return for how many seconds to wait."""
        with self._lock:
            due = max(self._due.get(name, now), now) + self._step
            late = due - now - self._span
            if late > _ROUNDING:
                return late
            self._due[name] = due
            return 0.0


_ROUNDING = 1e-6


class Breadth:
    """At most *limit* different things in each *per*, for each name: asking again for what was
    asked for already is free."""

    def __init__(self, limit: int, per: timedelta) -> None:
        self._limit = limit
        self._span = per.total_seconds()
        self._seen: LRUCache[str, dict[str, float]] = LRUCache(CALLERS)
        self._lock = Lock()

    def wait(self, name: str, thing: str, now: float) -> float:
        """Count *thing* for *name* at *now* and return 0; or, where that is one too many, count
        nothing and return for how many seconds to wait."""
        with self._lock:
            seen = self._seen.setdefault(name, {})
            for old in [one for one, at in seen.items() if now - at >= self._span]:
                del seen[old]
            if thing not in seen and len(seen) >= self._limit:
                return min(seen.values()) + self._span - now
            seen[thing] = now
            return 0.0
