"""DuckDB: a file, opened read-only and anew for every query, that is interrupted when it is late.

Whoever has the file open keeps every other process from writing it, and a process that writes it
keeps all others out (https://duckdb.org/docs/stable/connect/concurrency), so it is held no longer
than a query takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from threading import Timer
from typing import Any, ClassVar

from context_sidecar import Reason, Scope, SourceError
from sqlalchemy import URL, Connection, Engine, NullPool, TextClause, create_engine, text

from context_sidecar_adapters.sql.dialects.dialect import TELLS_NAMES, Dialect
from context_sidecar_adapters.sql.dialects.rights import of_a_file

_REASONS: dict[str, Reason] = {
    "BinderException": Reason.SCHEMA_CHANGED,
    "CatalogException": Reason.SCHEMA_CHANGED,
    "ConversionException": Reason.BAD_RESPONSE,
    "HTTPException": Reason.UNREACHABLE,  # what a view reads is elsewhere
    "InterruptException": Reason.TIMEOUT,
    "IOException": Reason.UNREACHABLE,
    "InvalidInputException": Reason.BAD_RESPONSE,
    "MissingExtensionException": Reason.NOT_CONFIGURED,
    "OutOfMemoryException": Reason.SERVER_ERROR,
    "ParserException": Reason.NOT_CONFIGURED,
    "PermissionException": Reason.PERMISSION_DENIED,
}
"""Reasons by the driver's class of error."""

_FILE = text("SELECT path FROM duckdb_databases() WHERE database_name = current_database()")
_BY_MESSAGE = (
    ("read-only mode!", Reason.NOT_CONFIGURED, "the query writes"),
    ("Could not set lock", Reason.UNREACHABLE, "another process is writing the file"),
    ("not a valid DuckDB database file", Reason.BAD_RESPONSE, "not a DuckDB database"),
    ("database does not exist", Reason.UNREACHABLE, "there is no such file"),
    ("No files found that match", Reason.UNREACHABLE, "a file that the query reads is not there"),
    ("Permission denied", Reason.PERMISSION_DENIED, "the file may not be read"),
)
"""Where a class of error stands for several things, what it says tells them apart."""


class DuckDB(Dialect):
    """See `Dialect`."""

    extra = "duckdb"
    views: ClassVar[TextClause | None] = text(
        "SELECT schema_name, view_name, sql, schema_name = current_schema() FROM duckdb_views() "
        "WHERE NOT internal AND database_name = current_database()"
    )

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """See `Dialect.open`. No extension is fetched from the network for want of it. Where there
        is no file, there is nothing to protect, and DuckDB would refuse to."""
        read_only = url.database != ":memory:"
        config = {"autoinstall_known_extensions": False, **arguments.get("config", {})}
        return create_engine(
            url,
            connect_args={**arguments, "read_only": read_only, "config": config},
            poolclass=NullPool,
            hide_parameters=True,
        )

    @contextmanager
    def watched(
        self, connection: Connection, timeout: timedelta, hung_up: Callable[[], None]
    ) -> Iterator[None]:
        """See `Dialect.watched`; DuckDB knows no timeout of its own."""
        driver: Any = connection.connection.driver_connection
        timer = Timer(timeout.total_seconds(), driver.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def rights(self, connection: Connection, queries: Collection[str]) -> Scope | None:
        """See `Dialect.rights`. A file has no users of its own: the machine's are asked about
        (https://duckdb.org/docs/stable/sql/meta/duckdb_table_functions)."""
        return of_a_file(connection.execute(_FILE).scalar())

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """See `Dialect.explain`."""
        name, message = type(error).__name__, str(error)
        for said, reason, told in _BY_MESSAGE:
            if said in message:
                return SourceError(reason, told, code=name)
        reason = _REASONS.get(name, Reason.SERVER_ERROR)
        # Its first line; those below quote the query.
        first = message.partition("\n")[0].partition(": ")[2]
        return SourceError(reason, first if reason in TELLS_NAMES else name, code=name)
