"""A database that is only read: every query in a transaction that cannot write, with an end."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta, tzinfo
from pathlib import Path
from threading import Lock
from typing import Any

from context_sidecar import Reason, Row, Secret, SourceError, cell
from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    TextClause,
    bindparam,
    make_url,
    text,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from context_sidecar_adapters.sql.engines import bound, open_engine
from context_sidecar_adapters.sql.refusals import explain
from context_sidecar_adapters.sql.watch import Watch

MOST_ROWS = 50_000
"""More rows than that for one batch of keys are a mistake in the query, not an answer."""

_PIECE = 1000


class Database:
    """The database at *url*, opened when it is first read.

    Args:
        url: an SQLAlchemy URL.
        timeout: how long connecting, and waiting for a connection, may take.
        zone: the zone of times that come without one; without it they stay without.
    """

    def __init__(self, url: Secret, timeout: timedelta, zone: tzinfo | None) -> None:
        self._url = make_url(url.reveal())
        self._timeout = timeout
        self._zone = zone
        self._lock = Lock()
        self._opened: Engine | None = None

    @property
    def name(self) -> str:
        """What it is called: the kind of database and its name."""
        return f"{self._url.get_backend_name()} {Path(self._url.database or '').name}".strip()

    def rows(
        self, query: str, keys: Sequence[str | None], timeout: timedelta, needed: Collection[str]
    ) -> list[Row]:
        """Return the rows of *query* for *keys*, each with at least the columns *needed*.

        Raises:
            SourceError: the database cannot be read, or gives something else.
        """
        statement = text(query).bindparams(bindparam("keys", expanding=True))
        found: list[Row] = []
        for row in self._read(statement, {"keys": list(keys)}, timeout, needed):
            found.append(row)
            if len(found) > MOST_ROWS:
                raise SourceError(Reason.BAD_RESPONSE, f"more than {MOST_ROWS} rows for one batch")
        return found

    def stream(self, query: str, timeout: timedelta) -> Iterator[Row]:
        """Yield the rows of *query*, which has no parameters, not holding all of them at once.

        Raises:
            SourceError: the database cannot be read to the end.
        """
        return self._read(text(query).execution_options(yield_per=_PIECE), {}, timeout, ())

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            if self._opened:
                self._opened.dispose()
                self._opened = None

    def _read(
        self,
        statement: TextClause,
        values: Mapping[str, object],
        timeout: timedelta,
        needed: Collection[str],
    ) -> Iterator[Row]:
        watch = Watch(timeout)
        try:
            with self._ready(timeout, watch) as connection:
                with watch.over(connection):
                    result = connection.execute(statement, values)
                with result:
                    yield from self._rows(connection, result, needed, watch)
        except (SQLAlchemyError, ImportError) as error:
            failure = explain(error)
        else:
            return
        if watch.hung_up:
            failure = SourceError(Reason.TIMEOUT, "the database does not even end what is late")
        raise failure  # out here, so that nothing that quotes the query's values hangs on it

    @contextmanager
    def _ready(self, timeout: timedelta, watch: Watch) -> Iterator[Connection]:
        """Give a connection that is alive, and whose statements end in time. One that has lain
        unused may have been lost, and is then made anew."""
        with self._engine().connect() as connection:
            try:
                with watch.over(connection):
                    bound(connection, timeout)
            except DBAPIError as error:
                if watch.hung_up or not error.connection_invalidated:
                    raise
            else:
                yield connection
                return
        with self._engine().connect() as connection:
            with watch.over(connection):
                bound(connection, timeout)
            yield connection

    def _rows(
        self,
        connection: Connection,
        result: CursorResult[Any],
        needed: Collection[str],
        watch: Watch,
    ) -> Iterator[Row]:
        columns = list(result.keys())
        if missing := set(needed) - set(columns):
            raise SourceError(Reason.SCHEMA_CHANGED, f"the query gives no column {min(missing)}")
        if len(set(columns)) < len(columns):
            raise SourceError(Reason.NOT_CONFIGURED, "the query gives two columns of one name")
        while True:
            with watch.over(connection):
                piece = result.fetchmany(_PIECE)
            if not piece:
                return
            for row in piece:
                pairs = zip(columns, row, strict=True)
                yield {name: cell(name, value, self._zone) for name, value in pairs}

    def _engine(self) -> Engine:
        with self._lock:
            if self._opened is None:
                self._opened = open_engine(self._url, self._timeout)
            return self._opened
