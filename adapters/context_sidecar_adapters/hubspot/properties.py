"""A kind of record's properties, as HubSpot describes them.

From "Properties" of HubSpot's CRM API reference: a property that was archived is left out, one that
is hidden is still read, and of `enumeration` the kind of its form field says whether it holds one
option or several.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from context_sidecar import FieldType, Http, Shape, ShapeField

TYPES = {
    "bool": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "enumeration": FieldType.CHOICE,
    "number": FieldType.NUMBER,
    "phone_number": FieldType.TEXT,
    "string": FieldType.TEXT,
}
"""What of ours HubSpot's types are; coordinates and JSON are none."""

SEVERAL = "checkbox"
"""The form field of an enumeration that holds several options in one text."""

OWNER = ShapeField(("owner",), FieldType.PERSON, "Owner", "owner", optional=True)
"""What `account` gives beside the properties."""


def shape(http: Http, kind: str) -> Shape:
    """Return the shape of the records of *kind*, such as `companies`."""
    rows = http.get("/crm/v3/properties/{kind}", {"kind": kind}).json()["results"]
    return Shape((*(_field(row) for row in rows if not row.get("archived")), OWNER))


def _field(row: Mapping[str, Any]) -> ShapeField:
    type_ = TYPES.get(row["type"])
    if row["type"] == "enumeration" and row["fieldType"] == SEVERAL:
        type_ = FieldType.TEXT
    if row["type"] == "number" and row.get("showCurrencySymbol"):
        type_ = FieldType.MONEY
    is_choice = type_ is FieldType.CHOICE
    return ShapeField(
        (row["name"],),
        type_,
        label=row["label"],
        native=f"{row['type']} ({row['fieldType']})",
        choices={one["value"]: one["label"] for one in row["options"]} if is_choice else {},
        currency=(row["currencyPropertyName"],) if row.get("currencyPropertyName") else (),
        optional=True,
        filterable=True,
        deprecated=bool(row.get("hidden")),
    )
