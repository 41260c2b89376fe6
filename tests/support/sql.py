"""Real databases for `sql`, each with what runs statements in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from context_sidecar import Adapter

from support import postgres
from support.adapters import plugged
from support.mariadb import MariaDB

Run = Callable[..., None]

ROWS = (
    "CREATE TABLE customers (id varchar(9), tier varchar(9), owner varchar(9))",
    "CREATE TABLE owners (id varchar(9), name varchar(9))",
    "CREATE TABLE escalations (id varchar(9), what varchar(9))",
    "INSERT INTO customers VALUES ('K-1', 'ENT', 'o1'), ('K-2', 'STD', 'o2')",
    "INSERT INTO owners VALUES ('o1', 'Ana')",
)
"""Two customers, one of them with an owner that there is; escalations are yet to come."""


@contextmanager
def sql(url: str, query: str, **lookup: Any) -> Iterator[Adapter]:
    """Give an adapter with one lookup."""
    account: Mapping[str, Any] = {"query": query, "key": "id", **lookup}
    with plugged("sql", {"url": url, "lookups": {"account": account}}) as adapter:
        yield adapter


def sqlite(folder: Path) -> tuple[str, Run]:
    """Return the address of a file in *folder*, and what runs statements in it."""

    def run(*statements: str) -> None:
        with sqlite3.connect(folder / "w.db") as connection:
            for one in statements:
                connection.execute(one)
        connection.close()

    return f"sqlite:///{folder / 'w.db'}", run


def in_duckdb(folder: Path) -> tuple[str, Run]:
    """Do the same with DuckDB."""

    def run(*statements: str) -> None:
        with duckdb.connect(str(folder / "w.duckdb")) as connection:
            for one in statements:
                connection.execute(one)

    return f"duckdb:///{folder / 'w.duckdb'}", run


def postgresql() -> tuple[str, Run]:
    """Do the same with a database of the PostgreSQL that runs; statements are its owner's."""
    url = postgres.new_database()

    def run(*statements: str) -> None:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for one in statements:
                connection.execute(one)

    return url, run


def in_mariadb(server: MariaDB) -> tuple[str, Run]:
    """Do the same with a database of *server*, made anew, which `reader` may read."""
    server.run("CREATE OR REPLACE DATABASE w", "GRANT SELECT, SHOW VIEW ON w.* TO reader")

    def run(*statements: str) -> None:
        server.run("USE w", *statements)

    return server.url("reader", "x", "w"), run
