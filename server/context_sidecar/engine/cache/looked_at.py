"""What people have looked at of late, which is kept fresh for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from cachetools import TTLCache

from context_sidecar.core.clock import Clock
from context_sidecar.engine.cache.entries import Entry
from context_sidecar.engine.questions import Question

KEPT_FOR = timedelta(minutes=30)
MOST = 25_000
"""Answers that are kept fresh; each takes half a kilobyte to remember."""


class LookedAt:
    """What was looked at in the last half hour. Whoever calls holds a lock."""

    def __init__(self, clock: Clock) -> None:
        self._questions: TTLCache[Entry, Question] = TTLCache(
            MOST, KEPT_FOR.total_seconds(), timer=lambda: clock().timestamp()
        )

    def note(self, question: Question, key: str) -> None:
        """Note that somebody looks at the answer of *question* for *key*."""
        self._questions[question.address, key] = question

    def among(self, question: Question, keys: Iterable[str]) -> set[str]:
        """Return those of *keys* for which somebody has looked at the answer of *question*."""
        return {key for key in keys if (question.address, key) in self._questions}

    def everything(self) -> dict[Question, list[str]]:
        """Return all that was looked at: the keys of each question."""
        found: dict[Question, list[str]] = {}
        for (_, key), question in self._questions.items():
            found.setdefault(question, []).append(key)
        return found
