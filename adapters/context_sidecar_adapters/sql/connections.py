"""Connections to one database, each kept for the next query until all are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine


class Connections:
    """The connections to the database that *opening* opens, which it does as one is needed."""

    def __init__(self, opening: Callable[[], Engine]) -> None:
        self._opening = opening
        self._lock = Lock()
        self._opened: Engine | None = None
        self._closed = False

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """Give a connection, which may have been lost while it lay unused."""
        engine = self._engine()
        pool = engine.pool
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            if self._closed:
                pool.dispose()  # of what was given back after all others were closed

    def close(self) -> None:
        """Close all, one with a query under way as that ends. What is asked after that is answered,
        and no connection kept."""
        with self._lock:
            self._closed = True
            if self._opened:
                self._opened.dispose()
                self._opened = None

    def _engine(self) -> Engine:
        with self._lock:
            if self._opened is None:
                self._opened = self._opening()
            return self._opened
