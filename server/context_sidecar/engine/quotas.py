"""What vendors say is nearly used up, remembered across restarts and known to every process.

Only what keeps us from asking is kept: of a quota for long, that as little is left as is for people
alone, or nothing. It is written when that changes, and not with every call; what a window's end
makes untrue is forgotten with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.clock import Clock
from context_sidecar.core.quota import Standing
from context_sidecar.engine.sources.allowance import scarce
from context_sidecar.engine.sources.runner import SourceRunner
from context_sidecar.store.quotas import Quotas

LOOKED_AT_EVERY = timedelta(seconds=5)
"""How soon what has changed is kept."""

log = structlog.get_logger()


class RememberedQuotas:
    """What is remembered of the quotas of *sources*, in the table of *quotas*; each source is told
    at once what was kept of it."""

    def __init__(self, quotas: Quotas, sources: Mapping[str, SourceRunner], clock: Clock) -> None:
        self._quotas, self._sources, self._clock = quotas, sources, clock
        self._kept: dict[str, Mapping[str, Standing]] = {}
        for name, source in sources.items():
            standings = quotas.read(name, source.source.system, clock())
            source.heard(standings)
            self._kept[name] = _by_name(standings)

    def look(self) -> None:
        """Keep what has changed."""
        for name, source in self._sources.items():
            now, before = self._clock(), self._kept[name]
            scarce_now = _by_name(scarce(source.health().left))
            still_said = {key: one for key, one in before.items() if now < one.until}
            if _levels(still_said) != _levels(scarce_now) or len(still_said) < len(before):
                self._quotas.keep(name, source.source.system, scarce_now.values())
                self._kept[name] = scarce_now

    def keep_only(self, sources: Collection[str]) -> None:
        """Forget the sources that are not among these."""
        self._quotas.keep_only(sources)

    def close(self) -> None:
        """Keep what has changed since the last look, as far as the database allows."""
        try:
            self.look()
        except SQLAlchemyError as error:
            log.warning("quotas_not_kept", error=type(error).__name__)


def _by_name(standings: tuple[Standing, ...]) -> Mapping[str, Standing]:
    return {one.quota.name: one for one in standings}


def _levels(standings: Mapping[str, Standing]) -> Mapping[str, bool]:
    """Return, for each by its name, whether nothing is left at all."""
    return {name: one.left <= 0 for name, one in standings.items()}
