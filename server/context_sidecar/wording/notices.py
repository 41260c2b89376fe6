"""One notice for one cause: what several fields share is said once, on top."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from context_sidecar.core.reading import Reading
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.wording.times import rfc3339
from context_sidecar.wording.troubles import next_try, trouble_since, troubled, who_has_it
from context_sidecar.wording.words import Words


@dataclass(frozen=True, slots=True)
class Notice:
    """A cause, and the two or more readings that it marks."""

    source: Source
    reason: Reason
    readings: tuple[Reading, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The ids of the marked fields."""
        return tuple(reading.field.id for reading in self.readings)


def shared_causes(readings: Iterable[Reading]) -> tuple[Notice, ...]:
    """Return the causes that mark two or more of *readings*, in the readings' order."""
    causes: dict[tuple[str, Reason], list[Reading]] = {}
    for reading in readings:
        if reading.reason and troubled(reading):
            causes.setdefault((reading.field.source.id, reading.reason), []).append(reading)
    return tuple(
        Notice(marked[0].field.source, reason, tuple(marked))
        for (_, reason), marked in causes.items()
        if len(marked) > 1
    )


def say_notice(words: Words, notice: Notice, now: datetime) -> dict[str, Any]:
    """Return *notice* for the answer: `headline` is what and since when, `message` all of it."""
    since = _earliest(reading.since for reading in notice.readings)
    next_try_at = _earliest(reading.next_try_at for reading in notice.readings)
    what = trouble_since(words, notice.source, notice.reason, since, now)
    headline = words.text("{sentence}.", sentence=what)
    details = words.paragraph(
        (
            _reliance(words, notice),
            who_has_it(words, notice.source, notice.reason),
            next_try(words, next_try_at, now),
        )
    )
    return {
        "source": notice.source.id,
        "reason": notice.reason.value,
        "fields": list(notice.fields),
        "headline": headline,
        "details": details,
        "message": words.paragraph((headline, details)),
        "since": rfc3339(since),
        "next_try_at": rfc3339(next_try_at),
        "owner": {"team": notice.source.owner.id, "label": notice.source.owner.name},
    }


def _earliest(times: Iterable[datetime | None]) -> datetime | None:
    return min(filter(None, times), default=None)


def _reliance(words: Words, notice: Notice) -> str:
    shown = [reading for reading in notice.readings if reading.value is not None]
    if not shown:
        return words.text("Its values cannot be shown.")
    if len(shown) == len(notice.readings):
        return words.text("Showing last known values.")
    return words.text("Showing last known values where they may still be used.")
