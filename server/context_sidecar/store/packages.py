"""The packages that were handed out, to tell what a new one changes."""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select

from context_sidecar.core.clock import Clock
from context_sidecar.store.schema import packages


class Packages:
    """The package that was last handed out for each install."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def last(self, install: str) -> bytes | None:
        """Return the package that was last handed out for *install*."""
        of = packages.c.install == install
        with self._engine.connect() as connection:
            return connection.scalar(select(packages.c.content).where(of))

    def keep(self, install: str, content: bytes) -> None:
        """Keep *content* as the package that was handed out for *install* now."""
        row = {"install": install, "content": content, "built_at": self._clock().timestamp()}
        with self._engine.begin() as connection:
            connection.execute(delete(packages).where(packages.c.install == install))
            connection.execute(insert(packages).values(row))
