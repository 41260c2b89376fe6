"""What a query's rows look like, by the database's own word for its tables and columns.

The columns that a query gives are those of a run for a key that nothing has. What their types and
vocabularies are, and which columns there are besides, is read of the tables that the query names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from context_sidecar import FieldType, Shape, ShapeField
from sqlalchemy import Connection

from context_sidecar_adapters.sql.columns import in_duckdb, inspected
from context_sidecar_adapters.sql.tables import tables

_OIDS = {
    16: FieldType.BOOLEAN, 20: FieldType.NUMBER, 21: FieldType.NUMBER, 23: FieldType.NUMBER,
    25: FieldType.TEXT, 700: FieldType.NUMBER, 701: FieldType.NUMBER, 1042: FieldType.TEXT,
    1043: FieldType.TEXT, 1082: FieldType.DATE, 1114: FieldType.DATETIME, 1184: FieldType.DATETIME,
    1700: FieldType.NUMBER, 2950: FieldType.TEXT,
}  # fmt: skip
"""What of ours PostgreSQL's types are by its own numbers (pg_type.dat), for computed columns."""


def shape(connection: Connection, query: str, given: Mapping[str, object]) -> Shape:
    """Return the shape of the rows of *query*, which gives the columns *given*, each with the
    driver's code of its type."""
    oids = _OIDS if connection.dialect.name == "postgresql" else {}
    computed = {
        name: oids.get(code) if isinstance(code, int) else None for name, code in given.items()
    }
    read = in_duckdb if connection.dialect.name == "duckdb" else inspected
    columns: dict[str, ShapeField] = {}
    for one in tables(query, connection.dialect.name):
        for field in read(connection, one.name, one.schema):
            columns.setdefault(field.name, field)
    known = [columns.pop(name, ShapeField((name,), type_)) for name, type_ in computed.items()]
    return Shape((*known, *(replace(field, given=False) for field in columns.values())))
