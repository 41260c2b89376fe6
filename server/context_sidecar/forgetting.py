"""What is forgotten by the clock: what is known of sources that are no longer declared, and what
nobody asks about any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from context_sidecar.core.clock import Clock
from context_sidecar.engine.refresh import Refresher

EVERY = timedelta(days=1)
"""What sources have said that are no longer declared is gone from the first start without them."""

KEPT_FOR = timedelta(days=400)
"""Long enough for a question about last year's renewal."""


class OfSources(Protocol):
    """A table of what is known of sources."""

    def keep_only(self, sources: Collection[str], /) -> object:
        """Forget the sources that are not among these."""


class OfTheirTime(Protocol):
    """A table of what happened."""

    def forget(self, before: datetime, /) -> object:
        """Forget what happened *before*."""


def forget_by_the_clock(
    refresher: Refresher,
    clock: Clock,
    sources: Collection[str],
    known: Mapping[str, OfSources],
    happened: Mapping[str, OfTheirTime],
) -> None:
    """Let *refresher* forget, at once and then each day, what is *known* of other than these
    *sources*, and each day what *happened* too long ago."""
    declared = frozenset(sources)
    for name, table in known.items():
        keep_only = partial(table.keep_only, declared)
        refresher.every(f"forget_{name}", EVERY, keep_only, at_once=True)
    for name, record in happened.items():
        refresher.every(f"forget_{name}", EVERY, partial(_forget, record, clock))


def _forget(record: OfTheirTime, clock: Clock) -> None:
    record.forget(clock() - KEPT_FOR)
