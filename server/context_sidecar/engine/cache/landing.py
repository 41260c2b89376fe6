"""What is known after an attempt. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Answer, Observation

Again = Callable[[SourceError, int], datetime]
"""Says when to try again after an error, which is so many in a row."""


@dataclass(frozen=True, slots=True)
class Landing:
    """An attempt that has ended: at *now*, begun when it *began*, if anybody knows.

    `changed_at` is when the source became another. `until` is the next try, where that is settled.
    `read_at` is when the source was as it is answered, where that is before *now*.
    """

    now: datetime
    changed_at: datetime
    began: datetime | None = None
    until: datetime | None = None
    read_at: datetime | None = None

    def after(self, before: Observation, result: Answer | SourceError, again: Again) -> Observation:
        """Return what is known after *result*, where *before* was."""
        if before.attempted_at and before.attempted_at < self.changed_at:
            before = before.untroubled()
        if isinstance(result, SourceError):
            next_try_at = self.until or again(result, before.failures + 1)
            after = before.failed(result, self.now, next_try_at)
        else:
            after = before.answered(result, self.read_at or self.now)
        return self._doubted(before, after)

    def _doubted(self, before: Observation, after: Observation) -> Observation:
        """Return *after* as one to ask for once more, where it may be of a time before the source
        became another, or before it said that its answer has changed."""
        if self.began is None:
            return after
        if before.outdated_at and self.began < before.outdated_at:
            after = replace(after, outdated_at=before.outdated_at, attempted_at=self.began)
        if self.began < self.changed_at:
            after = replace(after, attempted_at=self.began)
        return after
