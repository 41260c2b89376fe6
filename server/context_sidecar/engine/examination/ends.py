"""When credentials end, as their systems tell: asked once a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zlib import crc32

import structlog

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.sources.allowance import spares

LOOKED_AT_EVERY = timedelta(minutes=1)
"""How soon what is due is asked for."""

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""How soon one that could not be asked is asked again."""

Learn = Callable[[str, datetime | None], object]
"""Is told when the credential of a source ends, by the source's id."""

log = structlog.get_logger()


class EndWatch:
    """Asks when credentials end, and lets *learn* know.

    Args:
        trials: what tries each source.
        learn: is told.
        clock: gives the present.
    """

    def __init__(self, trials: Mapping[str, Trial], learn: Learn, clock: Clock) -> None:
        self._trials, self._learn, self._clock = trials, learn, clock
        self._next: dict[str, datetime] = {}

    def look(self) -> None:
        """Ask what is due, where its source has something left for what nobody waits for."""
        for name, trial in self._trials.items():
            now, due = self._clock(), self._next.get(name)
            if (due is None or not now < due <= now + 2 * EVERY) and spares(trial.left()):
                known = learnt(trial, self._learn)
                self._next[name] = now + (_pause(name) if known else AGAIN)


def learnt(trial: Trial, learn: Learn) -> bool:
    """Ask the source of *trial* when its credential ends, and let *learn* know; say whether it
    could be asked."""
    try:
        learn(trial.source.id, _in_a_zone(trial.ends()))
    except SourceError as error:
        log.info("end_not_told", source=trial.source.id, reason=error.reason.value)
        return False
    return True


def _in_a_zone(end: datetime | None) -> datetime | None:
    if end and end.tzinfo is None:
        raise SourceError(Reason.BAD_RESPONSE, "an end that names no zone")
    return end


def _pause(name: str) -> timedelta:
    """Not the same for all, so that not all are asked at once."""
    return EVERY * (1 + crc32(name.encode()) % 100 / 400)
