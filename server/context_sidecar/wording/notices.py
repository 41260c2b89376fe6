"""One notice for one cause: what several fields share is said once, on top."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from context_sidecar.core.reading import Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.wording.ages import age_start
from context_sidecar.wording.times import ago, rfc3339
from context_sidecar.wording.troubles import (
    next_try,
    say_causes,
    together,
    trouble_since,
    troubled,
    who_has_it,
)
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


def say_notice(
    words: Words, notice: Notice, now: datetime, unjudged: Sequence[str]
) -> dict[str, Any]:
    """Return *notice* for the answer: `headline` is what and since when, `message` all of it. With
    `ago` it tells the age of its readings, which is then the same for all. *unjudged* is what
    could not be judged for its cause alone."""
    start = _common_start(words, notice, now)
    age = ago(words, start, now) if start else ""
    since = _earliest(reading.since for reading in notice.readings)
    next_try_at = _earliest(reading.next_try_at for reading in notice.readings)
    known = together(reading.particulars for reading in notice.readings)
    what = trouble_since(words, notice.source, notice.reason, since, now, known)
    headline = words.text("{sentence}.", sentence=what)
    details = words.paragraph(
        (
            say_causes(words, known),
            _reliance(words, notice, age),
            who_has_it(words, notice.source, notice.reason),
            next_try(words, next_try_at, now),
        )
    )
    return {
        "kind": "trouble",
        "source": notice.source.id,
        "reason": notice.reason.value,
        "fields": list(notice.fields),
        "headline": headline,
        "details": details,
        "message": words.paragraph((headline, details)),
        "ago": {"text": age, "from": rfc3339(start)} if start else None,
        "unjudged": list(unjudged),
        "since": rfc3339(since),
        "next_try_at": rfc3339(next_try_at),
        "owner": {"team": notice.source.owner.id, "label": notice.source.owner.name},
    }


def _earliest(times: Iterable[datetime | None]) -> datetime | None:
    return min(filter(None, times), default=None)


def _common_start(words: Words, notice: Notice, now: datetime) -> datetime | None:
    """From when the age counts that all of the notice's readings have; None where they have not
    one, or are not shown."""
    starts = [age_start(each) for each in notice.readings if each.state is State.STALE]
    known = [start for start in starts if start]
    if len(known) < len(notice.readings) or len({ago(words, each, now) for each in known}) > 1:
        return None
    return min(known)


def _reliance(words: Words, notice: Notice, age: str) -> str:
    if age:
        return words.text("Showing values of {ago}.", ago=age)
    shown = [reading for reading in notice.readings if reading.value is not None]
    if not shown and any(reading.last_known is not None for reading in notice.readings):
        return words.text("Its values are too old to use.")
    if not shown:
        return words.text("Its values cannot be shown.")
    if len(shown) == len(notice.readings):
        return words.text("Showing last known values.")
    return words.text("Showing last known values where they may still be used.")
