"""What vendors say is nearly used up, remembered across restarts and known to every process.

Only what keeps us from asking is kept: of a quota for long, that as little is left as is for people
alone, or nothing; and where one process has learned that there is more again, that. It is written
when that changes, and not with every call. Of what two processes were told the later word counts,
and what a window's end makes untrue is forgotten with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.clock import Clock
from context_sidecar.core.quota import Standing
from context_sidecar.engine.sources.allowance import lasting, scarce
from context_sidecar.engine.sources.runner import SourceRunner
from context_sidecar.store.quotas import Kept, Quotas, Teller

LOOKED_AT_EVERY = timedelta(seconds=5)
"""How soon what has changed is kept, and what another process was told is known here."""

log = structlog.get_logger()


class RememberedQuotas:
    """What is remembered of the quotas of *sources*, in the table of *quotas*; each source is told
    at once what was kept of it."""

    def __init__(self, quotas: Quotas, sources: Mapping[str, SourceRunner], clock: Clock) -> None:
        self._quotas, self._clock = quotas, clock
        self._sources = {(name, one.source.system): one for name, one in sources.items()}
        self._hear(quotas.read())

    def look(self) -> None:
        """Take in what other processes were told since, and keep what has changed here.

        Raises:
            SQLAlchemyError: the database is in trouble.
        """
        kept = self._quotas.read()
        self._forget_ended(kept)
        self._hear(kept)
        for teller, source in self._sources.items():
            said = self._said(kept, teller)
            own = lasting(source.health().left)
            changed = [one for one in own if _is_news(one, said.get(one.quota.name))]
            if changed:
                self._quotas.keep(teller, changed, self._clock())

    def _hear(self, kept: Kept) -> None:
        """Let each source hear what was told to another process later than the same to this one."""
        for teller, source in self._sources.items():
            own = _by_name(lasting(source.health().left))
            said = self._said(kept, teller).items()
            later = [one for name, one in said if name not in own or _is_later(one, own[name])]
            if later:
                source.heard(later)

    def _said(self, kept: Kept, teller: Teller) -> Mapping[str, Standing]:
        """Return what is kept of a source and says something now, by the quota's name."""
        now = self._clock()
        return _by_name(one for one in kept.get(teller, ()) if one.told_at <= now < one.until)

    def _forget_ended(self, kept: Kept) -> None:
        now = self._clock()
        for teller, standings in kept.items():
            ended = [one for one in standings if one.until <= now]
            if ended:
                self._quotas.forget(teller, ended)

    def keep_only(self, sources: Collection[str]) -> None:
        """Forget the sources that are not among these."""
        self._quotas.keep_only(sources)

    def close(self) -> None:
        """Keep what has changed since the last look, as far as the database allows."""
        try:
            self.look()
        except SQLAlchemyError as error:
            log.warning("quotas_not_kept", error=type(error).__name__)


def _is_news(own: Standing, said: Standing | None) -> bool:
    """Whether every process is to know what this one was told, where that is *said* already."""
    if said is None:
        return bool(scarce([own]))
    return _is_later(own, said) and _level(own) != _level(said)


def _is_later(one: Standing, other: Standing) -> bool:
    return one.told_at > other.told_at


def _level(one: Standing) -> tuple[bool, bool]:
    """Return whether nothing is left at all, and whether that is for people alone."""
    return one.left <= 0, bool(scarce([one]))


def _by_name(standings: Iterable[Standing]) -> Mapping[str, Standing]:
    return {one.quota.name: one for one in standings}
