"""From when a reading's age counts."""

from __future__ import annotations

from datetime import datetime

from context_sidecar.core.field import AgeClock
from context_sidecar.core.reading import AnswerKind, Reading


def age_start(reading: Reading) -> datetime | None:
    """Return the time from which the reading's age counts by its contract."""
    if reading.field.clock is AgeClock.SOURCE and reading.answer not in _CONFIRMED_BY_ASKING:
        return reading.as_of
    return reading.confirmed_at


_CONFIRMED_BY_ASKING = {AnswerKind.NO_MATCH, AnswerKind.SEVERAL}
