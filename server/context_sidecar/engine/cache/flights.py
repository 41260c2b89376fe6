"""Attempts under way, one for a key at a time, and when a person may ask for another."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from context_sidecar.core.observation import Observation
from context_sidecar.engine.cache.due import SET_BACK
from context_sidecar.engine.questions import Asked, Question

FORCED_EVERY = timedelta(seconds=10)


@dataclass(slots=True)
class Flight:
    """An attempt under way: what was known when it began, when that was, and whether a person waits
    for it."""

    observation: Observation
    began: datetime
    urgent: bool
    future: Future[Observation] = field(default_factory=Future)

    def asked(self, changed_at: datetime) -> Asked:
        """Return what is known, and the attempt while it is under way. *changed_at* is when the
        source was last taken for another."""
        if self.future.done():
            return Asked(self.future.result())
        attempted = self.observation.attempted_at
        from_before = attempted is not None and attempted < changed_at
        return Asked(self.observation, self.future, from_before)


@dataclass(slots=True)
class Begun:
    """What one asking sets going: attempts for people, attempts ahead of time, and attempts that
    were under way ahead of time and are now for people."""

    urgent: list[str] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    hurried: list[str] = field(default_factory=list)


def is_awaited(question: Question, known: Observation, now: datetime) -> bool:
    """Whether who looks now sees nothing, or something old."""
    if known.confirmed_at is None or known.outdated_at or known.denied_at:
        return True
    return now - known.confirmed_at > question.stale_after


def may_be_forced(known: Observation, now: datetime) -> bool:
    """Whether the last attempt is long enough ago for a person to ask for another."""
    attempted = known.attempted_at
    return attempted is None or not -SET_BACK <= now - attempted < FORCED_EVERY
