"""A Request Tracker, written by hand as its documents on REST2 have it."""

from __future__ import annotations

import re

from support.vendor import Vendor, reply

UNSET = "1970-01-01T00:00:00Z"
QUEUES = {"Support": "3", "Sales": "4"}
STATUSES = {"__Active__": {"new", "open", "stalled"}, "__Inactive__": {"resolved", "rejected"}}
CONDITION = re.compile(r"([\w.{}]+)'? (!?=) '([^']*)'")


class Desk(Vendor):
    """As much of REST2 as the adapter uses.

    Attributes:
        tickets: rows as RT shows them.
        false: what RT says wrongly in its answers to searches.
        dropped: the names or values of conditions that it leaves out of a search.
        reads: how its database reads texts that it compares.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.tickets, self.false, self.dropped, self.reads = [], {}, set(), str.lower

    def add(self, count=1, customer="C-1", **more):
        for _ in range(count):
            self.tickets.append(ticket(len(self.tickets) + 1, customer) | more)

    def searches(self):
        """The searches for tickets, without those that only look whether there are any."""
        forms = [request.form for request in self.asked if request.path.endswith("/tickets")]
        return [form for form in forms if form["per_page"] != "1"]

    def answer(self, request):
        match request.path.removeprefix("/REST/2.0").split("/")[1:]:
            case ["tickets"]:
                return reply(self.found(request.form) | self.false)
            case ["queue", name]:
                fields = [{"name": "Customer", "id": "2"}]
                return reply({"id": int(QUEUES[name]), "Name": name, "TicketCustomFields": fields})
            case ["customfield", "2"]:
                return reply({"Name": "Customer", "Type": "Freeform", "Values": []})
            case ["rt"]:
                return reply({"Version": "5.0.3"})
        return reply({"message": "Not Found"}, 404)

    def found(self, form):
        rows = [row for row in self.tickets if self.fits(row, form["query"])]
        size, page = min(int(form["per_page"]), 100), int(form["page"])
        shown = rows[size * (page - 1) : size * page]
        return {"items": shown, "total": len(rows), "count": len(shown), "page": page}

    def fits(self, row, query):
        """Whether what *query* says of anything is true of *row*, each by one of its conditions
        that it is so, and by all that it is not."""
        said = {}
        for name, sign, value in CONDITION.findall(query):
            if not {name, value} & self.dropped:
                of = (name, value if name == "Status" else sign)
                said.setdefault(of, []).append(self.holds(row, name, value) is (sign == "="))
        return all(all(one) if of[1] == "!=" else any(one) for of, one in said.items())

    def holds(self, row, name, value):
        match name:
            case "Status":
                return row["Status"] in STATUSES[value]
            case "Queue":
                return row["Queue"]["Name"] == value
        return self.reads(value) in map(self.reads, customers(row))


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
