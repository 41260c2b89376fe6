"""A Request Tracker, written by hand as its documents on REST2 have it."""

from __future__ import annotations

import re

from support.vendor import Vendor, reply

UNSET = "1970-01-01T00:00:00Z"


class Desk(Vendor):
    """As much of REST2 as the adapter uses.

    Attributes:
        tickets: rows as RT shows them.
        false: what RT says wrongly in its answers to searches.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.tickets, self.false = [], {}

    def add(self, count=1, customer="C-1", **more):
        for _ in range(count):
            self.tickets.append(ticket(len(self.tickets) + 1, customer) | more)

    def searches(self):
        return [request.form for request in self.asked if request.path.endswith("/tickets")]

    def answer(self, request):
        match request.path.removeprefix("/REST/2.0").split("/")[1:]:
            case ["tickets"]:
                return reply(self.found(request.form) | self.false)
            case ["queue", name]:
                fields = [{"name": "Customer", "id": "2"}]
                return reply({"id": 3, "Name": name, "TicketCustomFields": fields})
            case ["customfield", "2"]:
                return reply({"Name": "Customer", "Type": "Freeform", "Values": []})
            case ["rt"]:
                return reply({"Version": "5.0.3"})
        return reply({"message": "Not Found"}, 404)

    def found(self, form):
        wanted = re.findall(r"'CF\.{Customer}' = '([^']*)'", form["query"])
        rows = [row for row in self.tickets if not wanted or customers(row) & set(wanted)]
        size, page = min(int(form["per_page"]), 100), int(form["page"])
        shown = rows[size * (page - 1) : size * page]
        return {"items": shown, "total": len(rows), "count": len(shown), "page": page}


def ticket(number, customer):
    return {
        "id": str(number),
        "Subject": f"Ticket {number}",
        "Status": "open",
        "Priority": "50",
        "Created": "2026-11-20T08:00:00Z",
        "LastUpdated": UNSET,
        "Queue": {"id": "3", "Name": "Support"},
        "Requestors": [{"type": "user", "EmailAddress": "ana@acme.example", "RealName": "Ana"}],
        "CustomFields": [{"name": "Customer", "values": [customer]}],
    }


def customers(row):
    return {value for field in row["CustomFields"] or () for value in field["values"]}
