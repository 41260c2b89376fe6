"""When credentials end, as their systems told: kept across restarts, and known to every process."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select

from context_sidecar.core.kept_ends import ToldEnd
from context_sidecar.store.schema import told_ends as table


class ToldEnds:
    """The table of what systems told.

    All methods raise `sqlalchemy.exc.SQLAlchemyError` where the database is in trouble.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self) -> Mapping[str, ToldEnd]:
        """Return what is kept, by source."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(table)).all()
        return {
            row.source: ToldEnd(row.credential, datetime.fromtimestamp(row.ends_at, UTC))
            for row in rows
        }

    def keep(self, source: str, told: ToldEnd | None) -> None:
        """Keep this of a source, in place of what was told before."""
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.source == source))
            if told:
                row = {"credential": told.credential, "ends_at": told.ends.timestamp()}
                connection.execute(insert(table).values(source=source, **row))

    def keep_only(self, sources: Collection[str]) -> None:
        """Forget the sources that are not among these."""
        with self._engine.begin() as connection:
            connection.execute(delete(table).where(table.c.source.not_in(list(sources))))
