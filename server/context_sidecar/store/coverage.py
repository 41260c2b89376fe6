"""How far the directory's keys tell its accounts apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, distinct, func, select

from context_sidecar.store.accounts import OURS
from context_sidecar.store.schema import account_keys, syncs

EXAMPLES = 3
"""Pairs of accounts that are named for each key."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far one key tells accounts apart.

    So many `accounts` have it, of which `several` have more than one value. `shared` values are
    those of more than one account; `examples` are the ids of two of them each.
    """

    accounts: int
    several: int = 0
    shared: int = 0
    examples: tuple[tuple[str, str], ...] = ()


def coverage(engine: Engine, system: str) -> Mapping[str, Coverage]:
    """Return the coverage of each key that any account has; *system* as in `AccountIndex`."""
    ours = {"system": system}
    with engine.connect() as connection:
        several: dict[str, int] = dict(connection.execute(_SEVERAL, ours).all())
        shared: dict[str, int] = dict(connection.execute(_SHARED, ours).all())
        return {
            key: Coverage(
                number, several.get(key, 0), shared.get(key, 0),
                _examples(connection, key, ours) if key in shared else (),
            )
            for key, number in connection.execute(_ACCOUNTS, ours)
        }  # fmt: skip


def _examples(
    connection: Connection, key: str, ours: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    some = _BY_VALUE.where(account_keys.c.key == key).order_by("first").limit(EXAMPLES)
    return tuple((row.first, row.last) for row in connection.execute(some, ours))


_ALL = (
    select(account_keys.c.key)
    .join_from(syncs, account_keys, account_keys.c.generation == syncs.c.generation)
    .where(OURS)
)

_ACCOUNTS = _ALL.add_columns(func.count(distinct(account_keys.c.account_id))).group_by(
    account_keys.c.key
)

_BY_VALUE = (
    _ALL.add_columns(
        func.min(account_keys.c.account_id).label("first"),
        func.max(account_keys.c.account_id).label("last"),
    )
    .group_by(account_keys.c.key, account_keys.c.value)
    .having(func.count() > 1)
)

_BY_ACCOUNT = _ALL.group_by(account_keys.c.key, account_keys.c.account_id).having(func.count() > 1)

_shared, _several = _BY_VALUE.subquery(), _BY_ACCOUNT.subquery()

_SHARED = select(_shared.c.key, func.count()).group_by(_shared.c.key)

_SEVERAL = select(_several.c.key, func.count()).group_by(_several.c.key)
