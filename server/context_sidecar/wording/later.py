"""What a reading becomes by time alone, so that a card can say so at that time by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from context_sidecar.core.field import OnFailure
from context_sidecar.core.freshness import state_of
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, Reading, State


def later(reading: Reading, now: datetime) -> Iterator[tuple[datetime, Reading]]:
    """Yield what *reading* is going to be, each with the time from when on, if nothing is heard of
    its source until then.

    Who shows it has then lost touch with us, so an attempt that is under way now is not counted on.
    """
    for at, age in ((reading.stale_at, Age.STALE), (reading.expire_at, Age.EXPIRED)):
        if at is not None and at >= now and reading.age is not age:
            yield at, _aged(reading, age)


def _aged(reading: Reading, age: Age) -> Reading:
    fetch = Fetch.OK if reading.fetch is Fetch.REFRESHING else reading.fetch
    state = state_of(reading.answer, age, fetch, reading.field.on_failure)
    shown = state in {State.FRESH, State.STALE}
    kept = age is Age.EXPIRED and reading.field.on_failure is OnFailure.SHOW_STALE
    return replace(
        reading,
        state=state,
        age=age,
        fetch=fetch,
        value=reading.value if shown else None,
        raw=reading.raw if state is State.INVALID else None,
        last_known=reading.value if kept else None,
        candidates=reading.candidates if state is State.AMBIGUOUS else (),
    )
