"""Amazon Redshift: read-only transactions and a timeout for each, as PostgreSQL once had them
(https://docs.aws.amazon.com/redshift/latest/dg/r_BEGIN.html, …/r_statement_timeout.html)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from context_sidecar import Reason, SourceError
from sqlalchemy import URL, Connection, Engine, text

from context_sidecar_adapters.sql.dialects.dialect import Dialect
from context_sidecar_adapters.sql.dialects.states import from_state, state_of

GRACE = 1
"""Seconds that the server gets beyond the timeout to end a query by itself."""


class Redshift(Dialect):
    """See `Dialect`."""

    extra = "redshift"

    def arguments(self, url: URL, timeout: timedelta) -> Mapping[str, Any]:
        """Return how long the driver waits for the network."""
        if url.get_driver_name() != "redshift_connector":
            return {}
        return {"timeout": math.ceil(timeout.total_seconds()) + GRACE}

    def open(self, url: URL, arguments: Mapping[str, Any], timeout: timedelta) -> Engine:
        """See `Dialect.open`. The driver begins no transaction, so that we can begin one that
        reads."""
        engine = super().open(url, arguments, timeout)
        return engine.execution_options(isolation_level="AUTOCOMMIT")

    def bound(self, connection: Connection, timeout: timedelta) -> None:
        """See `Dialect.bound`."""
        milliseconds = math.ceil(timeout.total_seconds() * 1000)
        connection.execute(text("BEGIN READ ONLY"))
        connection.execute(text(f"SET statement_timeout TO {milliseconds}"))

    def explain(self, error: BaseException, *, lost: bool) -> SourceError:
        """See `Dialect.explain`. A cluster that is paused does not answer at all."""
        if state := state_of(error):
            return from_state(state, error)
        if "timed out" in str(error):
            return SourceError(Reason.TIMEOUT, type(error).__name__)
        if type(error).__name__ == "InterfaceError":
            return SourceError(Reason.UNREACHABLE, type(error).__name__)
        return super().explain(error, lost=lost)
