"""When each install was last asked, and each source last pushed: proven, and refused with why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

import structlog
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.clock import Clock
from context_sidecar.store.schema import sightings

WRITTEN_EVERY = timedelta(seconds=10)
"""How often an install's sightings are written at most, however often it is asked."""

_LONGEST = 2_000

log = structlog.get_logger()


def name_of_push(source: str) -> str:
    """Return the name under which what *source* sends by itself is noted; no install has such."""
    return f"push/{source}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """When an install was last proven, and last refused; `refusal` says why. Both at the same
    moment: it was proven, but named no record."""

    proven_at: datetime | None = None
    refused_at: datetime | None = None
    refusal: str = ""


class Sightings:
    """What is seen of installs: known at once to this process, and soon to all others."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._lock = Lock()  # guards both
        self._known: dict[str, Sighting] = {}
        self._written: dict[str, datetime] = {}

    def of(self, install: str) -> Sighting:
        """Return what was seen of *install*, by this process or another."""
        return _later(self._known.get(install, Sighting()), self._stored(install))

    def proven(self, install: str) -> None:
        """Note that *install* has proven itself now."""
        self._note(install, lambda known, now: replace(known, proven_at=now))

    def refused(self, install: str, why: str) -> None:
        """Note that what came for *install* has proven nothing, and why."""
        self._note(
            install, lambda known, now: replace(known, refused_at=now, refusal=why[:_LONGEST])
        )

    def unclear(self, install: str, why: str) -> None:
        """Note that *install* has proven itself now but named no record, and why."""
        self._note(
            install,
            lambda known, now: replace(
                known, proven_at=now, refused_at=now, refusal=why[:_LONGEST]
            ),
        )

    def _note(self, install: str, change: Callable[[Sighting, datetime], Sighting]) -> None:
        now = self._clock()
        with self._lock:
            known = change(self._known.get(install, Sighting()), now)
            self._known[install] = known
            written = self._written.get(install)
            if written and abs(now - written) < WRITTEN_EVERY:
                return
            self._written[install] = now
            try:
                self._write(install, known)
            except SQLAlchemyError as error:  # nobody's card waits for this to be written
                log.warning("sighting_not_written", install=install, error=type(error).__name__)

    def _stored(self, install: str) -> Sighting:
        with self._engine.connect() as connection:
            row = connection.execute(
                select(sightings).where(sightings.c.install == install)
            ).first()
        if row is None:
            return Sighting()
        return Sighting(_moment(row.proven_at), _moment(row.refused_at), row.refusal)

    def _write(self, install: str, known: Sighting) -> None:
        known = _later(known, self._stored(install))
        row = {
            "install": install,
            "proven_at": known.proven_at and known.proven_at.timestamp(),
            "refused_at": known.refused_at and known.refused_at.timestamp(),
            "refusal": known.refusal,
        }
        with self._engine.begin() as connection:
            connection.execute(delete(sightings).where(sightings.c.install == install))
            connection.execute(insert(sightings).values(row))


def _later(one: Sighting, other: Sighting) -> Sighting:
    """Return the later of each that two have seen."""
    refused = other if _time(other.refused_at) > _time(one.refused_at) else one
    return replace(refused, proven_at=max(one.proven_at, other.proven_at, key=_time))


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _time(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0
