"""A database that is only read: every query in a transaction that cannot write, with an end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, TypeVar

from context_sidecar import Reason, Row, Scope, Secret, SourceError, cell
from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    bindparam,
    literal_column,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from context_sidecar_adapters.sql.call import Call
from context_sidecar_adapters.sql.connections import Connections
from context_sidecar_adapters.sql.dialects import Dialect, dialect_of
from context_sidecar_adapters.sql.refusals import explain
from context_sidecar_adapters.sql.tables import TableName

MOST_ROWS = 50_000
"""More rows than that for one batch of keys are a mistake in the query, not an answer."""

_PIECE = 1000

T = TypeVar("T")


class Database:
    """The database at *url*, opened when it is first read.

    Args:
        url: an SQLAlchemy URL.
        arguments: what its driver is told when it connects.
        timeout: how long one call may take: connecting, a query, a piece of its rows.
        zone: the zone of times that come without one; without it they stay without.
    """

    def __init__(
        self,
        url: Secret,
        arguments: Mapping[str, Any],
        timeout: timedelta,
        zone: tzinfo | None,
    ) -> None:
        self._url = make_url(url.reveal())
        self._dialect = dialect_of(self._url)
        self._has_password = bool(self._url.password or arguments.get("password"))
        self._timeout = timeout
        self._zone = zone
        self._connections = Connections(lambda: self._dialect.open(self._url, arguments, timeout))

    @property
    def name(self) -> str:
        """What it is called: the kind of database and its name."""
        return f"{self.backend} {Path(self._url.database or '').name}".strip()

    @property
    def backend(self) -> str:
        """What SQLAlchemy calls this kind of database."""
        return self._url.get_backend_name()

    def lacks(self) -> str:
        """See `Adapter.lacks`."""
        try:
            self._url.get_dialect().import_dbapi()
        except (ImportError, SQLAlchemyError):
            return f"the database's driver{self._dialect.remedy}"
        return ""

    def rows(self, query: str, keys: Sequence[str | None], needed: Collection[str]) -> list[Row]:
        """Return the rows of *query* for *keys*, each with at least the columns *needed*.

        Raises:
            SourceError: the database cannot be read, or gives something else.
        """
        statement = text(query).bindparams(bindparam("keys", expanding=True))
        found: list[Row] = []
        for row in self._read(statement, {"keys": list(keys)}, needed):
            found.append(row)
            if len(found) > MOST_ROWS:
                raise SourceError(Reason.BAD_RESPONSE, f"more than {MOST_ROWS} rows for one batch")
        return found

    def stream(self, query: str) -> Iterator[Row]:
        """Yield the rows of *query*, which has no parameters, not holding all of them at once.

        Raises:
            SourceError: the database cannot be read to the end.
        """
        return self._read(text(query).execution_options(yield_per=_PIECE), {}, ())

    def shows(self, table: str) -> bool:
        """Return whether any row of *table*, which is named in SQL, is shown to us.

        Raises:
            SourceError: the database does not say.
        """
        there = text(table.replace(":", "\\:"))
        looked = self._read(select(literal_column("1")).select_from(there).limit(1), {}, ())
        return any(True for _ in looked)

    def below(self, read: Sequence[TableName], most: int) -> Mapping[TableName, bool]:
        """Return the tables and views below the views among *read*, no more than *most*, and
        whether the database tells by itself that they are empty; see `Dialect.below`.

        Raises:
            SourceError: the database does not say.
        """
        return self.looked_at(lambda connection: self._dialect.below(connection, read, most))

    def columns(self, query: str) -> Mapping[str, object]:
        """Return the columns that *query* gives, each with its driver's code for the type; none
        where it names what is no longer there.

        Raises:
            SourceError: the database cannot be read.
        """
        statement = text(query).bindparams(bindparam("keys", expanding=True))

        def look(connection: Connection) -> dict[str, object]:
            told = connection.execute(statement, {"keys": [None]}).cursor
            return {one[0]: one[1] for one in told.description} if told else {}

        try:
            return self.looked_at(look)
        except SourceError as error:
            if error.reason is not Reason.SCHEMA_CHANGED:
                raise
        return {}

    def looked_at(self, look: Callable[[Connection], T]) -> T:
        """Return what *look* reads about the database itself, whose statements end in time.

        Raises:
            SourceError: the database cannot be read.
        """
        call = Call(self._dialect, self._timeout)
        try:
            with self._ready(call) as connection, call.on(connection):
                return look(connection)
        except self._errors() as error:
            failure = explain(error, self._dialect)
        raise failure  # out here, as below

    def rights(self, queries: Collection[str]) -> Scope | None:
        """Return what our user may do beyond reading what *queries* name, where the database tells.

        Raises:
            SourceError: it could not be asked.
        """
        tells = type(self._dialect).rights is not Dialect.rights
        return self.looked_at(lambda on: self._dialect.rights(on, queries)) if tells else None

    def password_ends(self) -> datetime | None:
        """Return when our user's password ends; None where it does not, where the database does not
        tell, and where we sign in otherwise.

        Raises:
            SourceError: it could not be asked.
        """
        query = self._dialect.password_ends
        if query is None or not self._has_password:
            return None
        seconds = self.looked_at(lambda connection: connection.execute(query).scalar())
        return None if seconds is None else datetime.fromtimestamp(float(seconds), UTC)

    def close(self) -> None:
        """Close all connections; see `Connections.close`."""
        self._connections.close()

    def _read(
        self, statement: Executable, values: Mapping[str, object], needed: Collection[str]
    ) -> Iterator[Row]:
        call = Call(self._dialect, self._timeout)
        try:
            with self._ready(call) as connection:
                with call.on(connection):
                    result = connection.execute(statement, values)
                with result:
                    yield from self._rows(connection, result, needed, call)
        except self._errors() as error:
            failure = explain(error, self._dialect)
        else:
            return
        if call.hung_up:
            failure = SourceError(Reason.TIMEOUT, "the database does not even end what is late")
        raise failure  # out here, so that nothing that quotes the query's values hangs on it

    def _errors(self) -> tuple[type[Exception], ...]:
        return (SQLAlchemyError, ImportError, *self._dialect.beyond())

    @contextmanager
    def _ready(self, call: Call) -> Iterator[Connection]:
        """Give a connection that is alive, and whose statements end in time. One that has lain
        unused may have been lost, and is then made anew."""
        with self._connections.one() as connection:
            try:
                call.bound(connection)
            except DBAPIError as error:
                late = call.hung_up or explain(error, self._dialect).reason is Reason.TIMEOUT
                if late or not error.connection_invalidated:
                    raise
            else:
                yield connection
                return
        with self._connections.one() as connection:
            call.bound(connection)
            yield connection

    def _rows(
        self,
        connection: Connection,
        result: CursorResult[Any],
        needed: Collection[str],
        call: Call,
    ) -> Iterator[Row]:
        columns = list(result.keys())
        if missing := set(needed) - set(columns):
            detail = f"the query gives no column {min(missing)}, but {', '.join(columns)}"
            raise SourceError(Reason.SCHEMA_CHANGED, detail)
        if len(set(columns)) < len(columns):
            raise SourceError(Reason.NOT_CONFIGURED, "the query gives two columns of one name")
        while True:
            with call.on(connection):
                piece = result.fetchmany(_PIECE)
            if not piece:
                return
            for row in piece:
                pairs = zip(columns, row, strict=True)
                yield {name: cell(name, value, self._zone) for name, value in pairs}
