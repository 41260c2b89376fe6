"""What tests of several adapters share."""

from __future__ import annotations

import pytest
from support import mariadb
from support.sql import ROWS, in_duckdb, in_mariadb, postgresql, sqlite


@pytest.fixture(scope="session")
def maria():
    """A MariaDB that tests share which take it as they find it."""
    with mariadb.server() as server:
        server.run("CREATE USER reader IDENTIFIED BY 'x'")
        yield server


@pytest.fixture(params=["sqlite", "duckdb", "postgresql", "mariadb"])
def database(request, tmp_path):
    """The address of a database of each kind, with `ROWS`, and what runs statements in it."""
    match request.param:
        case "sqlite":
            url, run = sqlite(tmp_path)
        case "duckdb":
            url, run = in_duckdb(tmp_path)
        case "postgresql":
            url, run = postgresql()
        case _:
            url, run = in_mariadb(request.getfixturevalue("maria"))
    run(*ROWS)
    return url, run
