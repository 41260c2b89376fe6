"""How a new list of accounts takes the place of the old one: whole, or not at all.

A synchronisation writes its accounts beside those that readers see, under a generation of its own,
and they become visible in one step. One that ends early is never seen. Writes are small
transactions, so that nobody else waits long for the database.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, and_, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from context_sidecar.core.account import Account
from context_sidecar.core.reasons import Reason
from context_sidecar.store.accounts import NAME
from context_sidecar.store.schema import account_keys, accounts, syncs

REMOVED_AT_ONCE = 5000
"""Rows of a past generation that one transaction removes."""

_UNTROUBLED = {"failed_at": None, "reason": None, "suspected": None}
_NEVER = {"generation": 0, "accounts": 0, "finished_at": None, **_UNTROUBLED}


@dataclass(frozen=True, slots=True)
class Listed:
    """An account as it was listed, and the normalised (key, value) pairs by which it is found, each
    once. One that was listed before comes `again`: it is known by what it says now, too."""

    account: Account
    found_by: Collection[tuple[str, str]]
    again: bool = False


def begin(engine: Engine, system: str) -> Generation:
    """Begin a new generation. One that was being written, here or in another process, can no
    longer be published; what it wrote is removed, and so is the list of another system than
    *system*, with what is known of its synchronisation."""
    _make_row(engine)
    ours = syncs.c.name == NAME
    anew = update(syncs).where(ours, syncs.c.system != system).values(system=system, **_NEVER)
    claim = update(syncs).where(ours).values(claimed=syncs.c.claimed + 1)
    with engine.begin() as connection:
        connection.execute(anew)
        number = connection.execute(claim.returning(syncs.c.claimed)).scalar_one()
    _sweep(engine)
    return Generation(engine, int(number))


class Generation:
    """A list of accounts while it is written."""

    def __init__(self, engine: Engine, number: int) -> None:
        self._engine = engine
        self.number = number
        self._mine = and_(syncs.c.name == NAME, syncs.c.claimed == number)

    def add(self, listed: Sequence[Listed]) -> None:
        """Write some accounts."""
        rows = [
            {"id": one.account.id, "name": one.account.name, "link": one.account.link,
             "known_by": dict(one.account.keys)}
            for one in listed if not one.again
        ]  # fmt: skip
        repeated = [one for one in listed if one.again]
        with self._engine.begin() as connection:
            if rows:
                connection.execute(insert(accounts).values(generation=self.number), rows)
            if repeated:
                self._add_to(connection, [one.account for one in repeated])
            self._index(connection, listed, anew=bool(repeated))

    def _add_to(self, connection: Connection, repeated: Sequence[Account]) -> None:
        """Let accounts that are there be known by what their *repeated* rows say, too."""
        ids = {account.id for account in repeated}
        mine = accounts.c.generation == self.number
        known_by = select(accounts.c.id, accounts.c.known_by).where(mine, accounts.c.id.in_(ids))
        known: dict[str, Mapping[str, Sequence[str]]] = dict(connection.execute(known_by).all())
        for account in repeated:
            known[account.id] = _united(known[account.id], account.keys)
        change = update(accounts).where(mine, accounts.c.id == bindparam("account"))
        connection.execute(
            change.values(known_by=bindparam("keys")),
            [{"account": account, "keys": keys} for account, keys in known.items()],
        )

    def _index(self, connection: Connection, listed: Sequence[Listed], *, anew: bool) -> None:
        """Let *listed* be found; *anew* where some may be found by the same already."""
        found_by = {
            (key, value, one.account.id): None for one in listed for key, value in one.found_by
        }
        pairs = [{"key": key, "value": value, "account_id": own} for key, value, own in found_by]
        if pairs and anew:
            same = (account_keys.c[name] == bindparam(name) for name in pairs[0])
            mine = account_keys.c.generation == self.number
            connection.execute(delete(account_keys).where(mine, *same), pairs)
        if pairs:
            connection.execute(insert(account_keys).values(generation=self.number), pairs)

    def publish(self, count: int, now: datetime) -> bool:
        """Let readers see this generation and its *count* accounts. False where another has begun
        since, which takes this one's place."""
        seen = {"generation": self.number, "accounts": count, "finished_at": now.timestamp()}
        with self._engine.begin() as connection:
            done = connection.execute(update(syncs).where(self._mine).values(_UNTROUBLED | seen))
        _sweep(self._engine)
        return done.rowcount == 1

    def fail(self, reason: Reason, now: datetime, suspected: int | None = None) -> None:
        """Forget what was written, and note why; *suspected* as in `Sync`."""
        noted = {"failed_at": now.timestamp(), "reason": reason.value, "suspected": suspected}
        with self._engine.begin() as connection:
            connection.execute(update(syncs).where(self._mine).values(noted))
        _remove(self._engine, self.number)


def _united(
    some: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]]
) -> dict[str, Sequence[str]]:
    """Return the values of both under each key, each once, those of *some* first."""
    return {
        key: tuple(dict.fromkeys([*some.get(key, ()), *others.get(key, ())]))
        for key in [*some, *others]
    }


def _make_row(engine: Engine) -> None:
    row = {"name": NAME, "claimed": 0, **_NEVER}
    try:
        with engine.begin() as connection:
            connection.execute(insert(syncs).values(row))
    except IntegrityError:
        return  # it is there


def _sweep(engine: Engine) -> None:
    """Remove every generation but the one that readers see and the one being written."""
    kept = select(syncs.c.generation, syncs.c.claimed).where(syncs.c.name == NAME)
    with engine.connect() as connection:
        there = set(connection.scalars(select(accounts.c.generation).distinct()))
        past = there - set(connection.execute(kept).one())
    for number in sorted(past):
        _remove(engine, number)


def _remove(engine: Engine, number: int) -> None:
    # The accounts go last: while there is one, a later attempt knows that there is work to do.
    for table in (account_keys, accounts):
        columns = tuple_(*table.primary_key.columns)
        some = select(*table.primary_key.columns).where(table.c.generation == number)
        statement = delete(table).where(columns.in_(some.limit(REMOVED_AT_ONCE)))
        left = 1
        while left:
            with engine.begin() as connection:
                left = connection.execute(statement).rowcount
