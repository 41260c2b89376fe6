"""A table's columns, as the instance's dictionary describes them.

From "System dictionary" and "Table administration" of ServiceNow's documentation: a table has the
columns of those that it extends; what may be chosen from is in sys_choice.
"""

from __future__ import annotations

from collections.abc import Mapping

from context_sidecar import FieldType, Reason, Row, Shape, ShapeField, SourceError

from context_sidecar_adapters.servicenow.table import Tables

TYPES = {
    "boolean": FieldType.BOOLEAN,
    "currency": FieldType.MONEY,
    "currency2": FieldType.MONEY,
    "decimal": FieldType.NUMBER,
    "email": FieldType.TEXT,
    "float": FieldType.NUMBER,
    "glide_date": FieldType.DATE,
    "glide_date_time": FieldType.DATETIME,
    "integer": FieldType.NUMBER,
    "longint": FieldType.NUMBER,
    "percent_complete": FieldType.PERCENT,
    "phone_number_e164": FieldType.TEXT,
    "price": FieldType.MONEY,
    "string": FieldType.TEXT,
    "url": FieldType.TEXT,  # people leave out the scheme
}
"""What of ours the dictionary's types are."""

DEEPEST = 10
COLUMNS = {"name", "element", "column_label", "internal_type", "mandatory", "choice"}
TO_CHOOSE = {"1", "3"}
"""Dropdowns without and with a choice of none; 2 only suggests."""


def shape(tables: Tables, table: str) -> Shape:
    """Return the shape of the rows of *table*."""
    names = ",".join(_extended(tables, table))
    query = f"nameIN{names}^elementISNOTEMPTY^active=true"
    rows = tables.rows("sys_dictionary", query, COLUMNS)
    if not rows or any(row["name"] not in names.split(",") for row in rows):
        raise SourceError(Reason.SCHEMA_CHANGED, "the filter is not applied", certain=False)
    query = f"nameIN{names}^inactive=false^language=en"
    choices: dict[str, dict[str, str]] = {}
    for one in tables.rows("sys_choice", query, {"name", "element", "value", "label"}):
        choices.setdefault(one["element"], {})[one["value"] or ""] = one["label"] or ""
    return Shape(
        tuple(
            part
            for row in sorted(rows, key=lambda row: str(row["element"]))
            for part in _fields(row, choices.get(row["element"], {}))
        )
    )


def _extended(tables: Tables, table: str) -> list[str]:
    """*table* and all that it extends."""
    names: list[str] = []
    while table and len(names) < DEEPEST:
        names.append(table)
        [row] = tables.rows("sys_db_object", f"name={table}", {"name", "super_class.name"})
        table = row["super_class.name"] or ""
    return names


def _fields(row: Row, choices: Mapping[str, str]) -> list[ShapeField]:
    name, label, native = row["element"], row["column_label"] or "", row["internal_type"]
    if native == "reference":
        way = ("display", name)
        return [ShapeField(way, FieldType.TEXT, label, native, optional=True, filterable=True)]
    chosen = row["choice"] in TO_CHOOSE and choices
    return [
        ShapeField(
            (name,),
            FieldType.CHOICE if chosen else TYPES.get(native),
            label=label,
            native=native,
            choices=choices if chosen else {},
            optional=row["mandatory"] != "true",
            filterable=True,
        )
    ]
