"""Snowflake: told when it connects how long a statement may take; what keeps it from writing is the
role.

Error numbers: https://docs.snowflake.com/en/user-guide/key-pair-auth-troubleshooting,
https://docs.snowflake.com/en/developer-guide/sql-api/reference and the messages that the connector
and dbt print with them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from context_sidecar import Cause, Reason, SourceError
from sqlalchemy import URL, Engine

from context_sidecar_adapters.sql.dialects.dialect import Dialect
from context_sidecar_adapters.sql.dialects.states import from_state, state_of

GRACE = 1
"""Seconds that the server gets beyond the timeout to end a query by itself."""

_REASONS: dict[int, Reason] = {
    604: Reason.TIMEOUT,  # somebody stopped the query, or a time-out
    606: Reason.NOT_CONFIGURED,  # no warehouse, or none that the role may use
    630: Reason.TIMEOUT,  # STATEMENT_TIMEOUT_IN_SECONDS
    904: Reason.SCHEMA_CHANGED,  # no such column
    1003: Reason.NOT_CONFIGURED,  # a syntax error
    2003: Reason.SCHEMA_CHANGED,  # no such table, or not for this role
    2140: Reason.SCHEMA_CHANGED,  # no such function
    3001: Reason.PERMISSION_DENIED,
    90073: Reason.RATE_LIMITED,  # the warehouse's resource monitor has used up its credits
    100038: Reason.BAD_RESPONSE,  # a value that is no number
    250001: Reason.UNREACHABLE,
    250002: Reason.UNREACHABLE,  # the connection is closed
    251001: Reason.NOT_CONFIGURED,  # no account
    251005: Reason.NOT_CONFIGURED,  # no user
    251006: Reason.NOT_CONFIGURED,  # no password
    390100: Reason.CREDENTIAL_EXPIRED,
    390102: Reason.CREDENTIAL_EXPIRED,  # locked for a while
    390114: Reason.CREDENTIAL_EXPIRED,  # the session's token is over
    390144: Reason.CREDENTIAL_EXPIRED,  # the key pair's token, whatever is wrong with it
    390201: Reason.NOT_CONFIGURED,  # no such warehouse, role or database, or not for this user
    390303: Reason.CREDENTIAL_EXPIRED,  # OAuth
    390318: Reason.CREDENTIAL_EXPIRED,  # OAuth, expired
    390422: Reason.IP_NOT_ALLOWED,
    390432: Reason.NOT_CONFIGURED,  # an access token of a user without a network policy
}

_CAUSES: dict[int, tuple[Cause, ...]] = {
    2003: (Cause.RENAMED, Cause.HIDDEN),
    390100: (Cause.WRONG_PASSWORD, Cause.USER_UNKNOWN),
    390102: (Cause.LOCKED_OUT,),
    390422: (Cause.ADDRESS_NOT_ALLOWED,),
}

_SEVERAL = {604, 606, 2003, 390100, 390144, 390201}
"""Numbers that stand for several causes, which Snowflake does not tell apart on purpose."""


class Snowflake(Dialect):
    """See `Dialect`."""

    extra = "snowflake"
    options: ClassVar[Mapping[str, Any]] = {"paramstyle": "qmark"}
    """Keys go beside the query. The driver would else write them into it."""

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """See `Dialect.open`. The driver need not ask this machine's cloud, by the address where it
        also tells secrets, what kind of machine it is."""
        os.environ.setdefault("SNOWFLAKE_DISABLE_PLATFORM_DETECTION", "true")
        return super().open(url, arguments, timeout)

    def arguments(self, url: URL, timeout: timedelta) -> Mapping[str, Any]:
        """Return what Snowflake's connector takes as limits."""
        seconds = math.ceil(timeout.total_seconds())
        return {
            "application": "context-sidecar",
            "paramstyle": "qmark",
            "login_timeout": seconds,
            "query_timeout": seconds + GRACE,
            "request_timeout": seconds + GRACE,
            "session_parameters": {
                "STATEMENT_TIMEOUT_IN_SECONDS": seconds,
                "QUERY_TAG": "context-sidecar",
            },
        }

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """See `Dialect.explain`."""
        number = getattr(error, "errno", None)
        if number in _REASONS:
            return SourceError(
                _REASONS[number],
                type(error).__name__,
                code=f"{number:06d}",
                request_id=str(getattr(error, "sfqid", "") or ""),
                certain=number not in _SEVERAL,
                possible_causes=_CAUSES.get(number, ()),
            )
        if state := state_of(error):
            return from_state(state, error)
        return super().explain(error, lost=lost)
