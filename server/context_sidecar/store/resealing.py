"""Everything that is stored sealed, sealed again with the key that comes first, so that those
behind it can be thrown away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Engine, select, update

from context_sidecar.store.schema import consents, grants, installs, packages
from context_sidecar.store.vault import Vault, VaultRefused

_SEALED: Mapping[str, tuple[Column[Any], Column[Any]]] = {
    "install": (installs.c.id, installs.c.sealed),
    "package": (packages.c.install, packages.c.content),
    "grant": (grants.c.source, grants.c.sealed),
    "consent": (consents.c.digest, consents.c.sealed),
}
"""Where sealed things are, by what they are: what each is called, and what is sealed of it."""


@dataclass(frozen=True, slots=True)
class Resealed:
    """What became of what is stored sealed, by what it is: how many things were sealed `again`, and
    the names of those that no key opens (`closed`)."""

    again: Counter[str] = field(default_factory=Counter)
    closed: Mapping[str, list[str]] = field(default_factory=dict)


def reseal(engine: Engine, vault: Vault) -> Resealed:
    """Seal again with the first key of *vault* what another of its keys has sealed."""
    again: Counter[str] = Counter()
    closed: dict[str, list[str]] = {}
    for kind, (name, sealed) in _SEALED.items():
        with engine.connect() as connection:
            names = connection.execute(select(name).order_by(name)).scalars().all()
        for one in names:
            try:
                again[kind] += _resealed(engine, vault, sealed, name == one)
            except VaultRefused:
                closed.setdefault(kind, []).append(one)
    return Resealed(+again, closed)


def _resealed(engine: Engine, vault: Vault, sealed: Column[Any], this: Any) -> bool:
    """Seal one thing again; say whether that was needed. Whoever changes it at the same moment is
    not overwritten: what they leave is looked at instead.

    Raises:
        VaultRefused: no key opens it.
    """
    while True:
        with engine.begin() as connection:
            before = connection.scalar(select(sealed).where(this))
            after = None if before is None else _again(vault, before)
            if after is None:
                return False
            changed = update(sealed.table).where(this, sealed == before).values({sealed: after})
            if connection.execute(changed).rowcount:
                return True


def _again(vault: Vault, before: str | bytes) -> str | bytes | None:
    if isinstance(before, str):
        return vault.again(before)
    after = vault.again(before.decode())
    return after.encode() if after else None
