"""The keys of a record that a visit did not bring, asked for in the host's own system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import Install
from context_sidecar.core.observation import Found, NoMatch, Observation
from context_sidecar.core.reasons import Reason
from context_sidecar.core.record import Record
from context_sidecar.core.source import Source, Trouble
from context_sidecar.engine.patience import Asks, settled
from context_sidecar.engine.questions import Asked, record_question

PATIENCE = timedelta(seconds=1)
"""How long the host's system is waited for: its part of a card's deadline."""

GOOD_FOR = timedelta(minutes=10)
"""How long a record's keys are taken as they are, while they are asked for again: a ticket seldom
changes hands."""

KEPT_FOR = timedelta(days=1)
"""How long a record's keys are used while the host's system cannot be asked."""


class Records:
    """Finds records' keys, as `Adapter.record` gives them, through the cache and so within the
    source's own limits."""

    def __init__(self, cache: Asks, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock

    def with_keys(
        self, install: Install, type: str, id: str, *, patience: timedelta = PATIENCE
    ) -> Record:
        """Return the record with its keys; with `trouble` where they could not be asked for, or
        are still being asked for. Without a source there is nothing to ask."""
        record = Record(install.host, type, id)
        if install.source is None:
            return record
        now = self._clock()
        question = record_question(install.source, type)
        asked = dict(self._cache.ask(question, (id,), now=now, interactive=True))
        late = [] if _good(asked[id].observation, now) else [id]
        return _read(record, install.source, settled(asked, late, patience)[id], self._clock())


def _good(observation: Observation, now: datetime) -> bool:
    return isinstance(observation.answer, Found) and _younger(observation, now, GOOD_FOR)


def _younger(observation: Observation, now: datetime, age: timedelta) -> bool:
    return observation.confirmed_at is not None and now - observation.confirmed_at <= age


def _read(record: Record, source: Source, known: Asked, now: datetime) -> Record:
    observation = known.observation
    match observation.answer:
        case Found(data=Mapping() as keys) if _younger(observation, now, KEPT_FOR):
            return replace(record, keys={str(key): str(value) for key, value in keys.items()})
        case NoMatch() if not observation.fetch.failed:
            return record
    unreadable = None if known.future else Reason.BAD_RESPONSE
    reason = observation.reason or unreadable
    return replace(record, trouble=Trouble(source, reason, observation.since))
