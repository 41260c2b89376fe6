"""An account's readings: all sources asked at once, waited for as long as is worth it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from context_sidecar.core.account import Account
from context_sidecar.core.clock import Clock
from context_sidecar.core.drift import Drift
from context_sidecar.core.field import Field
from context_sidecar.core.freshness import read, unasked
from context_sidecar.core.observation import Observation
from context_sidecar.core.reading import Reading, State
from context_sidecar.core.remembered import Memory
from context_sidecar.engine.extraction import extract
from context_sidecar.engine.patience import Asks, settled
from context_sidecar.engine.questions import Asked, questions

Place = tuple[str, str]
"""A source's id and a lookup."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How readings are asked for: how long it may take, whether for a live page, which is told
    later what is not there yet, and whether everything is to be asked again now."""

    patience: timedelta
    live: bool = False
    force: bool = False

    def awaits(self, reading: Reading, asked: Asked) -> bool:
        """Whether an attempt under way for this reading is worth waiting for."""
        if self.live and not self.force:
            return asked.future is not None and reading.state is State.PENDING
        return self.wants(reading, asked)

    def wants(self, reading: Reading, asked: Asked) -> bool:
        """Whether the answer is not complete before an attempt under way for it has ended."""
        if asked.future is None:
            return False
        return self.force or asked.from_before or not reading.trustworthy


@dataclass(frozen=True, slots=True)
class Readings:
    """What the fields of one account read. `complete` is false while one of them is on its way."""

    all: tuple[Reading, ...]
    complete: bool


class Reader:
    """Reads fields of accounts.

    Args:
        fields: all declared fields, so that cards share their questions.
        cache: what the sources say.
        clock: gives the present.
        drifts: tells, by field, what became of what it reads.
        memory: tells what is remembered of a lookup.
    """

    def __init__(
        self,
        fields: Iterable[Field],
        cache: Asks,
        clock: Clock,
        drifts: Callable[[], Mapping[str, Drift]] = dict,
        memory: Callable[[Place], Memory | None] = lambda _: None,
    ) -> None:
        self._questions = questions(fields)
        self._cache = cache
        self._clock, self._drifts, self._memory = clock, drifts, memory

    def read(self, account: Account, fields: Collection[Field], manner: Manner) -> Readings:
        """Read *fields* of *account*."""
        known = self._ask(account, fields, force=manner.force)
        readings = self._read(account, fields, known)
        late = {
            _place(reading.field)
            for reading in readings
            if manner.awaits(reading, known[_place(reading.field)])
        }
        if late:
            known = settled(known, late, manner.patience)
            readings = self._read(account, fields, known)
        complete = not any(
            reading.state is State.PENDING or manner.wants(reading, known[_place(reading.field)])
            for reading in readings
        )
        return Readings(readings, complete)

    def _ask(
        self, account: Account, fields: Iterable[Field], *, force: bool
    ) -> Mapping[Place, Asked]:
        """Ask the sources of *fields*, each lookup once; none that it has no single key for."""
        now = self._clock()
        asked = {}
        for place, source in {_place(field): field.source for field in fields}.items():
            key = account.key(source.key)
            if key is None:
                asked[place] = Asked(Observation())
                continue
            answers = self._cache.ask(
                self._questions[place], (key,), now=now, interactive=True, force=force
            )
            asked[place] = answers[key]
        return asked

    def _read(
        self, account: Account, fields: Iterable[Field], known: Mapping[Place, Asked]
    ) -> tuple[Reading, ...]:
        now, drifts = self._clock(), self._drifts()
        readings = []
        for field in fields:
            key = field.source.key
            if account.key(key) is None:
                readings.append(unasked(field, several=bool(account.keys.get(key))))
                continue
            one, drift = known[_place(field)], drifts.get(field.id)
            memory = self._remembered(_place(field), one.observation)
            extracts = partial(extract, memory=memory, rewritten=one.observation.rewritten)
            readings.append(read(
                field, one.observation, now, extracts,
                under_way=one.future is not None, retyped=_is_retyped(drift),
            ))  # fmt: skip
        return tuple(readings)

    def _remembered(self, place: Place, known: Observation) -> Memory | None:
        """What is remembered of a lookup; what an account's items have lost counts as gone, until
        it is found in those of others."""
        memory = self._memory(place)
        return memory.doubting(known.lost) if memory else None


def _is_retyped(drift: Drift | None) -> bool:
    """Whether every value is of another type by now; where each shows whether it is, reading it
    tells."""
    return drift is not None and drift.certain and not drift.shown


def _place(field: Field) -> Place:
    return field.source.id, field.lookup
