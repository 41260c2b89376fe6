"""A question to a database, step by step, each with an end."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import Connection

from context_sidecar_adapters.sql.dialects import Dialect


class Call:
    """One question to a database of the kind *dialect*, each step of which may take *timeout*.

    Attributes:
        hung_up: whether a step did not end by itself, and its connection was broken off.
    """

    def __init__(self, dialect: Dialect, timeout: timedelta) -> None:
        self.hung_up = False
        self._dialect = dialect
        self._timeout = timeout

    def bound(self, connection: Connection) -> None:
        """See to it that what *connection* runs next ends in time."""
        with self.on(connection):
            self._dialect.bound(connection, self._timeout)

    def on(self, connection: Connection) -> AbstractContextManager[None]:
        """Take the next step inside, on *connection*."""
        return self._dialect.watched(connection, self._timeout, self._hang_up)

    def _hang_up(self) -> None:
        self.hung_up = True
