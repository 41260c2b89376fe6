"""Whether a source has become several times slower than it usually is.

Some vendors slow a caller down without a word before they refuse it (Autotask, ChurnZero). Nothing
fails then, and more calls make it worse. A pure state machine over how long calls took, told apart
by lookup and, roughly, by the number of keys, as a call for many takes longer than a call for one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

TIMES = 3.0
"""So many times its usual is slow, if it is at least `APART` more, too: from 10 to 40 milliseconds
nobody is slowed down on purpose."""

APART = 0.5
LATELY = 8
"""Calls whose middle one stands for how long they take now: one slow call is none."""

KNOWN_AFTER = 20
REMEMBERED = 100
MENDED = 1.5
"""So many times its usual, or less, is as usual again."""

GETS_USUAL = timedelta(hours=2)
"""What has been so for this long is how it is now."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """A source takes `seconds` for a call that usually takes `usual`, `since` that time."""

    seconds: float
    usual: float
    since: datetime


@dataclass(slots=True)
class _Kind:
    """Calls of one lookup for about as many keys."""

    usual: deque[float] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    lately: deque[float] = field(default_factory=lambda: deque(maxlen=LATELY))
    since: datetime | None = None

    def took(self, seconds: float, now: datetime) -> None:
        self.lately.append(seconds)
        if len(self.usual) < KNOWN_AFTER:
            self.usual.append(seconds)
            return
        current, usual = median(self.lately), median(self.usual)
        if self.since and (current <= MENDED * usual or current < usual + APART / 2):
            self.since = None
        elif self.since and now - self.since >= GETS_USUAL:
            self.usual = deque(self.lately, REMEMBERED)
            self.since = None
        elif not self.since and current >= max(TIMES * usual, usual + APART):
            self.since = now
        if not self.since and seconds < TIMES * usual:
            self.usual.append(seconds)  # what is far off is no part of the usual

    def slowed(self) -> Slowed | None:
        if self.since is None:
            return None
        return Slowed(median(self.lately), median(self.usual), self.since)


class Pace:
    """How long one source's calls take."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int], _Kind] = {}
        self._ended_at: datetime | None = None

    def took(self, lookup: str, keys: int, seconds: float, now: datetime) -> None:
        """Note that a call of *lookup* for so many *keys* took so long, ended at *now*."""
        kind = self._kinds.setdefault((lookup, keys.bit_length()), _Kind())
        kind.took(seconds, now)
        self._ended_at = now

    def slowed(self) -> Slowed | None:
        """Return how it is slowed down, if it is: of several kinds of calls the slowest."""
        slowed: Iterable[Slowed | None] = (kind.slowed() for kind in self._kinds.values())
        return max(filter(None, slowed), key=lambda one: one.seconds, default=None)

    def rest(self, now: datetime) -> timedelta:
        """Return how long from *now* the background rests after a call: while the source is slowed
        down, as long as a call takes."""
        slowed = self.slowed()
        if slowed is None or self._ended_at is None:
            return timedelta(0)
        ended_at = min(self._ended_at, now)  # a clock that was set back must not lengthen it
        return max(timedelta(0), ended_at + timedelta(seconds=slowed.seconds) - now)
