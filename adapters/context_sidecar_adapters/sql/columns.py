"""The columns of a table, by the database's own word: their types, and the vocabularies that are
declared for them by enumerated types, by checks that list values, and by foreign keys into small
tables of names."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from context_sidecar import FieldType, ShapeField
from sqlalchemy import ColumnClause, Connection, Inspector, inspect, select, table, text, types
from sqlalchemy import column as column_of

MOST_NAMES = 50
"""A table that a foreign key leads to and that has more rows is no vocabulary."""

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

DUCKDB = {
    r".*\[\d*\]": FieldType.LIST,
    r"ENUM\(.*\)": FieldType.CHOICE,
    r"BOOLEAN": FieldType.BOOLEAN,
    r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\)": FieldType.NUMBER,
    r"DATE": FieldType.DATE,
    r"TIMESTAMP.*": FieldType.DATETIME,
    r"VARCHAR|UUID": FieldType.TEXT,
}
"""The same as DuckDB calls its types."""

CHECKED_IN = {"postgresql", "sqlite", "mysql", "mariadb"}
"""Where SQLAlchemy can tell the checks of a table; of MariaDB those that stand beside the columns,
and not within one."""

_LABELS = ("label", "name", "title", "description")
"""Columns of a small table that say in words what its key means, the best first."""

_LISTED = re.compile(r"[\"(\[`]*(\w+)[\])\"`]*(?:::\w+)?\)*\s*(?:IN\b|=\s*ANY\b)", re.IGNORECASE)
_VALUE = re.compile(r"'((?:[^']|'')*)'")

_DUCKDB_COLUMNS = text(
    "SELECT column_name AS name, data_type AS type, is_nullable = 'YES' AS nullable "
    "FROM information_schema.columns WHERE table_name = :table "
    "AND table_schema = coalesce(:schema, current_schema()) ORDER BY ordinal_position"
)
_DUCKDB_CONSTRAINTS = text(
    "SELECT constraint_type, expression, constraint_column_names, referenced_table, "
    "referenced_column_names FROM duckdb_constraints() WHERE table_name = :table "
    "AND schema_name = coalesce(:schema, current_schema())"
)

Vocabularies = dict[str, dict[str, str]]
"""What a column may hold, each with its words, by the column's name."""


def inspected(connection: Connection, name: str, schema: str | None) -> Iterator[ShapeField]:
    """Give the columns of a table, as SQLAlchemy inspects it; none where there is none."""
    inspector = inspect(connection)
    if not inspector.has_table(name, schema):
        return
    known = _checked(inspector, name, schema) | _referred(connection, inspector, name, schema)
    has_booleans = connection.dialect.name == "postgresql"
    for column in inspector.get_columns(name, schema):
        kind = column["type"]
        type_ = next((ours for theirs, ours in TYPES if isinstance(kind, theirs)), None)
        enumerated = getattr(kind, "enums", None) or ()
        choices = {one: one for one in enumerated} or known.get(column["name"], {})
        yield ShapeField(
            (column["name"],),
            FieldType.CHOICE if choices else type_,
            label=column.get("comment") or "",
            native=str(kind),
            choices=choices,
            dialect="digits" if type_ is FieldType.BOOLEAN and not has_booleans else "",
            optional=column["nullable"],
            filterable=True,
        )


def in_duckdb(connection: Connection, name: str, schema: str | None) -> Iterator[ShapeField]:
    """Give the columns of a table of DuckDB, whose driver cannot be inspected."""
    asked = {"table": name, "schema": schema}
    known: Vocabularies = {}
    for one in connection.execute(_DUCKDB_CONSTRAINTS, asked):
        if one.constraint_type == "CHECK":
            known |= _listed(one.expression)
        elif one.constraint_type == "FOREIGN KEY" and len(one.constraint_column_names) == 1:
            there = {"table": one.referenced_table, "schema": schema}
            columns = [row.name for row in connection.execute(_DUCKDB_COLUMNS, there)]
            [own], [key] = one.constraint_column_names, one.referenced_column_names
            known |= _named(connection, own, (one.referenced_table, schema), key, columns)
    for column in connection.execute(_DUCKDB_COLUMNS, asked):
        types_ = (ours for theirs, ours in DUCKDB.items() if re.fullmatch(theirs, column.type))
        type_ = next(types_, None)
        is_enumerated = type_ is FieldType.CHOICE
        choices = _values(column.type) if is_enumerated else known.get(column.name, {})
        yield ShapeField(
            (column.name,),
            FieldType.CHOICE if choices else type_,
            native=column.type,
            choices=choices,
            optional=column.nullable,
            filterable=True,
        )


def _checked(inspector: Inspector, name: str, schema: str | None) -> Vocabularies:
    found: Vocabularies = {}
    if inspector.dialect.name in CHECKED_IN:
        for check in inspector.get_check_constraints(name, schema):
            found |= _listed(check["sqltext"])
    return found


def _listed(check: str) -> Vocabularies:
    """Return what a column may have by a check that lists it: `tier IN ('ENT', 'STD')`, which
    PostgreSQL tells as `tier = ANY (ARRAY['ENT'::text, …])`."""
    listed, values = _LISTED.search(check), _values(check)
    return {listed[1]: values} if listed and values else {}


def _values(sql: str) -> dict[str, str]:
    values = (value.replace("''", "'") for value in _VALUE.findall(sql))
    return {value: value for value in values}


def _referred(
    connection: Connection, inspector: Inspector, name: str, schema: str | None
) -> Vocabularies:
    found: Vocabularies = {}
    for key in inspector.get_foreign_keys(name, schema):
        there = key["referred_table"], key["referred_schema"] or schema
        if len(key["constrained_columns"]) == 1:
            columns = [column["name"] for column in inspector.get_columns(*there)]
            [own], [code] = key["constrained_columns"], key["referred_columns"]
            found |= _named(connection, own, there, code, columns)
    return found


def _named(
    connection: Connection,
    own: str,
    there: tuple[str, str | None],
    key: str,
    columns: Collection[str],
) -> Vocabularies:
    """Return what the column *own* may have by a foreign key to the column *key* of a small table,
    with its names."""
    by_name: Mapping[str, str] = {column.casefold(): column for column in columns}
    label = next((by_name[one] for one in _LABELS if one in by_name), None)
    if label is None:
        return {}
    pair: tuple[ColumnClause[Any], ...] = (column_of(key), column_of(label))
    rows = select(*pair).select_from(table(there[0], *pair, schema=there[1]))
    read = connection.execute(rows.limit(MOST_NAMES + 1)).all()
    names = {str(code): str(words) for code, words in read}
    return {own: names} if len(read) <= MOST_NAMES else {}
