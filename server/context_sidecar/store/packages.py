"""The packages that were handed out, to tell what a new one changes."""

from __future__ import annotations

from base64 import b64decode, b64encode

from sqlalchemy import Engine, delete, insert, select

from context_sidecar.core.clock import Clock
from context_sidecar.store.schema import packages
from context_sidecar.store.vault import Vault, VaultRefused


class Packages:
    """The package that was last handed out for each install."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine, self._vault, self._clock = engine, vault, clock

    def last(self, install: str) -> bytes | None:
        """Return the package that was last handed out for *install*."""
        of = packages.c.install == install
        with self._engine.connect() as connection:
            sealed = connection.scalar(select(packages.c.content).where(of))
        try:
            return b64decode(self._vault.open(install, sealed.decode())["zip"]) if sealed else None
        except VaultRefused:
            return None

    def keep(self, install: str, content: bytes) -> None:
        """Keep *content* as the package that was handed out for *install* now."""
        # A signed link is in some of them, and opens what it opens.
        sealed = self._vault.close(install, {"zip": b64encode(content).decode()}).encode()
        row = {"install": install, "content": sealed, "built_at": self._clock().timestamp()}
        with self._engine.begin() as connection:
            connection.execute(delete(packages).where(packages.c.install == install))
            connection.execute(insert(packages).values(row))
