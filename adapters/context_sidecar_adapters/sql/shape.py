"""What a query's rows look like, by the database's own word for its tables and columns.

The columns that a query gives are those of a run for a key that nothing has. What their types and
vocabularies are, and which columns there are besides, is read of the tables that the query names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from context_sidecar import FieldType, Shape, ShapeField
from sqlalchemy import Connection

from context_sidecar_adapters.sql.columns import in_duckdb, inspected

_NAME = r'(?:"[^"]+"|\[[^\]]+\]|`[^`]+`|[\w$]+)'
_TABLE = re.compile(rf"\b(?:from|join)\s+({_NAME}(?:\s*\.\s*{_NAME})?)", re.IGNORECASE)

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
    for name, schema in _tables(query):
        for field in read(connection, name, schema):
            columns.setdefault(field.name, field)
    known = [columns.pop(name, ShapeField((name,), type_)) for name, type_ in computed.items()]
    return Shape((*known, *(replace(field, given=False) for field in columns.values())))


def _tables(query: str) -> Iterator[tuple[str, str | None]]:
    """Give the tables that *query* names, each with its schema. What a query calls its own parts
    (WITH) is none of the database."""
    for found in dict.fromkeys(_TABLE.findall(query)):
        *schema, name = (part.strip().strip('"[]`') for part in re.findall(_NAME, found))
        yield name, schema[0] if schema else None
