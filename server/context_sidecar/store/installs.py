"""Installs that were made in the admin pages: as they were declared, sealed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SidecarError
from context_sidecar.store.schema import installs, packages, pins, sightings
from context_sidecar.store.vault import Vault, VaultRefused


@dataclass(frozen=True, slots=True)
class StoredInstall:
    """An install as it is stored.

    `declared` is what would stand in `sidecar.yaml`, secrets as plain text; None where the vault's
    key is not the one that it was sealed with. `made` tells it from a later one of the same name.
    """

    id: str
    host: str
    declared: Mapping[str, Any] | None = field(repr=False)
    suspended: bool
    changed_at: datetime
    changed_by: str
    made: str


class InstallTaken(SidecarError):
    """Another install has this name."""


class InstallChanged(SidecarError):
    """Somebody has changed, or removed, the install since it was read."""


class StoredInstalls:
    """The table of installs."""

    def __init__(self, engine: Engine, vault: Vault, clock: Clock) -> None:
        self._engine, self._vault, self._clock = engine, vault, clock

    def all(self) -> tuple[StoredInstall, ...]:
        """Return all of them, by id."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(installs).order_by(installs.c.id)).all()
        return tuple(self._read(row) for row in rows)

    def add(self, id: str, declared: Mapping[str, Any], by: str) -> None:
        """Keep a new install.

        Raises:
            InstallTaken: there is one of this id.
        """
        new = {"id": id, "suspended": False, "made": secrets.token_hex(8)}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(installs).values(self._row(id, declared, by) | new))
        except IntegrityError as error:
            raise InstallTaken(id) from error

    def change(self, id: str, declared: Mapping[str, Any], by: str, *, read_at: datetime) -> None:
        """Keep what is *declared* of an install that was last changed when it was *read_at*; a
        suspended one stays suspended.

        Raises:
            InstallChanged: it was changed since, or is gone.
        """
        this = (installs.c.id == id) & (installs.c.changed_at == read_at.timestamp())
        changed = update(installs).where(this).values(self._row(id, declared, by))
        with self._engine.begin() as connection:
            if not connection.execute(changed).rowcount:
                raise InstallChanged(id)

    def _row(self, id: str, declared: Mapping[str, Any], by: str) -> dict[str, Any]:
        return {
            "host": declared["host"],
            "sealed": self._vault.close(id, declared),
            "changed_at": self._clock().timestamp(),
            "changed_by": by,
        }

    def suspend(self, id: str, by: str, *, suspended: bool) -> bool:
        """Suspend an install, or let it work again; say whether there is one."""
        changed = {
            "suspended": suspended,
            "changed_at": self._clock().timestamp(),
            "changed_by": by,
        }
        with self._engine.begin() as connection:
            this = installs.c.id == id
            return bool(connection.execute(update(installs).where(this).values(changed)).rowcount)

    def remove(self, id: str) -> bool:
        """Remove an install and everything that is kept of it: its secrets, what it had learned of
        its tool, when it was asked, its package. Say whether there was one."""
        with self._engine.begin() as connection:
            this = installs.c.id == id
            host = connection.scalar(select(installs.c.host).where(this))
            if host is None:
                return False
            learned = pins.c.name.startswith(f"{host}/{id}/", autoescape=True)
            for doomed in (
                delete(installs).where(this),
                delete(pins).where(learned),
                delete(sightings).where(sightings.c.install == id),
                delete(packages).where(packages.c.install == id),
            ):
                connection.execute(doomed)
        return True

    def _read(self, row: Row[Any]) -> StoredInstall:
        try:
            declared: Mapping[str, Any] | None = self._vault.open(row.id, row.sealed)
        except VaultRefused:
            declared = None
        changed_at = datetime.fromtimestamp(row.changed_at, UTC)
        return StoredInstall(
            row.id, row.host, declared, row.suspended, changed_at, row.changed_by, row.made
        )
