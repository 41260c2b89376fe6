"""What each kind of database has of its own: how it is opened, kept from writing, made to stop in
time, and what its errors stand for. One file for each kind."""

from __future__ import annotations

from sqlalchemy import URL

from context_sidecar_adapters.sql.dialects.bigquery import BigQuery
from context_sidecar_adapters.sql.dialects.dialect import Dialect
from context_sidecar_adapters.sql.dialects.duckdb import DuckDB
from context_sidecar_adapters.sql.dialects.mysql import MySQL
from context_sidecar_adapters.sql.dialects.postgresql import PostgreSQL
from context_sidecar_adapters.sql.dialects.redshift import Redshift
from context_sidecar_adapters.sql.dialects.snowflake import Snowflake
from context_sidecar_adapters.sql.dialects.sqlite import SQLite

_KNOWN: dict[str, type[Dialect]] = {
    "bigquery": BigQuery,
    "duckdb": DuckDB,
    "mariadb": MySQL,
    "mysql": MySQL,
    "postgresql": PostgreSQL,
    "redshift": Redshift,
    "snowflake": Snowflake,
    "sqlite": SQLite,
}

IN_A_FILE = frozenset({"sqlite", "duckdb"})
"""Databases that are a file on this machine."""


def dialect_of(url: URL) -> Dialect:
    """Return what is known of the kind of database at *url*."""
    return _KNOWN.get(url.get_backend_name(), Dialect)()


__all__ = ["IN_A_FILE", "Dialect", "dialect_of"]
