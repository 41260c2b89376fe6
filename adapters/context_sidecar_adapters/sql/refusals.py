"""What a database's error stands for, and what of its text may be told.

SQLAlchemy quotes statement and values in its messages, and PostgreSQL quotes a value that it could
not read, so no message goes on but those about names that stand in the query itself.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from context_sidecar import Reason, SourceError
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_BY_STATE: dict[str, Reason] = {
    "08": Reason.UNREACHABLE,
    "22": Reason.BAD_RESPONSE,
    "25006": Reason.NOT_CONFIGURED,  # the query writes
    "28": Reason.CREDENTIAL_EXPIRED,
    "3D000": Reason.ENDPOINT_GONE,
    "3F000": Reason.SCHEMA_CHANGED,
    "42": Reason.SCHEMA_CHANGED,
    "42501": Reason.PERMISSION_DENIED,
    "42601": Reason.NOT_CONFIGURED,  # a syntax error
    "53": Reason.SERVER_ERROR,
    "55P03": Reason.TIMEOUT,  # waited for a lock
    "57014": Reason.TIMEOUT,
    "57P": Reason.UNREACHABLE,  # shutting down, crashed, starting
}
"""Reasons by SQLSTATE or the beginning of one; the longest fits (PostgreSQL, appendix A)."""

_TELLS_NAMES = {Reason.SCHEMA_CHANGED, Reason.PERMISSION_DENIED}
"""Errors about tables and columns name only what the query itself names."""

_BY_MESSAGE = [
    ("no pg_hba.conf entry|pg_hba.conf rejects", Reason.IP_NOT_ALLOWED),
    ("password authentication failed|no password supplied", Reason.CREDENTIAL_EXPIRED),
    ('role ".*" does not exist|is not permitted to log in', Reason.CREDENTIAL_EXPIRED),
    ('database ".*" does not exist', Reason.ENDPOINT_GONE),
    ("permission denied for database", Reason.PERMISSION_DENIED),
    ("too many (connections|clients)|remaining connection slots", Reason.SERVER_ERROR),
    ("timeout expired|timed out", Reason.TIMEOUT),
]
"""Reasons by what libpq says where it gives no SQLSTATE: while connecting. Servers of another
language say it otherwise, so each of these is a suspicion; what fits none is unreachable."""

_BY_SQLITE: dict[str, Reason] = {
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


def explain(error: Exception) -> SourceError:
    """Return what *error*, raised by SQLAlchemy or for want of a driver, stands for."""
    if isinstance(error, ImportError | NoSuchModuleError):
        return SourceError(Reason.NOT_CONFIGURED, "the database's driver is not installed")
    if isinstance(error, PoolTimeout):
        return SourceError(Reason.BUSY, "no free connection")
    if isinstance(error, DBAPIError) and error.orig is not None:
        return _from_driver(error.orig, lost=error.connection_invalidated)
    return SourceError(Reason.BAD_RESPONSE, type(error).__name__)


def _from_driver(error: BaseException, *, lost: bool) -> SourceError:
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error)
    if state := _state(error):
        return _from_state(state, error)
    if lost:
        return SourceError(Reason.UNREACHABLE, "the connection was lost")
    return _from_message(error)


def _from_state(state: str, error: BaseException) -> SourceError:
    known = [start for start in _BY_STATE if state.startswith(start)]
    reason = _BY_STATE[max(known, key=len)] if known else Reason.SERVER_ERROR
    if reason is Reason.CREDENTIAL_EXPIRED and "pg_hba.conf" in str(error):
        reason = Reason.IP_NOT_ALLOWED
    diagnosis: Any = getattr(error, "diag", None)
    told = getattr(diagnosis, "message_primary", None) if reason in _TELLS_NAMES else None
    return SourceError(reason, told or type(error).__name__, code=state)


def _from_message(error: BaseException) -> SourceError:
    found = (reason for pattern, reason in _BY_MESSAGE if re.search(pattern, str(error)))
    otherwise = Reason.UNREACHABLE if _is_libpq(error) else Reason.SERVER_ERROR
    reason = next(found, otherwise)
    return SourceError(reason, type(error).__name__, certain=False)


def _from_sqlite(error: sqlite3.Error) -> SourceError:
    code = getattr(error, "sqlite_errorname", "")
    known = [start for start in _BY_SQLITE if code.startswith(start)]
    if known:
        return SourceError(_BY_SQLITE[max(known, key=len)], code.lower(), code=code)
    if re.match(r"no such (table|column|function)", str(error)):
        return SourceError(Reason.SCHEMA_CHANGED, str(error), code=code, certain=False)
    return SourceError(Reason.SERVER_ERROR, type(error).__name__, code=code)


def _state(error: BaseException) -> str:
    """Return the SQLSTATE of a driver's error, wherever the driver keeps it, or ""."""
    kept = [getattr(error, "sqlstate", None), getattr(error, "pgcode", None), *error.args[:1]]
    found = [state for state in kept if re.fullmatch("[0-9A-Z]{5}", str(state))]
    return str(found[0]) if found and not isinstance(found[0], int) else ""


def _is_libpq(error: BaseException) -> bool:
    return type(error).__module__.startswith("psycopg") and "Operational" in type(error).__name__
