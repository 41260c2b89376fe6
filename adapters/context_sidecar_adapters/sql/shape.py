"""What a query's rows look like, by the database's own word for its tables and columns.

The columns that a query gives are those of a run for a key that nothing has. What their types and
vocabularies are, and which columns there are besides, is inspected of the tables that the query
names: enumerated types, checks that list values, and foreign keys into small tables of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from context_sidecar import FieldType, Shape, ShapeField
from sqlalchemy import ColumnClause, Connection, Inspector, inspect, select, table, types
from sqlalchemy import column as column_of

MOST_NAMES = 50
"""A table that a foreign key leads to and that has more rows is no vocabulary."""

_NAME = r'(?:"[^"]+"|\[[^\]]+\]|`[^`]+`|[\w$]+)'
_TABLE = re.compile(rf"\b(?:from|join)\s+({_NAME}(?:\s*\.\s*{_NAME})?)", re.IGNORECASE)
_LISTED = re.compile(r"[\"(\[]*(\w+)[\])\"]*(?:::\w+)?\)*\s*(?:IN\b|=\s*ANY\b)", re.IGNORECASE)
"""A check that lists what a column may hold, as the database tells it."""

_LABELS = ("label", "name", "title", "description")
"""Columns of a small table that say in words what its key means, the best first."""

TYPES: tuple[tuple[type[types.TypeEngine[Any]], FieldType], ...] = (
    (types.Boolean, FieldType.BOOLEAN),
    (types.Enum, FieldType.CHOICE),
    (types.Numeric, FieldType.NUMBER),
    (types.Integer, FieldType.NUMBER),
    (types.DateTime, FieldType.DATETIME),
    (types.Date, FieldType.DATE),
    (types.ARRAY, FieldType.LIST),
    (types.String, FieldType.TEXT),
    (types.Uuid, FieldType.TEXT),
)
"""What of ours the types of columns are, the narrowest first; what is not here is none."""


_OIDS = {
    16: FieldType.BOOLEAN, 20: FieldType.NUMBER, 21: FieldType.NUMBER, 23: FieldType.NUMBER,
    25: FieldType.TEXT, 700: FieldType.NUMBER, 701: FieldType.NUMBER, 1042: FieldType.TEXT,
    1043: FieldType.TEXT, 1082: FieldType.DATE, 1114: FieldType.DATETIME, 1184: FieldType.DATETIME,
    1700: FieldType.NUMBER, 2950: FieldType.TEXT,
}  # fmt: skip
"""The same by PostgreSQL's own numbers (pg_type.dat), for columns that are computed."""


def shape(connection: Connection, query: str, given: Mapping[str, object]) -> Shape:
    """Return the shape of the rows of *query*, which gives the columns *given*, each with the
    driver's code of its type."""
    oids = _OIDS if connection.dialect.name == "postgresql" else {}
    computed = {
        name: oids.get(code) if isinstance(code, int) else None for name, code in given.items()
    }
    inspector = inspect(connection)
    columns: dict[str, ShapeField] = {}
    for name, schema in _tables(query):
        if inspector.has_table(name, schema):
            for field in _fields(connection, inspector, name, schema):
                columns.setdefault(field.name, field)
    known = [columns.pop(name, ShapeField((name,), type_)) for name, type_ in computed.items()]
    return Shape((*known, *(replace(field, given=False) for field in columns.values())))


def _tables(query: str) -> Iterator[tuple[str, str | None]]:
    """Give the tables that *query* names, each with its schema. What a query calls its own parts
    (WITH) is none of the database."""
    for found in dict.fromkeys(_TABLE.findall(query)):
        *schema, name = (part.strip().strip('"[]`') for part in re.findall(_NAME, found))
        yield name, schema[0] if schema else None


def _fields(
    connection: Connection, inspector: Inspector, name: str, schema: str | None
) -> Iterator[ShapeField]:
    vocabularies = _checked(inspector, name, schema) | _named(connection, inspector, name, schema)
    for column in inspector.get_columns(name, schema):
        kind = column["type"]
        type_ = next((ours for theirs, ours in TYPES if isinstance(kind, theirs)), None)
        enumerated = getattr(kind, "enums", None) or ()
        choices = {one: one for one in enumerated} or vocabularies.get(column["name"], {})
        as_digits = type_ is FieldType.BOOLEAN and connection.dialect.name != "postgresql"
        yield ShapeField(
            (column["name"],),
            FieldType.CHOICE if choices else type_,
            label=column.get("comment") or "",
            native=str(kind),
            choices=choices,
            dialect="digits" if as_digits else "",
            optional=column["nullable"],
            filterable=True,
        )


def _checked(inspector: Inspector, name: str, schema: str | None) -> dict[str, dict[str, str]]:
    """The values that a column may have by a check that lists them: `tier IN ('ENT', 'STD')`, which
    PostgreSQL tells as `tier = ANY (ARRAY['ENT'::text, …])`."""
    found = {}
    for check in inspector.get_check_constraints(name, schema) if _has_checks(inspector) else ():
        text = check["sqltext"]
        listed = _LISTED.search(text)
        values = re.findall(r"'((?:[^']|'')*)'", text)
        if listed and values:
            found[listed[1]] = {one.replace("''", "'"): one.replace("''", "'") for one in values}
    return found


def _has_checks(inspector: Inspector) -> bool:
    """Not every database knows checks."""
    return inspector.dialect.name in {"postgresql", "sqlite", "mysql", "mariadb"}


def _named(
    connection: Connection, inspector: Inspector, name: str, schema: str | None
) -> dict[str, dict[str, str]]:
    """The values that a column may have by a foreign key into a small table, with their names."""
    found = {}
    for key in inspector.get_foreign_keys(name, schema):
        there = key["referred_table"], key["referred_schema"] or schema
        names = {
            column["name"].casefold(): column["name"] for column in inspector.get_columns(*there)
        }
        label = next((names[one] for one in _LABELS if one in names), None)
        if len(key["constrained_columns"]) == 1 and label:
            [own], [theirs] = key["constrained_columns"], key["referred_columns"]
            columns: tuple[ColumnClause[Any], ...] = (column_of(theirs), column_of(label))
            rows = select(*columns).select_from(table(there[0], *columns, schema=there[1]))
            read = connection.execute(rows.limit(MOST_NAMES + 1)).all()
            if len(read) <= MOST_NAMES:
                found[own] = {str(code): str(words) for code, words in read}
    return found
