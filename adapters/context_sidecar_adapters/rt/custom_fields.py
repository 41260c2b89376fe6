"""The custom fields of a queue's tickets, as RT describes them.

From RT's documents on REST2 and a real 5.0.3: a queue names its fields to whoever may see them
there (SeeCustomField on the queue). Their types, and what may be chosen from, are shown to those
only who have SeeCustomField on the fields themselves or globally: to others a field is 403, and the
list of a queue's fields is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any

from context_sidecar import FieldType, Http, Row, Shape, ShapeField

from context_sidecar_adapters.rt.tickets import values

BELOW = "fields."
"""Where a list of tickets has what was asked for besides."""

TYPES = {"Date": FieldType.DATE, "DateTime": FieldType.DATETIME, "Select": FieldType.CHOICE}
"""What of ours RT's types are; the others are texts."""

TOLD = (
    ShapeField((), FieldType.LIST, "Open tickets", "tickets", optional=False),
    ShapeField(("total",), FieldType.NUMBER, "How many are open", "number", optional=False),
)


TOO_MANY = (
    "The customer has more open tickets than are read one by one. Resolve those that are done, or "
    "show how many there are in place of what they have."
)


def shape(http: Http, queues: Collection[str]) -> Shape:
    """Return the shape of a list of open tickets of *queues*, by their names."""
    found: dict[str, Row] = {}
    for name in queues:
        queue = http.get("/queue/{name}", {"name": name}).json()
        found |= {str(one["id"]): one for one in queue["TicketCustomFields"]}
    fields = (_field(http, one) for one in found.values())
    return Shape((*TOLD, *sorted(fields, key=lambda one: one.label.casefold())))


def wanted(names: Collection[str]) -> list[str]:
    """Return the custom fields that *names* are read from."""
    return sorted(name.removeprefix(BELOW) for name in names if name.startswith(BELOW))


def told(tickets: Sequence[Row], total: int, names: Collection[str]) -> dict[str, Any]:
    """Return, below `fields`, what *tickets* have in the custom fields of these *names*: nothing
    where these are not all the *total* that there are."""
    if not names or len(tickets) < total:
        return {}
    return {
        "fields": {one: [said for row in tickets for said in values(row, one)] for one in names}
    }


def unread(tickets: Sequence[Row], total: int, names: Collection[str]) -> dict[str, str]:
    """Return what is not told of custom fields with these *names*, and what is to be done."""
    return {"fields": TOO_MANY} if names and len(tickets) < total else {}


def _field(http: Http, named: Row) -> ShapeField:
    hidden, known, name = HTTPStatus.FORBIDDEN, str(named["id"]), named["name"]
    answer = http.get("/customfield/{id}", {"id": known}, accept=[hidden])
    if answer.status == hidden:
        return ShapeField(("fields", name), label=name, each=True, id=known)
    said = answer.json()
    return ShapeField(
        ("fields", name),
        TYPES.get(said["Type"], FieldType.TEXT),
        label=name,
        native=said["Type"],
        choices={one: one for one in said.get("Values") or ()},
        filterable=True,
        each=True,
        id=known,
    )
