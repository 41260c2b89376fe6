"""SQLite: a file, opened read-only and anew for every query, that looks at the clock itself."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar

from context_sidecar import Reason, Scope, SourceError
from sqlalchemy import URL, Connection, Engine, NullPool, TextClause, create_engine, text

from context_sidecar_adapters.sql.dialects.dialect import Dialect
from context_sidecar_adapters.sql.dialects.rights import of_a_file

_STEPS = 1000
"""SQLite looks at the deadline after so many steps of its machine: far under a millisecond."""

_REASONS: dict[str, Reason] = {
    "SQLITE_AUTH": Reason.PERMISSION_DENIED,
    "SQLITE_BUSY": Reason.TIMEOUT,
    "SQLITE_CANTOPEN": Reason.UNREACHABLE,
    "SQLITE_CORRUPT": Reason.BAD_RESPONSE,
    "SQLITE_INTERRUPT": Reason.TIMEOUT,
    "SQLITE_LOCKED": Reason.TIMEOUT,
    "SQLITE_NOTADB": Reason.BAD_RESPONSE,
    "SQLITE_PERM": Reason.PERMISSION_DENIED,
    "SQLITE_READONLY": Reason.NOT_CONFIGURED,
}


class SQLite(Dialect):
    """See `Dialect`."""

    views: ClassVar[TextClause | None] = text(
        "SELECT 'main', name, sql, true FROM sqlite_master WHERE type = 'view'"
    )

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """Open the file anew for every query: one that was replaced would otherwise be read as it
        was, for as long as the connection lives."""
        address = f"{Path(url.database or '').as_uri()}?mode=ro"

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(
                address, uri=True, timeout=timeout.total_seconds(), check_same_thread=False
            )
            connection.execute("PRAGMA query_only = ON")
            return connection

        return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    def bound(self, connection: Connection, timeout: timedelta) -> None:
        """See `Dialect.bound`."""
        end = monotonic() + timeout.total_seconds()
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(lambda: int(monotonic() > end), _STEPS)

    def rights(self, connection: Connection, queries: Collection[str]) -> Scope | None:
        """See `Dialect.rights`. A file has no users of its own: the machine's are asked about
        (https://www.sqlite.org/pragma.html#pragma_database_list)."""
        opened = connection.execute(text("PRAGMA database_list"))
        return of_a_file(next(file for _, name, file in opened if name == "main"))

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """See `Dialect.explain`."""
        code = getattr(error, "sqlite_errorname", "")
        known = [start for start in _REASONS if code.startswith(start)]
        if known:
            return SourceError(_REASONS[max(known, key=len)], code.lower(), code=code)
        if re.match(r"no such (table|column|function)", str(error)):
            return SourceError(Reason.SCHEMA_CHANGED, str(error), code=code, certain=False)
        return SourceError(Reason.SERVER_ERROR, type(error).__name__, code=code)
