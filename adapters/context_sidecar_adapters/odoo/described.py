"""A model's fields, as Odoo describes them to our user: `fields_get`, of Odoo's ORM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from context_sidecar import FieldType, Shape, ShapeField

from context_sidecar_adapters.odoo.models import Models

TYPES = {
    "boolean": FieldType.BOOLEAN,
    "char": FieldType.TEXT,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "float": FieldType.NUMBER,
    "integer": FieldType.NUMBER,
    "many2one": FieldType.TEXT,
    "monetary": FieldType.MONEY,
    "selection": FieldType.CHOICE,
    "text": FieldType.TEXT,
}
"""What of ours Odoo's types are; lists of records, HTML, files and properties are none."""

ATTRIBUTES = ("currency_field", "required", "searchable", "selection", "string", "type")


def shape(models: Models, model: str) -> Shape:
    """Return the shape of the records of *model*."""
    found = models.described(model, ATTRIBUTES)
    return Shape(tuple(_field(name, found[name]) for name in sorted(found) if name != "id"))


def _field(name: str, said: Mapping[str, Any]) -> ShapeField:
    type_ = TYPES.get(said["type"])
    is_choice = type_ is FieldType.CHOICE
    currency = said.get("currency_field")
    return ShapeField(
        (name, "name") if said["type"] == "many2one" else (name,),
        type_,
        label=said["string"],
        native=said["type"],
        choices={str(code): label for code, label in said["selection"]} if is_choice else {},
        currency=(currency, "name") if type_ is FieldType.MONEY and currency else (),
        optional=not said.get("required"),
        filterable=said.get("searchable"),
    )
