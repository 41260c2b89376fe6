"""Reasons by SQLSTATE, the codes that databases of several makers share."""

from __future__ import annotations

import re
from typing import Any

from context_sidecar import Reason, SourceError

from context_sidecar_adapters.sql.dialects.dialect import TELLS_NAMES

_REASONS: dict[str, Reason] = {
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


def from_state(state: str, error: BaseException) -> SourceError:
    """Return what *error*, which has the SQLSTATE *state*, stands for."""
    known = [start for start in _REASONS if state.startswith(start)]
    reason = _REASONS[max(known, key=len)] if known else Reason.SERVER_ERROR
    if reason is Reason.CREDENTIAL_EXPIRED and "pg_hba.conf" in str(error):
        reason = Reason.IP_NOT_ALLOWED
    diagnosis: Any = getattr(error, "diag", None)
    said = getattr(diagnosis, "message_primary", None) or _part(error, "M")
    told = said if reason in TELLS_NAMES else None
    return SourceError(reason, told or type(error).__name__, code=state)


def state_of(error: BaseException) -> str:
    """Return the SQLSTATE of a driver's error, wherever the driver keeps it, or ""."""
    first = error.args[0] if error.args else None
    kept = [getattr(error, "sqlstate", None), getattr(error, "pgcode", None), first]
    kept.append(_part(error, "C"))
    return next(
        (one for one in kept if isinstance(one, str) and re.fullmatch("[0-9A-Z]{5}", one)), ""
    )


def _part(error: BaseException, name: str) -> str:
    """Return a field of PostgreSQL's own error message, where a driver hands on all of them: pg8000
    and Redshift's driver (PostgreSQL, 55.8)."""
    first = error.args[0] if error.args else None
    return str(first.get(name) or "") if isinstance(first, dict) else ""
