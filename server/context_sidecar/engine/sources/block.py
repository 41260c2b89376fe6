"""The latch for trouble that only a person can settle: polling stops but for a rare probe.

Some vendors lock out an address or a user that keeps knocking with a refused credential, so a
refusal of that kind is not tried again as others are. A pure state machine.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason

PROBE_EVERY = timedelta(minutes=15)
PROBE_SOON = timedelta(minutes=1)
"""Somebody who has just renewed a credential presses "Check again" and wants to see it work; and
where the refusal is only a suspicion, what was refused may be some records and not the lookup. Each
probe that is refused, too, makes that less likely, and doubles the wait, up to the rare probe's."""

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
        self._probing, self._probes_refused = False, 0
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
        until = self._probed_at + (PROBE_SOON if by_person else self._wait(self.error))
        return until if now < until else None

    def _wait(self, error: SourceError) -> timedelta:
        if error.certain or error.reason in SOURCE_WIDE:
            return PROBE_EVERY
        return min(PROBE_EVERY, PROBE_SOON * 2.0 ** min(self._probes_refused, 10))

    def begin(self, now: datetime) -> None:
        """Note that a call begins: while blocked it is the one probe."""
        self._probed_at, self._probing = now, self.error is not None

    def refused(self, error: SourceError, now: datetime) -> None:
        """Note that a call was refused for a reason that needs a person."""
        self._refusals += 1
        # Others may have been under way already when it was blocked; they were no probes.
        self._probes_refused += self._probing
        self._probing = False
        if self._refusals >= self._strikes:
            self.error, self._probed_at = error, now

    def answered(self) -> None:
        """Note that a call was answered."""
        self._refusals, self._probes_refused, self._probing, self.error = 0, 0, False, None
