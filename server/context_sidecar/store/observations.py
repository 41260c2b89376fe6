"""What was observed, kept across restarts.

A row is whole or not there: each write is one transaction. What cannot be read (another release
wrote it) counts as not there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine, Table, and_, bindparam, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from context_sidecar.core.observation import AHEAD, Observation
from context_sidecar.store.packing import pack, unpack
from context_sidecar.store.schema import observations as table

AT_ONCE = 500
"""Keys in one query; databases limit how many parameters a query can have."""

ROW = 200
"""Bytes that a row takes besides its body, roughly: its keys, its time, its place in indexes."""

KEPT_AFTER_EVICTION = 0.9

_INSERTS: Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = MappingProxyType(
    {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
)
"""Inserting what may be there already has no standard form in SQL."""

Address = tuple[str, str, str]
"""Source, lookup and version: what tells one question's answers from another's."""


@dataclass(frozen=True, slots=True)
class Row:
    """One observation to keep, last used at *used_at*."""

    address: Address
    key: str
    observation: Observation
    used_at: datetime


class Observations:
    """The table of observations.

    Every method raises `sqlalchemy.exc.SQLAlchemyError` where the database is in trouble.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = _INSERTS[engine.dialect.name]

    def read(self, address: Address, keys: Iterable[str]) -> dict[str, Observation]:
        """Return what is known of those of *keys* that are there."""
        found: dict[str, Observation] = {}
        with self._engine.connect() as connection:
            for some in _pieces(keys):
                for key, body in connection.execute(_READ, _these(address, some)):
                    observation = unpack(body)
                    if observation is not None:
                        found[key] = observation
        return found

    def of(self, address: Address) -> Iterator[tuple[str, Observation]]:
        """Give all that is known at *address*, by key."""
        after = ""
        while True:
            with self._engine.connect() as connection:
                some = connection.execute(_NEXT, {**_place(address), "after": after}).all()
            for key, body in some:
                observation = unpack(body)
                if observation is not None:
                    yield key, observation
            if len(some) < AT_ONCE:
                return
            after = some[-1].key

    def write(self, rows: Collection[Row]) -> int:
        """Keep *rows*, in place of what was known of the same keys; return their bytes."""
        values = [_values(row) for row in rows]
        statement = self._insert(table)
        statement = statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={"body": statement.excluded.body, "used_at": statement.excluded.used_at},
        )
        with self._engine.begin() as connection:
            connection.execute(statement, values)
        return sum(len(value["body"]) + ROW for value in values)

    def touch(self, address: Address, keys: Collection[str], used_at: datetime) -> None:
        """Note that *keys* were used at *used_at*."""
        with self._engine.begin() as connection:
            for some in _pieces(keys):
                now = {"now": used_at.timestamp()}
                connection.execute(_TOUCH, _these(address, some) | now)

    def bytes(self) -> int:
        """Return how much all rows take, roughly."""
        with self._engine.connect() as connection:
            size = func.coalesce(func.sum(func.length(table.c.body) + ROW), 0)
            return int(connection.execute(select(size)).scalar_one())

    def evict(self, most: int) -> int:
        """Where all rows take more than *most* bytes, delete those that were not used for longest
        until a tenth of that is free; return what is left."""
        left = self.bytes()
        if left <= most:
            return left
        oldest = select(
            table.c.source, table.c.lookup, table.c.version, table.c.key, func.length(table.c.body)
        ).order_by(table.c.used_at)
        goal = most * KEPT_AFTER_EVICTION
        with self._engine.begin() as connection:
            doomed = []
            for *row, size in connection.execute(oldest):
                if left <= goal:
                    break
                doomed.append(tuple(row))
                left -= size + ROW
            for start in range(0, len(doomed), AT_ONCE):
                some = doomed[start : start + AT_ONCE]
                connection.execute(delete(table).where(tuple_(*table.primary_key).in_(some)))
        return left

    def keep_only(self, sources: Collection[str]) -> int:
        """Delete what other sources than these have said; return how much that was."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(table).where(table.c.source.not_in(sources)))
            return gone.rowcount

    def prune(self, unused_since: datetime, now: datetime) -> int:
        """Delete what was not used since, or was noted by a clock that was ahead of *now*; return
        how much that was."""
        lately = table.c.used_at.between(unused_since.timestamp(), (now + AHEAD).timestamp())
        with self._engine.begin() as connection:
            return connection.execute(delete(table).where(~lately)).rowcount


# Made once: putting a statement together takes longer than reading a row.
_ADDRESSED = and_(
    table.c.source == bindparam("in_source"),
    table.c.lookup == bindparam("in_lookup"),
    table.c.version == bindparam("in_version"),
)
_THESE = and_(_ADDRESSED, table.c.key.in_(bindparam("keys", expanding=True)))
_NEXT = (
    select(table.c.key, table.c.body)
    .where(_ADDRESSED, table.c.key > bindparam("after"))
    .order_by(table.c.key)
    .limit(AT_ONCE)
)
_READ = select(table.c.key, table.c.body).where(_THESE)
_TOUCH = update(table).where(_THESE).values(used_at=bindparam("now"))


def _place(address: Address) -> dict[str, object]:
    source, lookup, version = address
    return {"in_source": source, "in_lookup": lookup, "in_version": version}


def _these(address: Address, keys: list[str]) -> dict[str, object]:
    return {**_place(address), "keys": keys}


def _pieces(keys: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _values(row: Row) -> dict[str, Any]:
    source, lookup, version = row.address
    return {
        "source": source,
        "lookup": lookup,
        "version": version,
        "key": row.key,
        "body": pack(row.observation),
        "used_at": row.used_at.timestamp(),
    }
