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

from context_sidecar import FieldType, Http, ListedFields, Row, Shape, ShapeField

from context_sidecar_adapters.rt.tickets import values

FIELDS = ListedFields("tickets", "Resolve")

TYPES = {"Date": FieldType.DATE, "DateTime": FieldType.DATETIME, "Select": FieldType.CHOICE}
"""What of ours RT's types are; the others are texts."""


def shape(http: Http, queues: Collection[str], key: str) -> Shape:
    """Return the shape of a list of open tickets of *queues*, by their names; *key* is the name of
    the custom field that names the customer."""
    found: dict[str, Row] = {}
    for name in queues:
        queue = http.get("/queue/{name}", {"name": name}).json()
        found |= {str(one["id"]): one for one in queue["TicketCustomFields"]}
    return FIELDS.shape((_field(http, one) for one in found.values()), key)


def told(tickets: Sequence[Row], names: Collection[str]) -> dict[str, list[Any]]:
    """Return what *tickets* have in the custom fields of these *names*."""
    return {one: [said for row in tickets for said in values(row, one)] for one in names}


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
