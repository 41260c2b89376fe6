"""What is nearly used up of vendors' quotas, kept across restarts and known to every process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, bindparam, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from context_sidecar.core.observation import AHEAD
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.store.schema import quotas as table

Teller = tuple[str, str]
"""A source, and the fingerprint of what it speaks to: what another system under the same name told
is another's."""

Kept = Mapping[Teller, Sequence[Standing]]


class Quotas:
    """The table of quotas."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert

    def read(self) -> Kept:
        """Return what is kept, whether or not it still says something."""
        kept: defaultdict[Teller, list[Standing]] = defaultdict(list)
        with self._engine.connect() as connection:
            for row in connection.execute(select(table)):
                kept[row.source, row.system].append(_standing(row))
        return kept

    def keep(self, teller: Teller, standings: Iterable[Standing], now: datetime) -> None:
        """Keep these of a source, each in place of what was told before it. What was told later
        stays, unless a clock told it that was far ahead of *now*."""
        rows = [_row(*teller, one) for one in standings]
        statement = self._insert(table)
        new, own = statement.excluded, table.primary_key.columns
        statement = statement.on_conflict_do_update(
            index_elements=list(own),
            set_={one.name: new[one.name] for one in table.columns if one.name not in own},
            where=or_(table.c.told_at < new.told_at, table.c.told_at > (now + AHEAD).timestamp()),
        )
        if rows:
            with self._engine.begin() as connection:
                connection.execute(statement, rows)

    def forget(self, teller: Teller, standings: Iterable[Standing]) -> None:
        """Forget these of a source, where nothing else was told since."""
        known = [
            {"of": teller[0], "called": one.quota.name, "at": one.told_at.timestamp()}
            for one in standings
        ]
        same = delete(table).where(
            table.c.source == bindparam("of"),
            table.c.name == bindparam("called"),
            table.c.told_at == bindparam("at"),
        )
        if known:
            with self._engine.begin() as connection:
                connection.execute(same, known)

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
