"""An Intercom workspace, written by hand as the API reference of version 2.15 describes it."""

from __future__ import annotations

from support.vendor import Vendor, reply

ACME, BOLT = "6762f07a1bb69f9f2193baea", "6762f07a1bb69f9f2193baeb"
ME = {
    "type": "admin",
    "id": "991267459",
    "email": "sidecar@acme.example",
    "name": "Sidecar",
    "app": {"type": "app", "id_code": "abc123", "name": "Acme Support"},
}
REQUEST_ID = "9bc4fc62-7cdf-4f72-a56e-02af4836d499"


def company(id, company_id, **more):
    return {
        "type": "company",
        "id": id,
        "company_id": company_id,
        "app_id": "abc123",
        "name": f"Company {company_id}",
        "created_at": 1734537338,
        "updated_at": 1734537338,
        "monthly_spend": 0,
        "session_count": 0,
        "user_count": 1,
        "plan": {},
        "custom_attributes": {"tier": "ENT"},
    } | more


def contact(id, **more):
    return {
        "type": "contact",
        "id": id,
        "external_id": f"p-{id}",
        "role": "user",
        "email": f"{id}@acme.example",
        "name": f"Contact {id}",
        "created_at": 1734537338,
        "updated_at": 1734537338,
    } | more


def conversation(number, *people, **more):
    theirs = [{"type": "contact", "id": one, "external_id": f"p-{one}"} for one in people]
    return {
        "type": "conversation",
        "id": str(number),
        "created_at": 1734537546,
        "updated_at": 1734537546 + number,
        "title": None,
        "source": {"type": "email", "id": "4", "subject": f"<p>Conversation &amp; {number}</p>"},
        "contacts": {"type": "contact.list", "contacts": theirs},
        "open": True,
        "state": "open",
        "read": False,
        "priority": "not_priority",
    } | more


def attribute(full_name, *, archived=False, data_type="string", **more):
    name = full_name.rpartition(".")[2]
    return {
        "type": "data_attribute",
        "model": "company",
        "name": name,
        "full_name": full_name,
        "label": name.replace("_", " ").capitalize(),
        "description": "",
        "data_type": data_type,
        "archived": archived,
    } | more


def error(code, message=""):
    refused = {"code": code, "message": message}
    return {"type": "error.list", "request_id": REQUEST_ID, "errors": [refused]}


class Intercom(Vendor):
    """As much of the API as the adapter uses.

    Attributes:
        people: the contacts of each company, by the company's id.
        lagging: whether the search still finds what is closed.
        unlisted: the companies that the list lacks, as those that nobody belongs to.
        unindexed: the contacts that the search lacks, as those who were added just now.
        part: of how many companies a contact shows at most.
        cursors: whether pages of people are found behind cursors, and not by number.
        listed: whether a company under an external id comes in a list, as the description says.
        false: what a search says wrongly.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.companies = [company(ACME, "C-1"), company(BOLT, "C-2")]
        self.people = {ACME: [contact("a1"), contact("a2")], BOLT: [contact("b1")]}
        self.conversations = [
            conversation(1, "a1"),
            conversation(2, "a2", state="snoozed", title="Invoices", priority="priority"),
            conversation(3, "b1"),
            conversation(4, "b1", open=False, state="closed"),
            conversation(5, "x1"),
        ]
        self.attributes = [attribute("name"), attribute("custom_attributes.tier")]
        self.lagging, self.listed, self.cursors = False, True, True
        self.false, self.size = {}, 100
        self.unlisted, self.unindexed, self.part = set(), set(), 10

    def answer(self, request):
        path = request.path.split("/")[1:]
        kind = "company_not_found" if "companies" in path else "not_found"
        found = self.listed_at(path, request) or self.shown_at(path, request.args.get("company_id"))
        return reply(found) if found else reply(error(kind), 404)

    def listed_at(self, path, request):
        match path:
            case ["companies", "list"]:
                return self.listing(request.args)
            case ["companies", id, "contacts"]:
                return self.attached(id, request.args)
            case ["contacts", id, "companies"]:
                return self.employers(id, request.args)
            case [kind, "search"]:
                search = self.found if kind == "conversations" else self.known
                return search(request.get_json())
            case ["companies", "scroll"]:
                return self.scrolled(request.args.get("scroll_param"))

    def shown_at(self, path, company_id):
        match path:
            case ["me"]:
                return ME
            case ["data_attributes"]:
                return {"type": "list", "data": self.attributes}
            case ["companies"]:
                return self.company(company_id)
            case ["companies", id]:
                return next((row for row in self.companies if row["id"] == id), None)
            case ["conversations", id]:
                return next((row for row in self.conversations if row["id"] == id), None)
            case ["contacts", id]:
                return self.contact(id)

    def company(self, company_id):
        rows = [row for row in self.companies if row["company_id"] == company_id]
        if not rows:
            return None
        pages = {"type": "pages", "page": 1, "per_page": 15, "total_pages": 1}
        listed = {"type": "list", "data": rows, "pages": pages, "total_count": len(rows)}
        return listed if self.listed else rows[0]

    def scrolled(self, start):
        start = int(start or 0)
        rows = self.companies[start : start + self.size]
        return {"type": "list", "data": rows, "scroll_param": str(start + self.size)}

    def listing(self, arguments):
        rows = [row for row in self.companies if row["id"] not in self.unlisted]
        number, size = int(arguments["page"]), int(arguments["per_page"])
        start, pages = (number - 1) * size, -(-len(rows) // size)
        about = {"type": "pages", "page": number, "per_page": size, "total_pages": pages}
        page = {"type": "list", "data": rows[start : start + size], "total_count": len(rows)}
        return page | {"pages": about}

    def known(self, asked):
        wanted = asked["query"]
        assert (wanted["field"], wanted["operator"]) == ("id", "IN")
        assert 0 < len(wanted["value"]) <= 15
        ids = [one for one in wanted["value"] if one not in self.unindexed]
        rows = [one for one in map(self.contact, ids) if one]
        pages = {"type": "pages", "page": 1, "per_page": 15, "total_pages": 1}
        page = {"type": "list", "data": rows, "total_count": len(rows), "pages": pages}
        return page | self.false

    def employers(self, id, arguments):
        rows = [one for one in self.companies if any(p["id"] == id for p in self.people[one["id"]])]
        start, size = (int(arguments["page"]) - 1) * int(arguments["per_page"]), 50
        about = {"type": "pages", "page": int(arguments["page"]), "per_page": size}
        page = {"type": "list", "data": rows[start : start + size], "total_count": len(rows)}
        return page | {"pages": about | {"total_pages": -(-len(rows) // size)}}

    def attached(self, id, arguments):
        if id not in self.people:
            return None
        rows, size = self.people[id], int(arguments["per_page"])
        numbered = (int(arguments.get("page", 1)) - 1) * size
        start = int(arguments.get("starting_after", numbered))
        end = start + size
        pages = {"type": "pages", "page": start // size + 1, "per_page": size}
        if self.cursors and end < len(rows):
            pages["next"] = {"per_page": size, "starting_after": str(end)}
        return {
            "type": "list",
            "data": rows[start:end],
            "total_count": len(rows),
            "pages": pages | {"total_pages": -(-len(rows) // size)},
        }

    def found(self, asked):
        query, paging = asked["query"], asked["pagination"]
        filters = query["value"] if query.get("operator") == "AND" else [query]
        assert {"field": "open", "operator": "=", "value": True} in filters
        people = next((one["value"] for one in filters if one["field"] == "contact_ids"), None)
        assert people is None or 0 < len(people) <= 15
        rows = [
            row
            for row in self.conversations
            if (row["open"] or self.lagging) and (people is None or set(people) & members(row))
        ]
        start, size = int(paging.get("starting_after", 0)), min(paging["per_page"], 150)
        end = start + size
        pages = {"type": "pages", "page": start // size + 1, "per_page": size}
        if end < len(rows):
            pages["next"] = {"per_page": size, "starting_after": str(end)}
        page = {"type": "conversation.list", "total_count": len(rows), "pages": pages}
        return page | {"conversations": rows[start:end]} | self.false

    def contact(self, id):
        found = next(
            (one for rows in self.people.values() for one in rows if one["id"] == id), None
        )
        theirs = [
            {"type": "company", "id": owner, "url": f"/companies/{owner}"}
            for owner, rows in self.people.items()
            if any(one["id"] == id for one in rows)
        ]
        listed = {
            "type": "list",
            "data": theirs[: self.part],
            "url": "",
            "total_count": len(theirs),
            "has_more": len(theirs) > self.part,
        }
        return found and found | {"companies": listed}


def members(row):
    return {one["id"] for one in row["contacts"]["contacts"]}
