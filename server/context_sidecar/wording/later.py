"""What a reading becomes by time alone, so that a card can say so at that time by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from context_sidecar.core.field import OnFailure
from context_sidecar.core.freshness import state_of
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, Reading, State


def turns(now: datetime, *readings: Reading) -> list[datetime]:
    """Return when one of *readings* becomes something else by time alone, from *now* on."""
    return sorted({at for reading in readings for at, _ in _turns(reading) if at >= now})


def at(reading: Reading, moment: datetime) -> Reading:
    """Return what *reading* is at *moment*, if nothing is heard of its source until then.

    Who shows it has then lost touch with us, so an attempt that is under way now is not counted on.
    """
    ages = [age for turn, age in _turns(reading) if turn <= moment]
    return _aged(reading, ages[-1]) if ages else reading


def _turns(reading: Reading) -> Iterator[tuple[datetime, Age]]:
    for turn, age in ((reading.stale_at, Age.STALE), (reading.expire_at, Age.EXPIRED)):
        if turn is not None and reading.age not in {age, Age.EXPIRED}:
            yield turn, age


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
