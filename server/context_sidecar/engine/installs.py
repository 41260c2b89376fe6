"""Which installs there are: those that are declared, and those made in the admin pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import structlog

from context_sidecar.core.configuration import Install
from context_sidecar.core.errors import ConfigurationError, SidecarError
from context_sidecar.store.installs import InstallTaken, StoredInstall, StoredInstalls

LOOKED_AT_EVERY = timedelta(seconds=5)
"""How soon what another process has changed is known here."""

Make = Callable[[str, Mapping[str, Any]], Install]
"""Makes an install of its id and of what is declared of it; raises `ConfigurationError`."""

log = structlog.get_logger()


class InstallUnknown(SidecarError):
    """There is no such install among those that can be changed here."""


class Installs(Mapping[str, Install]):
    """All installs by id. Which they are may change at any time; one `Install` never does.

    Args:
        declared: those in `sidecar.yaml`. Of the same id, the one that is declared counts.
        stored: the others.
        make: makes an install of what is stored.
        on_change: told when anything about installs has changed.
    """

    def __init__(
        self,
        declared: Mapping[str, Install],
        stored: StoredInstalls,
        make: Make,
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        self._declared, self._stored, self._make = declared, stored, make
        self._on_change = on_change
        self._lock = Lock()
        self._rows: tuple[StoredInstall, ...] = ()
        self._unusable: dict[str, str] = {}
        self._all: Mapping[str, Install] = dict(declared)

    def __getitem__(self, id: str) -> Install:
        return self._all[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def row(self, id: str) -> StoredInstall | None:
        """Return what is stored of *id*; None for one that is declared, or not there."""
        rows = {} if id in self._declared else {row.id: row for row in self._rows}
        return rows.get(id)

    @property
    def unusable(self) -> Mapping[str, str]:
        """Those that are stored and cannot be used, each with why."""
        return self._unusable

    def add(self, id: str, declared: Mapping[str, Any], by: str) -> Install:
        """Keep a new install, and let it work.

        Raises:
            ConfigurationError: it has mistakes; all of them. Nothing is kept.
            InstallTaken: another has this name.
        """
        if id in self._declared:
            raise InstallTaken(id)
        install = self._make(id, declared)
        self._stored.add(id, declared, by)
        self._changed("install_added", id, by)
        return install

    def change(
        self, id: str, declared: Mapping[str, Any], by: str, *, read_at: datetime
    ) -> Install:
        """Keep what is *declared* of an install from now on.

        Args:
            id: the install's.
            declared: what it is to be.
            by: who says so.
            read_at: when it was last changed, as far as they know.

        Raises:
            ConfigurationError: it has mistakes; all of them. Nothing is kept.
            InstallChanged: somebody has changed or removed it since.
        """
        install = self._make(id, declared)
        self._stored.change(id, declared, by, read_at=read_at)
        self._changed("install_changed", id, by)
        return install

    def suspend(self, id: str, by: str, *, suspended: bool) -> None:
        """Suspend an install, which then shows nothing to anybody; or let it work again.

        Raises:
            InstallUnknown: none of this id is stored.
        """
        if not self._stored.suspend(id, by, suspended=suspended):
            raise InstallUnknown(id)
        self._changed("install_suspended" if suspended else "install_resumed", id, by)

    def remove(self, id: str, by: str) -> None:
        """Remove an install and everything that is kept of it.

        Raises:
            InstallUnknown: none of this id is stored.
        """
        if not self._stored.remove(id):
            raise InstallUnknown(id)
        self._changed("install_removed", id, by)

    def look(self) -> None:
        """Bring what is known here up to date."""
        with self._lock:
            rows = self._stored.all()
            if rows == self._rows:
                return
            self._rows, self._unusable = rows, {}
            made = {row.id: self._made(row) for row in rows if row.id not in self._declared}
            found = {name: install for name, install in made.items() if install}
            self._all = {**self._declared, **found}
        for name, why in self._unusable.items():
            log.warning("install_unusable", install=name, why=why)
        self._on_change()

    def _changed(self, what: str, id: str, by: str) -> None:
        log.info(what, install=id, by=by)
        self.look()

    def _made(self, row: StoredInstall) -> Install | None:
        if row.declared is None:
            self._unusable[row.id] = (
                "Its settings are sealed with another key than the one in use. "
                "Bring the key back, or enter them anew."
            )
            return None
        try:
            return replace(self._make(row.id, row.declared), suspended=row.suspended, made=row.made)
        except ConfigurationError as error:
            self._unusable[row.id] = " ".join(
                f"{each.path}: {each.expected}. {each.hint}".strip() for each in error.mistakes
            )
            return None
