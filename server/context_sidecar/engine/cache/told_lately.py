"""What a source has told of a moment ago, where another process may not have heard of it yet.

That one may still keep an answer of before without a mark, and marks it a few seconds later; who
reads it in between marks it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from context_sidecar.core.clock import Clock
from context_sidecar.core.observation import AHEAD, Observation
from context_sidecar.store.observations import Address

ALL_HAVE_HEARD_IN = timedelta(seconds=15)
"""More than it takes until every process has looked at what was told, and kept its marks."""


class ToldLately:
    """Which questions' answers have changed of late."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[Address, tuple[datetime, datetime]] = {}

    def note(self, address: Address, at: datetime) -> None:
        """Note that some answer to the question at *address* has changed, *at* that time of its
        source's clock."""
        _, known = self._told.get(address, (at, at))
        self._told[address] = self._clock(), max(known, at)

    def marked(self, address: Address, stored: Mapping[str, Observation]) -> dict[str, Observation]:
        """Return what is *stored* at *address*, with a mark on what may be from before."""
        now = self._clock()
        told_at, at = self._told.get(address, (now - ALL_HAVE_HEARD_IN, now))
        if not timedelta(0) <= now - told_at < ALL_HAVE_HEARD_IN:
            return dict(stored)
        since = told_at - ALL_HAVE_HEARD_IN
        return {
            key: known.outdated(now) if _is_between(known, since, at) else known
            for key, known in stored.items()
        }


def _is_between(known: Observation, since: datetime, at: datetime) -> bool:
    """Whether somebody has asked *since* then, and not been answered well after the change."""
    asked = known.attempted_at is not None and known.attempted_at > since
    return asked and (known.confirmed_at is None or known.confirmed_at <= at + AHEAD)
