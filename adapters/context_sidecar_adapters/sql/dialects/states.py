"""Reasons by SQLSTATE, the codes that databases of several makers share."""

from __future__ import annotations

import re
from typing import Any

from context_sidecar import Cause, Reason, SourceError

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

_EITHER = "does not exist or not authorized"
"""What Snowflake says of a table that it does not show (error 002003): it does not tell which."""


def from_state(state: str, error: BaseException) -> SourceError:
    """Return what *error*, which has the SQLSTATE *state*, stands for."""
    known = [start for start in _REASONS if state.startswith(start)]
    reason = _REASONS[max(known, key=len)] if known else Reason.SERVER_ERROR
    if reason is Reason.CREDENTIAL_EXPIRED and "pg_hba.conf" in str(error):
        reason = Reason.IP_NOT_ALLOWED
    diagnosis: Any = getattr(error, "diag", None)
    told = getattr(diagnosis, "message_primary", None) if reason in TELLS_NAMES else None
    either = _EITHER in str(error)
    return SourceError(
        reason, told or type(error).__name__, code=state, certain=not either,
        possible_causes=(Cause.RENAMED, Cause.HIDDEN) if either else (),
    )  # fmt: skip


def state_of(error: BaseException) -> str:
    """Return the SQLSTATE of a driver's error, wherever the driver keeps it, or ""."""
    first = error.args[0] if error.args else None
    said = first.get("C") if isinstance(first, dict) else first  # pg8000 and Redshift's driver
    kept = [getattr(error, "sqlstate", None), getattr(error, "pgcode", None), said]
    return next(
        (one for one in kept if isinstance(one, str) and re.fullmatch("[0-9A-Z]{5}", one)), ""
    )
