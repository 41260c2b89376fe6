"""The accounts as last synchronised, found by their keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

from sqlalchemy import Engine, Row, and_, bindparam, select

from context_sidecar.core.account import Account
from context_sidecar.core.reasons import Reason
from context_sidecar.store.schema import account_keys, accounts, syncs

NAME = "accounts"
"""The directory's row among the synchronisations."""


@dataclass(frozen=True, slots=True)
class Sync:
    """What is known of the synchronisation of accounts.

    `generation` is 0 until one was published; `accounts` is their number. `failed_at` and `reason`
    are there where the last attempt failed; `suspected` is the number of accounts it listed, where
    it failed because these were too few to be believed.
    """

    generation: int = 0
    accounts: int = 0
    finished_at: datetime | None = None
    failed_at: datetime | None = None
    reason: Reason | None = None
    suspected: int | None = None


class AccountIndex:
    """The stored accounts. Each reading sees one generation, whole.

    Args:
        engine: the database.
        system: the fingerprint of what accounts are read from. What another system listed is as
            if it were not there.
    """

    def __init__(self, engine: Engine, system: str) -> None:
        self._engine = engine
        self._system = {"system": system}

    def find(self, key: str, value: str) -> tuple[Account, ...]:
        """Return the accounts whose *key* has the normalised *value*, in the order of their ids."""
        with self._engine.connect() as connection:
            rows = connection.execute(_FIND, {"key": key, "value": value} | self._system).all()
        return tuple(sorted(map(_account, rows), key=attrgetter("id")))

    def account(self, id: str) -> Account | None:
        """Return the account with exactly this id."""
        with self._engine.connect() as connection:
            row = connection.execute(_GET, {"id": id} | self._system).one_or_none()
        return _account(row) if row else None

    def some(self, number: int) -> tuple[Account, ...]:
        """Return the first *number* accounts, in the order of their ids."""
        with self._engine.connect() as connection:
            rows = connection.execute(_SOME.limit(number), self._system)
            return tuple(map(_account, rows))

    def sync(self) -> Sync:
        """Return what is known of the last synchronisation."""
        with self._engine.connect() as connection:
            row = connection.execute(_SYNC, self._system).one_or_none()
        if row is None:
            return Sync()
        return Sync(
            generation=row.generation,
            accounts=row.accounts,
            finished_at=_time(row.finished_at),
            failed_at=_time(row.failed_at),
            reason=Reason(row.reason) if row.reason else None,
            suspected=row.suspected,
        )


_COLUMNS = (accounts.c.id, accounts.c.name, accounts.c.link, accounts.c.known_by)

OURS = and_(syncs.c.name == NAME, syncs.c.system == bindparam("system"))
"""The directory's row, where it is about the system that is asked for."""

_SYNC = select(syncs).where(OURS)

# One statement each, so that it sees one generation even while another is published.
_ALL = (
    select(*_COLUMNS)
    .join_from(syncs, accounts, accounts.c.generation == syncs.c.generation)
    .where(OURS)
)

_SOME = _ALL.order_by(accounts.c.id)

_GET = _ALL.where(accounts.c.id == bindparam("id"))

_FIND = (
    select(*_COLUMNS)
    .join_from(syncs, account_keys, account_keys.c.generation == syncs.c.generation)
    .join(
        accounts,
        and_(
            accounts.c.generation == account_keys.c.generation,
            accounts.c.id == account_keys.c.account_id,
        ),
    )
    .where(
        OURS,
        account_keys.c.key == bindparam("key"),
        account_keys.c.value == bindparam("value"),
    )
)


def _account(row: Row[str, str, str, dict[str, list[str]]]) -> Account:
    keys = {key: tuple(values) for key, values in row.known_by.items()}
    return Account(row.id, row.name, keys, row.link)


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
