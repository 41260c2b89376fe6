"""PostgreSQL: read-only transactions, a timeout for each, and a line that can be hung up."""

from __future__ import annotations

import math
import os
import re
import socket
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Timer
from typing import Any

from context_sidecar import Cause, Reason, Scope, SourceError
from sqlalchemy import URL, Connection, Engine, text

from context_sidecar_adapters.sql.dialects.dialect import Dialect
from context_sidecar_adapters.sql.dialects.postgresql_views import below
from context_sidecar_adapters.sql.dialects.rights import few, is_named
from context_sidecar_adapters.sql.dialects.states import from_state, state_of
from context_sidecar_adapters.sql.tables import TableName

GRACE = 1.0
"""Seconds that the server gets beyond the timeout to end a query by itself."""

_NO_CONNECTION = (Cause.SERVER_DOWN, Cause.WRONG_ADDRESS, Cause.NETWORK)
_BY_MESSAGE = [
    (
        "no pg_hba.conf entry|pg_hba.conf rejects",
        Reason.IP_NOT_ALLOWED,
        (Cause.ADDRESS_NOT_ALLOWED, Cause.USER_UNKNOWN, Cause.DATABASE_UNKNOWN),
    ),
    (
        "password authentication failed|no password supplied",
        Reason.CREDENTIAL_EXPIRED,
        (Cause.WRONG_PASSWORD, Cause.USER_UNKNOWN),
    ),
    (
        'role ".*" does not exist|is not permitted to log in',
        Reason.CREDENTIAL_EXPIRED,
        (Cause.USER_UNKNOWN, Cause.MISSING_PERMISSION),
    ),
    ('database ".*" does not exist', Reason.ENDPOINT_GONE, (Cause.DATABASE_UNKNOWN,)),
    ("permission denied for database", Reason.PERMISSION_DENIED, (Cause.MISSING_PERMISSION,)),
    (
        "too many (connections|clients)|remaining connection slots",
        Reason.SERVER_ERROR,
        (Cause.TOO_MANY_CONNECTIONS,),
    ),
    ("timeout expired|timed out", Reason.TIMEOUT, _NO_CONNECTION),
]
"""Reasons, and possible causes, by what libpq says where it gives no SQLSTATE: while connecting.
Servers of another language say it otherwise, so each of these is a suspicion; what fits none is
unreachable."""

_IS_SUPERUSER = text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
_PASSWORD_ENDS = text(
    "SELECT extract(epoch FROM rolvaliduntil) FROM pg_roles WHERE rolname = session_user "
    "AND isfinite(rolvaliduntil) AND rolvaliduntil < '9999-12-31'"
)
"""PostgreSQL, pg_roles: the time counts for signing in by a password alone."""

_WRITABLE = text(
    "SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT LIKE 'pg\\_%' "
    "AND n.nspname <> 'information_schema' "
    "AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') ORDER BY 1 LIMIT 6"
)
_READABLE = text(
    "SELECT c.oid::regclass::text, c.relname FROM pg_class c JOIN pg_namespace n "
    "ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') "
    "AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' "
    "AND has_table_privilege(c.oid, 'SELECT') AND NOT EXISTS ("
    "SELECT 1 FROM pg_inherits i WHERE i.inhrelid = c.oid) AND NOT EXISTS ("
    "SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') AND NOT EXISTS ("
    "SELECT 1 FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid "
    "WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = c.oid AND w.ev_class <> c.oid) "
    "ORDER BY 1"
)
"""These ask what is granted, and try nothing out (PostgreSQL, access privilege inquiry). Parts of
a table, and what belongs to an extension, are granted by others; what a view reads may have to be,
to whoever reads the view."""


class PostgreSQL(Dialect):
    """See `Dialect`."""

    extra = "postgresql"
    password_ends = _PASSWORD_ENDS

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """See `Dialect.open`."""
        engine = super().open(url, arguments, timeout)
        return engine.execution_options(postgresql_readonly=True)

    def arguments(self, url: URL, timeout: timedelta) -> Mapping[str, Any]:
        """Return what libpq needs to notice a server that is gone."""
        if not url.get_driver_name().startswith("psycopg"):
            return {}
        seconds = math.ceil(timeout.total_seconds())
        return {
            "connect_timeout": max(seconds, 2),
            "tcp_user_timeout": seconds * 1000,
            "keepalives_idle": max(seconds, 2),
            "keepalives_interval": max(seconds, 2),
            "keepalives_count": 1,
            "fallback_application_name": "context-sidecar",
        }

    def bound(self, connection: Connection, timeout: timedelta) -> None:
        """See `Dialect.bound`. It counts for this transaction only, so that it works through a
        pooler of transactions, too."""
        milliseconds = str(math.ceil(timeout.total_seconds() * 1000))
        connection.execute(
            text("SELECT set_config('statement_timeout', :value, true)"), {"value": milliseconds}
        )

    @contextmanager
    def watched(
        self, connection: Connection, timeout: timedelta, hung_up: Callable[[], None]
    ) -> Iterator[None]:
        """Hang up on a server that keeps silent: the last resort.

        A server ends a late query by itself, unless it is stopped, or waits for a disk that does
        not answer. Its machine then still acknowledges what it is sent, so the network knows of no
        trouble. Only drivers that are built on libpq show their socket.
        """
        number = getattr(connection.connection.driver_connection, "fileno", None)
        if number is None:
            yield
            return

        def hang_up() -> None:
            hung_up()
            with suppress(OSError):  # the call came back at the last moment
                line.shutdown(socket.SHUT_RDWR)

        # A descriptor of our own: the driver's may be another connection's by the time we hang up.
        with socket.socket(fileno=os.dup(number())) as line:
            timer = Timer(timeout.total_seconds() + GRACE, hang_up)
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()

    def rights(self, connection: Connection, queries: Collection[str]) -> Scope:
        """See `Dialect.rights`."""
        if connection.execute(_IS_SUPERUSER).scalar():
            return Scope(excess=("superuser, who may do everything",))
        written = [f"writing to {name}" for name in connection.execute(_WRITABLE).scalars()]
        read = [
            f"reading {name}, which no query names"
            for name, word in connection.execute(_READABLE)
            if not is_named(word, queries)
        ]
        return Scope(excess=(*few(written), *few(read)))

    def below(
        self, connection: Connection, read: Sequence[TableName], most: int
    ) -> Mapping[TableName, bool]:
        """See `Dialect.below`."""
        return below(connection, read, most)

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """See `Dialect.explain`."""
        if state := state_of(error):
            return from_state(state, error)
        if lost:
            return super().explain(error, lost=lost)
        found = ((why, causes) for said, why, causes in _BY_MESSAGE if re.search(said, str(error)))
        nothing: tuple[Cause, ...] = ()
        otherwise = (Reason.SERVER_ERROR, nothing)
        if _is_libpq(error):
            otherwise = (Reason.UNREACHABLE, _NO_CONNECTION)
        reason, causes = next(found, otherwise)
        return SourceError(reason, type(error).__name__, certain=False, possible_causes=causes)


def _is_libpq(error: BaseException) -> bool:
    return type(error).__module__.startswith("psycopg") and "Operational" in type(error).__name__
