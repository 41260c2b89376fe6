"""The calls of one source that are under way."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.call import Call

GRACE = timedelta(seconds=1)
"""Past its time by this, a call is given up, whatever its thread still does."""


class UnderWay(list[Call]):
    """The calls. Whoever shares it between threads holds a lock."""

    def in_background(self) -> int:
        """Return how many of them nobody waits for."""
        return sum(not call.batch.interactive for call in self)

    def hanging(self) -> int:
        """Return how many of them were given up, and hold their threads all the same."""
        return sum(call.given_up for call in self)

    def overdue(self, now: datetime) -> list[Call]:
        """Return those that are to be given up at *now*."""
        return [
            call for call in self if not call.given_up and now >= call.began + call.limit + GRACE
        ]

    def hurry(self, question: Question, keys: Collection[str]) -> set[str]:
        """Note that a person asks for *keys* now; see `Call.hurry`."""
        return set().union(*(call.hurry(question, keys) for call in self))
