"""How each kind of database is opened, kept from writing, and made to stop in time."""

from __future__ import annotations

import math
import sqlite3
from datetime import timedelta
from pathlib import Path
from time import monotonic

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text

_STEPS = 1000
"""SQLite looks at the deadline after so many steps of its machine: far under a millisecond."""


def open_engine(url: URL, timeout: timedelta) -> Engine:
    """Open the database at *url*, read-only where it knows such a thing.

    Connecting, and waiting for a free connection, may take *timeout*.
    """
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, timeout)
    engine = create_engine(
        url,
        connect_args=_connect_arguments(url, timeout),
        hide_parameters=True,
        pool_recycle=1800,
        pool_timeout=timeout.total_seconds(),
    )
    if engine.dialect.name == "postgresql":
        return engine.execution_options(postgresql_readonly=True)
    return engine


def _connect_arguments(url: URL, timeout: timedelta) -> dict[str, object]:
    """Return what libpq needs to notice a server that is gone; the URL's own words come first."""
    if url.get_backend_name() != "postgresql" or not url.get_driver_name().startswith("psycopg"):
        return {}
    seconds = math.ceil(timeout.total_seconds())
    arguments: dict[str, object] = {
        "connect_timeout": max(seconds, 2),
        "tcp_user_timeout": seconds * 1000,
        "keepalives_idle": max(seconds, 2),
        "keepalives_interval": max(seconds, 2),
        "keepalives_count": 1,
        "fallback_application_name": "context-sidecar",
    }
    return {name: value for name, value in arguments.items() if name not in url.query}


def _open_sqlite(url: URL, timeout: timedelta) -> Engine:
    """Open an SQLite file anew for every query: a file that was replaced would otherwise be read
    as it was, for as long as the connection lives."""
    address = f"{Path(url.database or '').as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, timeout=timeout.total_seconds(), check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)


def bound(connection: Connection, timeout: timedelta) -> None:
    """See to it that what *connection* runs next ends after *timeout*, where the database can."""
    seconds = timeout.total_seconds()
    if connection.dialect.name == "postgresql":
        # For this transaction only, so that it works through a pooler of transactions, too.
        milliseconds = str(math.ceil(seconds * 1000))
        connection.execute(
            text("SELECT set_config('statement_timeout', :value, true)"), {"value": milliseconds}
        )
    elif connection.dialect.name == "sqlite":
        end = monotonic() + seconds
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_progress_handler(lambda: int(monotonic() > end), _STEPS)
