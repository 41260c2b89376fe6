"""A company's attributes, as Intercom describes them.

From "Data attributes" of Intercom's API reference 2.15: `full_name` leads to the value, and dates
are seconds of the epoch. A list of options is closed in Intercom's own pages, and open by its API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from context_sidecar import FieldType, Http, Shape, ShapeField

TYPES = {
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATETIME,
    "float": FieldType.NUMBER,
    "integer": FieldType.NUMBER,
    "string": FieldType.TEXT,
}


def shape(http: Http) -> Shape:
    """Return the shape of companies."""
    rows = http.get("/data_attributes", params={"model": "company"}).json()["data"]
    return Shape(tuple(_field(row) for row in rows if not row["archived"]))


def _field(row: Mapping[str, Any]) -> ShapeField:
    choices = {str(option): str(option) for option in row.get("options") or ()}
    return ShapeField(
        tuple(row["full_name"].split(".")),
        FieldType.CHOICE if choices else TYPES.get(row["data_type"]),
        label=row["label"],
        native=row["data_type"],
        choices=choices,
        dialect="epoch_seconds" if row["data_type"] == "date" else "",
        optional=True,
    )
