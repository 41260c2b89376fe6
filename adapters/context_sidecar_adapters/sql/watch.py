"""The last resort against a database that keeps silent: hanging up.

A server ends a late query by itself, unless it is stopped, or waits for a disk that does not
answer. Its machine then still acknowledges what it is sent, so the network knows of no trouble.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Timer

from sqlalchemy import Connection

_GRACE = 1.0
"""Seconds that the server gets beyond the timeout to end a query by itself."""


class Watch:
    """Watches over the calls to a database, each of which should take at most *timeout*.

    Attributes:
        hung_up: whether one did not come back, and its connection was broken off.
    """

    def __init__(self, timeout: timedelta) -> None:
        self.hung_up = False
        self._seconds = timeout.total_seconds() + _GRACE

    @contextmanager
    def over(self, connection: Connection) -> Iterator[None]:
        """Break *connection* off if what is done within takes too long. That makes the driver
        raise an error there. Only drivers that are built on libpq show their socket."""
        number = getattr(connection.connection.driver_connection, "fileno", None)
        if connection.dialect.name != "postgresql" or number is None:
            yield
            return
        # A descriptor of our own: the driver's may be another connection's by the time we hang up.
        with socket.socket(fileno=os.dup(number())) as line:
            timer = Timer(self._seconds, self._hang_up, [line])
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()

    def _hang_up(self, line: socket.socket) -> None:
        self.hung_up = True
        with suppress(OSError):  # the call came back at the last moment
            line.shutdown(socket.SHUT_RDWR)
