"""The latch for trouble that only a person can settle: polling stops but for a rare probe.

Some vendors lock out an address or a user that keeps knocking with a refused credential, so a
refusal of that kind is not tried again as others are. A pure state machine.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason

PROBE_EVERY = timedelta(minutes=15)
PROBE_SOON_EVERY = timedelta(minutes=1)
"""Somebody who has just renewed a credential presses "Check again" and wants to see it work; and
where the refusal is only a suspicion, what was refused may be some records and not the lookup."""

SOURCE_WIDE = frozenset({Reason.CREDENTIAL_EXPIRED, Reason.IP_NOT_ALLOWED})
"""Reasons that concern every lookup of a source: they come from the sign-in, not the question."""

STRIKES = 3
"""Refusals in a row after which one lookup counts as blocked: a single one may concern only one
record. A refused sign-in needs no second proof."""


class Block:
    """A source, or one lookup of it, that may be waiting for a person.

    Args:
        strikes: refusals in a row that make it blocked.
    """

    def __init__(self, strikes: int) -> None:
        self._strikes = strikes
        self._refusals = 0
        self._probed_at: datetime | None = None
        self.error: SourceError | None = None

    def refused_until(self, now: datetime, *, by_person: bool) -> datetime | None:
        """Return until when no call may begin, or None where one may.

        Args:
            now: the present.
            by_person: whether somebody asked for this very call.
        """
        if self.error is None or self._probed_at is None:
            return None
        # A clock that was set back must not lengthen the wait.
        self._probed_at = min(self._probed_at, now)
        soon = by_person or not self.error.certain
        wait = PROBE_SOON_EVERY if soon else PROBE_EVERY
        return self._probed_at + wait if now < self._probed_at + wait else None

    def begin(self, now: datetime) -> None:
        """Note that a call begins: while blocked it is the one probe."""
        self._probed_at = now

    def refused(self, error: SourceError, now: datetime) -> None:
        """Note that a call was refused for a reason that needs a person."""
        self._refusals += 1
        if self._refusals >= self._strikes:
            self.error, self._probed_at = error, now

    def answered(self) -> None:
        """Note that a call was answered."""
        self._refusals, self.error = 0, None
