"""An organization's fields, as Zendesk describes them.

From "Organizations" and "Organization Fields" of the Support API reference: what every
organization has is documented, what an account adds is listed; a field that was deactivated is
still in the list, and so are its values in organizations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from context_sidecar import FieldType, Http, Shape, ShapeField, Walk

PAGE = 100
TYPES = {
    "checkbox": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "decimal": FieldType.NUMBER,
    "dropdown": FieldType.CHOICE,
    "integer": FieldType.NUMBER,
    "lookup": FieldType.TEXT,
    "multiselect": FieldType.LIST,
    "regexp": FieldType.TEXT,
    "text": FieldType.TEXT,
    "textarea": FieldType.TEXT,
}
BUILT_IN = {
    "id": (FieldType.TEXT, "Zendesk's id", False),
    "external_id": (FieldType.TEXT, "External id", True),
    "name": (FieldType.TEXT, "Name", False),
    "details": (FieldType.TEXT, "Details", True),
    "notes": (FieldType.TEXT, "Notes", True),
    "domain_names": (FieldType.LIST, "Domains", False),
    "tags": (FieldType.LIST, "Tags", False),
    "created_at": (FieldType.DATETIME, "Created", False),
    "updated_at": (FieldType.DATETIME, "Updated", False),
    "shared_tickets": (FieldType.BOOLEAN, "Shared tickets", False),
}
"""What every organization has: its type, what it is called, whether it may be empty."""


def shape(http: Http) -> Shape:
    """Return the shape of organizations."""
    built_in = (
        ShapeField((name,), type_, label, "built in", optional=optional)
        for name, (type_, label, optional) in BUILT_IN.items()
    )
    return Shape((*built_in, *map(_field, _every(http))))


def _every(http: Http) -> Iterator[Mapping[str, Any]]:
    params: dict[str, str] = {"page[size]": str(PAGE)}
    more, walk = True, Walk()
    while more:
        page = http.get("/organization_fields", params=params).json()
        yield from page["organization_fields"]
        # Without a meta it is a list as before there were cursors: further pages have numbers.
        meta = page.get("meta") or {"has_more": page["next_page"] is not None}
        if more := meta["has_more"]:
            params["page[after]"] = str(walk.to(meta.get("after_cursor")))


def _field(row: Mapping[str, Any]) -> ShapeField:
    options = row.get("custom_field_options") or ()
    return ShapeField(
        ("organization_fields", row["key"]),
        TYPES.get(row["type"]),
        label=row["title"],
        native=row["type"],
        choices={one["value"]: one["name"] for one in options} if row["type"] == "dropdown" else {},
        optional=row["type"] != "checkbox",
        deprecated=not row["active"],
    )
