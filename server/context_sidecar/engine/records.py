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
"""How long a record's keys are taken as they are where the host's system takes its time to confirm
them, or cannot: a ticket seldom changes hands."""

KEPT_FOR = timedelta(days=1)
"""How long a record's keys are used, and marked, while the host's system cannot be asked."""


class Records:
    """Finds records' keys, as `Adapter.record` gives them, through the cache and so within the
    source's own limits."""

    def __init__(self, cache: Asks, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock

    def with_keys(
        self,
        install: Install,
        type: str,
        id: str,
        *,
        patience: timedelta = PATIENCE,
        force: bool = False,
    ) -> Record:
        """Return the record with its keys, and when they were read. It has `trouble` where they
        are still being asked for, and where they could not be and are good no longer. Without a
        source there is nothing to ask.

        A whole card of somebody else is worse than a moment without one, so an attempt under way
        is waited for, at most for *patience*, even where keys are known. With *force* they are
        asked for again however lately that was done.
        """
        record = Record(install.host, type, id)
        if install.source is None:
            return record
        question = record_question(install.source, type)
        asked = self._cache.ask(question, (id,), now=self._clock(), interactive=True, force=force)
        return _read(record, install.source, settled(asked, [id], patience)[id], self._clock())


def _read(record: Record, source: Source, known: Asked, now: datetime) -> Record:
    observation = known.observation.vouched(now)
    asking = Trouble(source) if known.future or observation.denied_at else None
    failing = _failing(source, observation) if observation.fetch.failed else None
    match observation.answer:
        case Found(data=Mapping() as data):
            keys = {str(key): str(value) for key, value in data.items()}
            found = replace(record, keys=keys, read_at=observation.confirmed_at)
            if _younger(observation, now, GOOD_FOR):
                return replace(found, trouble=asking)
            if failing and _younger(observation, now, KEPT_FOR):
                return replace(found, trouble=failing)
        case NoMatch() if not failing and not asking:
            return record
    return replace(record, trouble=failing or asking or Trouble(source, Reason.BAD_RESPONSE))


def _failing(source: Source, known: Observation) -> Trouble:
    return Trouble(source, known.reason, known.since, known.particulars)


def _younger(observation: Observation, now: datetime, age: timedelta) -> bool:
    return observation.confirmed_at is not None and now - observation.confirmed_at <= age
