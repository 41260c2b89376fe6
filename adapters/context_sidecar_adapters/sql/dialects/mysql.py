"""MariaDB and MySQL: read-only transactions, and a timeout that each of the two has its own way.

Error numbers: https://mariadb.com/docs/server/reference/error-codes and
https://dev.mysql.com/doc/mysql-errors/en/server-error-reference.html.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from context_sidecar import Cause, Reason, Scope, SourceError
from sqlalchemy import URL, Connection, Engine, TextClause, event, text

from context_sidecar_adapters.sql.dialects.dialect import TELLS_NAMES, Dialect
from context_sidecar_adapters.sql.dialects.mysql_rights import rights

GRACE = 1
"""Seconds that the server gets beyond the timeout to end a query by itself."""

_SESSION = ("SET SESSION TRANSACTION READ ONLY", "SET time_zone = '+00:00'")
"""What holds for all that a connection will do. A TIMESTAMP is told in the session's own zone, so
that is one without a doubtful hour in it."""

_REASONS: dict[int, Reason] = {
    1040: Reason.SERVER_ERROR,  # too many connections
    1044: Reason.PERMISSION_DENIED,  # to the database
    1045: Reason.CREDENTIAL_EXPIRED,
    1049: Reason.ENDPOINT_GONE,  # no such database
    1053: Reason.UNREACHABLE,  # shutting down
    1054: Reason.SCHEMA_CHANGED,  # no such column
    1064: Reason.NOT_CONFIGURED,  # a syntax error
    1129: Reason.IP_NOT_ALLOWED,  # this machine has failed to connect too often
    1130: Reason.IP_NOT_ALLOWED,
    1142: Reason.PERMISSION_DENIED,  # to the table
    1143: Reason.PERMISSION_DENIED,  # to the column
    1146: Reason.SCHEMA_CHANGED,  # no such table
    1203: Reason.SERVER_ERROR,  # too many connections of this user
    1205: Reason.TIMEOUT,  # waited for a lock
    1226: Reason.RATE_LIMITED,  # queries an hour, connections an hour, or at once
    1227: Reason.PERMISSION_DENIED,
    1267: Reason.NOT_CONFIGURED,  # two collations in one comparison
    1292: Reason.BAD_RESPONSE,  # a value that is no number or time
    1305: Reason.SCHEMA_CHANGED,  # no such function
    1317: Reason.TIMEOUT,  # somebody stopped the query
    1356: Reason.SCHEMA_CHANGED,  # a view without its table or column, or whose owner lost a right
    1366: Reason.BAD_RESPONSE,
    1370: Reason.PERMISSION_DENIED,  # to the function
    1698: Reason.CREDENTIAL_EXPIRED,  # no password given, or another way to sign in
    1792: Reason.NOT_CONFIGURED,  # the query writes
    1820: Reason.CREDENTIAL_EXPIRED,  # the password must be changed
    1862: Reason.CREDENTIAL_EXPIRED,  # the password has expired
    1927: Reason.UNREACHABLE,  # somebody ended the connection
    1969: Reason.TIMEOUT,  # MariaDB's max_statement_time
    2002: Reason.UNREACHABLE,
    2003: Reason.UNREACHABLE,
    2005: Reason.UNREACHABLE,
    2006: Reason.UNREACHABLE,
    2013: Reason.UNREACHABLE,  # lost during a query
    3024: Reason.TIMEOUT,  # MySQL's max_execution_time
    3118: Reason.CREDENTIAL_EXPIRED,  # MySQL: the user is locked
    3159: Reason.NOT_CONFIGURED,  # the server wants TLS
    4151: Reason.CREDENTIAL_EXPIRED,  # MariaDB: the user is locked
}

_SEVERAL = {1045, 1142, 1317, 1356}
"""Numbers that stand for several causes. Who may not come from our address may get the answer to a
wrong password; who may see nothing of a table is not told whether there is one; a query may be
stopped for any reason."""


_CAUSES: dict[int, tuple[Cause, ...]] = {
    1040: (Cause.TOO_MANY_CONNECTIONS,),
    1045: (Cause.WRONG_PASSWORD, Cause.USER_UNKNOWN, Cause.ADDRESS_NOT_ALLOWED),
    1049: (Cause.DATABASE_UNKNOWN,),
    1130: (Cause.ADDRESS_NOT_ALLOWED,),
    1142: (Cause.MISSING_PERMISSION, Cause.RENAMED),
    1203: (Cause.TOO_MANY_CONNECTIONS,),
    1356: (Cause.RENAMED, Cause.HIDDEN),
    2003: (Cause.SERVER_DOWN, Cause.NETWORK, Cause.WRONG_ADDRESS),
    3118: (Cause.LOCKED_OUT,),
    4151: (Cause.LOCKED_OUT,),
}


class MySQL(Dialect):
    """See `Dialect`; MariaDB is one, too."""

    extra = "mysql"
    views: ClassVar[TextClause | None] = text(
        "SELECT table_schema, table_name, view_definition, coalesce(table_schema = database(), 0) "
        "FROM information_schema.views WHERE view_definition <> '' "
        "AND table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')"
    )
    """Shown to whom has SHOW VIEW, and else without the text
    (https://mariadb.com/kb/en/information-schema-views-table/)."""

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """See `Dialect.open`."""
        engine = super().open(url, arguments, timeout)

        @event.listens_for(engine, "connect")
        def begin(connection: Any, record: object) -> None:
            with connection.cursor() as cursor:
                for statement in _SESSION:
                    cursor.execute(statement)

        return engine

    def arguments(self, url: URL, timeout: timedelta) -> Mapping[str, Any]:
        """Return what PyMySQL needs to give up a server that keeps silent, and to read what a
        database alone knows: an unset date, a zone, a bit, JSON."""
        if url.get_driver_name() != "pymysql":
            return {}
        from pymysql.constants import FIELD_TYPE  # noqa: PLC0415  PyMySQL is an extra
        from pymysql.converters import conversions  # noqa: PLC0415  as above

        kinds = {
            FIELD_TYPE.BIT: lambda value: int.from_bytes(value, "big"),
            FIELD_TYPE.DATE: _set_or_none(conversions[FIELD_TYPE.DATE]),
            FIELD_TYPE.DATETIME: _set_or_none(conversions[FIELD_TYPE.DATETIME]),
            FIELD_TYPE.TIMESTAMP: _set_or_none(conversions[FIELD_TYPE.TIMESTAMP], UTC),
            FIELD_TYPE.JSON: json.loads,
        }
        seconds = math.ceil(timeout.total_seconds())
        return {
            "connect_timeout": seconds,
            "read_timeout": seconds + GRACE,
            "write_timeout": seconds + GRACE,
            "program_name": "context-sidecar",
            "conv": {**conversions, **kinds},
        }

    def bound(self, connection: Connection, timeout: timedelta) -> None:
        """See `Dialect.bound`."""
        seconds = timeout.total_seconds()
        if getattr(connection.dialect, "is_mariadb", False):
            connection.execute(text(f"SET SESSION max_statement_time = {seconds:.3f}"))
        else:
            milliseconds = math.ceil(seconds * 1000)
            connection.execute(text(f"SET SESSION max_execution_time = {milliseconds}"))

    def rights(self, connection: Connection, queries: Collection[str]) -> Scope:
        """See `Dialect.rights`."""
        return rights(connection, queries)

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """See `Dialect.explain`."""
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        message = str(error.args[1]) if len(error.args) > 1 else ""
        if number not in _REASONS:
            return super().explain(error, lost=lost)
        reason = _REASONS[number]
        if reason is Reason.UNREACHABLE and "timed out" in message:
            reason = Reason.TIMEOUT
        if reason is Reason.RATE_LIMITED and "max_user_connections" in message:
            reason = Reason.SERVER_ERROR
        told = re.sub(r" (to|for) user '.*'@'[^']*'", "", message)
        return SourceError(
            reason,
            told if reason in TELLS_NAMES else type(error).__name__,
            code=str(number),
            certain=number not in _SEVERAL,
            possible_causes=_CAUSES.get(number, ()),
        )


def _set_or_none(read: Any, zone: Any = None) -> Any:
    """Return what reads a date or time by *read*, and none where all of it is zero, by which these
    databases mean that there is none. What else is no date stays the text that it is."""

    def value(text: str) -> Any:
        found = read(text)
        if isinstance(found, datetime):
            return found.replace(tzinfo=zone)
        return None if isinstance(found, str) and not re.search("[1-9]", found) else found

    return value
