"""A HubSpot account, written by hand as the CRM API reference describes it."""

from __future__ import annotations

from typing import Any

from pytest_httpserver import HTTPServer

from support.vendor import Vendor, reply

NOW = "2026-11-23T09:00:00.000Z"
TIMES = {"createdAt": NOW, "updatedAt": NOW}
PROPERTY = {
    "label": "A property",
    "type": "string",
    "fieldType": "text",
    "description": "",
    "groupName": "companyinformation",
    "options": [],
    "archived": False,
}
STAGES = [
    {"id": "1", "label": "New", "metadata": {"ticketState": "OPEN", "isClosed": "false"}},
    {"id": "4", "label": "Closed", "metadata": {"ticketState": "CLOSED", "isClosed": "true"}},
]


class HubSpot(Vendor):
    """As much of the CRM API as the adapter uses, over records that a test puts here.

    Attributes:
        records: properties by kind and id.
        properties: what companies can have.
        descriptions: what is told of a property beside the usual.
        linked: ids of tickets by the id of their company.
        merged: ids of companies that answer under another's.
        silent: whether what has no value is left out, as HubSpot may do.
        owners: who owns records, and who did.
        false: what an answer says wrongly, by the end of its path.
    """

    def __init__(self, server: HTTPServer) -> None:
        super().__init__(server)
        self.records: dict[str, dict[str, dict[str, Any]]] = {
            "companies": {
                "11": company("Acme", "acme.example"),
                "12": company("Bolt", "bolt.test"),
            },
            "contacts": {},
            "deals": {},
            "tickets": {},
        }
        names = "name domain erp_number tier health hubspot_owner_id hs_merged_object_ids"
        self.properties = set(names.split())
        self.linked: dict[str, list[str]] = {}
        self.merged: dict[str, str] = {}
        self.descriptions: dict[str, dict[str, Any]] = {}
        self.silent = False
        self.owners = {"7": ("Olga", "Ott", False), "8": ("Per", "Past", True)}
        self.associations: dict[str, Any] = {}
        self.false: dict[str, Any] = {}

    def add_tickets(self, company: str, *stages: str) -> None:
        for stage in stages:
            number = str(100 + len(self.records["tickets"]))
            self.records["tickets"][number] = ticket(number, stage)
            self.linked.setdefault(company, []).append(number)

    def answer(self, request: Any) -> Any:
        body = request.get_json(silent=True) or {}
        path = request.path.strip("/").split("/")
        match path:
            case ["crm", "v3", "objects", kind, "batch", "read"]:
                found = self.batch(kind, body)
            case ["crm", "v3", "objects", kind, "search"]:
                found = self.search(kind, body)
            case ["crm", "v3", "objects", kind]:
                found = self.page(kind, request.args)
            case ["crm", "v3", "objects", kind, id]:
                found = self.one(kind, id, request.args)
            case ["crm", "v4", "associations", "companies", "tickets", "batch", "read"]:
                found = self.links(body)
            case ["crm", "v3", "properties", "companies", *name]:
                found = self.told(*name)
            case ["crm", "v3", "owners"]:
                found = self.people(request.args)
            case ["crm", "v3", "pipelines", "tickets"]:
                found = {"results": [{"id": "0", "stages": STAGES}]}
        if found is None:
            said = {"category": "OBJECT_NOT_FOUND", "message": "resource not found"}
            return reply(said | {"correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf"}, 404)
        status = 207 if found.get("numErrors") else 200
        return reply(found | self.false.get(path[-1], {}), status)

    def described(self, name: str) -> dict[str, Any]:
        return {**PROPERTY, "name": name, **self.descriptions.get(name, {})}

    def told(self, name: str = "") -> Any:
        """What is told of one property, or of all."""
        if not name:
            return {"results": [self.described(one) for one in sorted(self.properties)]}
        return self.described(name) if name in self.properties else None

    def rename(self, old: str, new: str) -> None:
        """Move everything to another property, as HubSpot's own names never change."""
        self.properties = self.properties - {old} | {new}
        self.descriptions[new] = self.descriptions.pop(old, {})
        for one in self.records["companies"].values():
            one[new] = one.pop(old, None)

    def batch(self, kind: str, body: Any) -> Any:
        by, known = body.get("idProperty"), self.records[kind]
        rows, missing = [], []
        for wanted in (one["id"] for one in body["inputs"]):
            ids = [one for one in known if by and known[one].get(by) == wanted]
            ids = ids or ([self.merged.get(wanted, wanted)] if not by else [])
            found = [one for one in ids if one in known]
            rows += [self.shown(kind, one, body["properties"]) for one in found]
            missing += [] if found else [wanted]
        done = {"status": "COMPLETE", "startedAt": NOW, "completedAt": NOW}
        return done | {"results": rows} | denied("ids", missing)

    def search(self, kind: str, body: Any) -> Any:
        filters = {one["propertyName"]: one for one in body["filterGroups"][0]["filters"]}
        ids = list(self.records[kind])
        if kind == "companies":
            domains = filters["domain"]["values"]
            ids = [one for one in ids if self.records[kind][one]["domain"] in domains]
        else:
            ids = self.linked[filters["associations.company"]["value"]]
            closed = filters["hs_pipeline_stage"]["values"]
            known = self.records[kind]
            ids = [one for one in ids if known[one]["hs_pipeline_stage"] not in closed]
        start = int(body["after"])
        end = start + body["limit"]
        rows = [self.shown(kind, one, body["properties"]) for one in ids[start:end]]
        return {"total": len(ids), "results": rows} | paging(end, len(ids))

    def page(self, kind: str, arguments: Any) -> Any:
        ids = list(self.records[kind])
        start, size = int(arguments.get("after", 0)), int(arguments["limit"])
        wanted = arguments["properties"].split(",")
        rows = [self.shown(kind, one, wanted) for one in ids[start : start + size]]
        return {"results": rows} | paging(start + size, len(ids))

    def one(self, kind: str, id: str, arguments: Any) -> Any:
        if id not in self.records[kind]:
            return None
        found = self.shown(kind, id, arguments["properties"].split(","))
        asked = arguments.get("associations", "").split(",")
        related = {name: {"results": self.associations.get(name, [])} for name in asked if name}
        return found | ({"associations": related} if any(self.associations.values()) else {})

    def links(self, body: Any) -> Any:
        ids = [one["id"] for one in body["inputs"]]
        found = [
            {"from": {"id": one}, "to": [{"toObjectId": int(to)} for to in self.linked[one]]}
            for one in ids
            if one in self.linked
        ]
        return {"results": found} | denied(
            "fromObjectId", [one for one in ids if one not in self.linked]
        )

    def people(self, arguments: Any) -> Any:
        archived = arguments["archived"] == "true"
        rows = [
            {"id": one, "firstName": first, "lastName": last, "email": f"{first}@acme.example"}
            for one, (first, last, gone) in self.owners.items()
            if gone == archived
        ]
        return {"results": rows}

    def shown(self, kind: str, id: str, wanted: list[str]) -> Any:
        values = {**self.records[kind][id], "hs_object_id": id}
        known = self.properties | {"hs_object_id"}
        possible = known if kind == "companies" else values.keys()
        shown = {name: values.get(name) for name in wanted if name in possible}
        if self.silent:
            shown = {name: value for name, value in shown.items() if value is not None}
        return {"id": id, "properties": shown, "archived": False, **TIMES}


def company(name: str, domain: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "domain": domain, "erp_number": f"C-{name}", "tier": "ENT", **more}


def ticket(number: str, stage: str) -> dict[str, Any]:
    return {
        "subject": f"Ticket {number}",
        "hs_pipeline_stage": stage,
        "hs_ticket_priority": "HIGH",
        "createdate": "2026-11-20T08:00:00.123Z",
        "hs_lastmodifieddate": f"2026-11-21T08:00:00.{number[-3:]}Z",
    }


def denied(name: str, ids: list[str]) -> dict[str, Any]:
    """What a batch says of what it does not have."""
    error = {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "message": "Could not get some objects, they may be deleted or not exist.",
        "context": {name: ids},
        "errors": [],
        "links": {},
    }
    return {"numErrors": 1, "errors": [error]} if ids else {}


def paging(end: int, total: int) -> dict[str, Any]:
    return {"paging": {"next": {"after": str(end)}}} if end < total else {}
