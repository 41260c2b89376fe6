"""An object's fields, as Salesforce describes them to our user.

From "sObject Describe" of the REST API developer guide, and "Field Types" of the object reference:
a field that is hidden from the user is left out, like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from context_sidecar import FieldType, Shape, ShapeField

TYPES = {
    "boolean": FieldType.BOOLEAN,
    "combobox": FieldType.TEXT,
    "currency": FieldType.MONEY,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "double": FieldType.NUMBER,
    "email": FieldType.TEXT,
    "encryptedstring": FieldType.TEXT,
    "id": FieldType.TEXT,
    "int": FieldType.NUMBER,
    "long": FieldType.NUMBER,
    "multipicklist": FieldType.TEXT,  # several codes in one text
    "percent": FieldType.PERCENT,
    "phone": FieldType.TEXT,
    "picklist": FieldType.CHOICE,
    "reference": FieldType.TEXT,
    "string": FieldType.TEXT,
    "textarea": FieldType.TEXT,
    "url": FieldType.TEXT,  # people leave out the scheme
}
"""What of ours Salesforce's types are; a compound one, such as an address, is none."""

CURRENCY = "CurrencyIsoCode"
"""The field that an object has where the org knows several currencies."""


def shape(description: Mapping[str, Any]) -> Shape:
    """Return the shape that an object's *description* tells."""
    several = any(field["name"] == CURRENCY for field in description["fields"])
    return Shape(tuple(_fields(description["fields"], several_currencies=several)))


def _fields(fields: Any, *, several_currencies: bool) -> Iterator[ShapeField]:
    for field in fields:
        is_amount = field["type"] == "currency"
        yield ShapeField(
            (field["name"],),
            TYPES.get(field["type"]),
            label=field["label"],
            native=field["type"],
            choices=_choices(field),
            currency=(CURRENCY,) if is_amount and several_currencies else (),
            optional=field["nillable"],
            filterable=field["filterable"],
            deprecated=field["deprecatedAndHidden"],
        )
        if related := field.get("relationshipName"):
            label = field["label"].removesuffix(" ID")
            name = FieldType.TEXT, f"{label}: name"
            yield ShapeField((related, "Name"), *name, native="reference", optional=True)


def _choices(field: Mapping[str, Any]) -> dict[str, str]:
    """Values that are no longer given may still stand in records."""
    if TYPES.get(field["type"]) is not FieldType.CHOICE:
        return {}
    return {one["value"]: one["label"] or one["value"] for one in field["picklistValues"]}
