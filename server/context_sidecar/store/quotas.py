"""What is nearly used up of vendors' quotas, kept across restarts and known to every process."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from context_sidecar.core.quota import Quota, Standing
from context_sidecar.store.schema import quotas as table


class Quotas:
    """The table of quotas."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, source: str, system: str, now: datetime) -> tuple[Standing, ...]:
        """Return what was kept of a source and says something *now*. *system* is the fingerprint of
        what it speaks to: what another system under the same name told is another's."""
        asked = select(table).where(table.c.source == source, table.c.system == system)
        with self._engine.connect() as connection:
            kept = map(_standing, connection.execute(asked))
            return tuple(one for one in kept if now < one.until)

    def keep(self, source: str, system: str, standings: Iterable[Standing]) -> None:
        """Keep this of a source, and nothing else."""
        rows = [_row(source, system, one) for one in standings]
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.source == source))
            if rows:
                connection.execute(insert(table), rows)

    def keep_only(self, sources: Collection[str]) -> None:
        """Forget the sources that are not among these."""
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.source.not_in(list(sources))))


def _row(source: str, system: str, one: Standing) -> dict[str, Any]:
    return {
        "source": source,
        "system": system,
        "name": one.quota.name,
        "seconds": one.quota.per.total_seconds(),
        "counts": one.quota.counts,
        "left": one.left,
        "limit": one.limit,
        "told_at": one.told_at.timestamp(),
        "resets_at": one.resets_at.timestamp() if one.resets_at else None,
    }


def _standing(row: Any) -> Standing:
    quota = Quota(row.name, timedelta(seconds=row.seconds), counts=row.counts)
    told_at = datetime.fromtimestamp(row.told_at, UTC)
    resets_at = None if row.resets_at is None else datetime.fromtimestamp(row.resets_at, UTC)
    return Standing(quota, row.left, row.limit, told_at, resets_at)
