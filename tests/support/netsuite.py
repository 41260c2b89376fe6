"""A NetSuite account, written by hand as its REST services and SuiteQL are documented: null is left
out, names are in lower case, what the role may not see is not there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from support.vendor import Vendor, reply

API = "/services/rest"
QUERY = re.compile(
    r"SELECT (?P<columns>.+?) FROM (?P<table>\w+).*?(?: WHERE (?P<where>.+?))? ORDER BY (?:t\.)?id"
)
COLUMN = re.compile(
    r"(?:BUILTIN\.DF|TO_CHAR)?\(?(?:[a-z]\.)?(\w+)(?:, 'YYYY-MM-DD')?\)?(?: AS (\w+))?"
)
TITLE = "Invalid search query. Detailed unprocessed description follows. Search error occurred: "


def day(days):
    return str(datetime.now(UTC).date() + timedelta(days=days))


def customer(id, number, **more):
    return {
        "id": str(id),
        "entityid": f"CUST{id}",
        "externalid": number,
        "companyname": f"Customer {number}",
        "isinactive": "F",
        "custentity_tier": "ENT",
        "salesrep": "12",
        "sc_display_salesrep": "Olga",
        "startdate": "31.12.2026",
        "sc_day_startdate": "2026-12-31",
        "phone": None,
        "parent": None,
    } | more


def invoice(id, owner, *, days=-10, **more):
    """An invoice that is due in *days* from today."""
    return {
        "id": str(id),
        "tranid": f"INV{id}",
        "entity": str(owner),
        "whose": f"Entity {owner}",
        "type": "CustInvc",
        "voided": "F",
        "posting": "T",
        "unpaid": "120.5",
        "currency": "EUR",
        "made": "2026-09-01",
        "due": day(days),
    } | more


class NetSuite(Vendor):
    """As much of the services as the adapter uses.

    Attributes:
        tables: the rows by table; one that is not here is hidden from our role.
        hidden: columns that it may not read.
        deaf: conditions do not count.
        false: what answers say wrongly.
        size: rows of a page, whatever is asked for.
        queries: what was asked.
        tokens: the forms by which tokens were asked for.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.tables = {
            "customer": [customer(1, "C-1"), customer(2, "C-2")],
            "transaction": [
                invoice(11, 1),
                invoice(12, 1, days=5),
                invoice(13, 2, days=-1),
                invoice(14, 1, due=None),
            ],
            "currency": [{"id": "1", "symbol": "EUR"}],
            "job": [{"id": "31", "customer": "1"}],
        }
        self.hidden, self.deaf, self.false, self.size = set(), False, {}, 1000
        self.queries, self.tokens = [], []

    def answer(self, request):
        path = request.path.removeprefix(API)
        if path == "/auth/oauth2/v1/token":
            self.tokens.append(request.form.to_dict())
            return reply({"access_token": "t-1", "token_type": "bearer", "expires_in": "3600"})
        if path.startswith("/record/v1/metadata-catalog/"):
            assert request.headers["Accept"] == "application/schema+json"
            return reply({"type": "object", "properties": PROPERTIES})
        assert request.headers["Prefer"] == "transient"
        self.queries.append(request.json["q"])
        return self.queried(request.json["q"], request.args)

    def queried(self, query, asked):
        parts = QUERY.fullmatch(query)
        table = parts["table"]
        for needed in (table, *re.findall(r"JOIN (\w+) ", query)):
            if needed not in self.tables:
                return refused(f"{TITLE}Record '{needed}' was not found.")
        names = [COLUMN.fullmatch(one.strip()) for one in re.split(r",(?! 'Y)", parts["columns"])]
        known = customer(0, "").keys() - self.hidden
        for found in names:
            if table == "customer" and found[1].lower() not in known:
                said = f"Field '{found[1]}' for record 'customer' was not found. Reason: REMOVED"
                return refused(TITLE + said)
        wanted = [(found[2] or found[1]).lower() for found in names]
        rows = self.tables[table]
        if table == "transaction":
            rows = [row | self.joined(row["entity"]) for row in rows]
        if parts["where"] and not self.deaf:
            rows = [row for row in rows if fits(row, parts["where"])]
        first, size = int(asked["offset"]), min(int(asked["limit"]), self.size)
        page = [
            {"links": []} | {name: row[name] for name in wanted if row[name] is not None}
            for row in rows[first : first + size]
        ]
        more = first + size < len(rows)
        counts = {"count": len(page), "hasMore": more, "offset": first, "totalResults": len(rows)}
        return reply({"links": [], "items": page} | counts | self.false)

    def joined(self, entity):
        """What the tables that an invoice is joined with have of its *entity*."""
        projects = {one["id"]: one["customer"] for one in self.tables.get("job", ())}
        customers = {one["id"] for one in self.tables["customer"]}
        return {
            "customer": projects.get(entity),
            "k.id": entity if entity in customers else None,
        }


PROPERTIES = {
    "companyName": {"title": "Company Name", "type": "string", "nullable": True},
    "creditLimit": {"title": "Credit Limit", "type": "number", "nullable": True},
    "isInactive": {"title": "Inactive", "type": "boolean", "nullable": False},
    "salesRep": {"title": "Sales Rep", "$ref": "/services/rest/record/v1/…/nsResource"},
    "startDate": {"title": "Start", "type": "string", "format": "date", "nullable": True},
    "links": {"title": "Links", "type": "array"},
}


def fits(row, where):
    """Whether *row* fits all conditions."""
    parts = (part[1:-1] if part.startswith("(") else part for part in where.split(" AND "))
    return all(any(holds(row, one) for one in part.split(" OR ")) for part in parts)


def holds(row, condition):
    found = re.fullmatch(r"(?:[tj]\.)?([\w.]+) (IN|=|>|IS) (.*)", condition)
    name, operator, value = found.groups()
    told = row["unpaid" if name == "foreignamountunpaid" else name]
    match operator:
        case "IN":
            values = [one.strip().strip("'").replace("''", "'") for one in value[1:-1].split(", ")]
            return str(told).casefold() in [one.casefold() for one in values]
        case "IS":
            return (told is None) is (value == "NULL")
        case ">":
            return float(told) > float(value)
    return told == value.strip("'")


def refused(detail, code="INVALID_PARAMETER", status=400, title="Bad Request"):
    body = {"type": "https://www.rfc-editor.org/rfc/rfc9110.html", "title": title, "status": status}
    return reply({**body, "o:errorDetails": [{"detail": detail, "o:errorCode": code}]}, status)
