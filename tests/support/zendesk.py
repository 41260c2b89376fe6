"""A Zendesk Support account, written by hand as the API reference describes it."""

from __future__ import annotations

import re

from support.vendor import Vendor, reply

ACME, BOLT = 37_000_000_000_001, 37_000_000_000_002
AGENT = {"id": 1, "name": "Sidecar", "role": "agent", "restricted_agent": False}
ANONYMOUS = {"id": None, "name": "Anonymous user", "role": "end-user"}


def organization(id, external_id, **more):
    return {
        "id": id,
        "external_id": external_id,
        "name": external_id,
        "domain_names": ["acme.example"],
        "organization_fields": {"tier": "ENT", "health": None},
    } | more


def ticket(id, organization_id, status="open"):
    return {
        "id": id,
        "result_type": "ticket",
        "organization_id": organization_id,
        "subject": f"Ticket {id}",
        "status": status,
        "priority": "high",
        "created_at": "2026-11-20T08:00:00Z",
        "updated_at": "2026-11-21T08:00:00Z",
    }


def field(key, kind="text", **options):
    """A custom field of organizations; *options* are those of a drop-down list."""
    return {
        "id": sum(map(ord, key)),
        "key": key,
        "title": key.replace("_", " ").capitalize(),
        "description": "",
        "type": kind,
        "active": True,
        "position": 0,
        "custom_field_options": [
            {"id": number, "value": value, "name": name, "position": number, "raw_name": name}
            for number, (value, name) in enumerate(options.items())
        ],
    }


class Zendesk(Vendor):
    """As much of the Support API as the adapter uses.

    Attributes:
        me: whom Zendesk takes us for.
        false: what it says wrongly in its answers to searches.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.me = AGENT
        self.organizations = [organization(ACME, "C-1"), organization(BOLT, "C-2")]
        self.tickets = [ticket(1, ACME), ticket(2, ACME, "pending"), ticket(3, BOLT)]
        self.fields = [field("tier", "dropdown", ENT="Enterprise", STD="Standard"), field("health")]
        self.false = {}

    def answer(self, request):
        person = {"id": 9, "name": "Ana", "email": "ana@acme.example"}
        found = None
        match request.path.removeprefix("/api/v2").split("/")[1:]:
            case ["users", "me"]:
                found = {"user": self.me}
            case ["organizations", "show_many"]:
                found = self.several(request.args)
            case ["organizations"]:
                found = self.page(request.args)
            case ["organization_fields"]:
                found = self.described(request.args)
            case ["search"]:
                found = self.found(request.args) | self.false
            case ["search", "export"]:
                found = self.exported(request.args)
            case ["tickets", "35"]:
                shown = {"id": 35, "requester_id": 9, "organization_id": ACME}
                others = {"users": [person], "organizations": self.organizations}
                found = {"ticket": shown, **others}
            case ["users", "9"]:
                found = {"user": person | {"external_id": "p-9", "organization_id": None}}
            case ["organizations", id] if id == str(ACME):
                found = {"organization": self.organizations[0]}
        missing = {"error": "RecordNotFound", "description": "Not found"}
        return reply(found) if found else reply(missing, 404)

    def several(self, arguments):
        ((name, values),) = arguments.items()
        wanted = values.casefold().split(",")
        rows = [row for row in self.organizations if str(row[name[:-1]]).casefold() in wanted]
        return {"organizations": rows, "count": len(rows), "next_page": None}

    def rename(self, old, new):
        """Give a custom field another key, as deleting it and making it anew does."""
        for one in self.fields:
            if one["key"] == old:
                one["key"], one["title"] = new, new.replace("_", " ").capitalize()
        for one in self.organizations:
            own = one["organization_fields"]
            one["organization_fields"] = {new if key == old else key: own[key] for key in own}

    def described(self, arguments):
        return self.paged("organization_fields", self.fields, arguments)

    def page(self, arguments):
        return self.paged("organizations", self.organizations, arguments)

    def paged(self, name, rows, arguments):
        size, start = int(arguments["page[size]"]), int(arguments.get("page[after]", 0))
        end = start + size
        meta = {"has_more": end < len(rows), "after_cursor": str(end), "before_cursor": "0"}
        return {name: rows[start:end], "meta": meta}

    def exported(self, arguments):
        assert (arguments["query"], arguments["filter[type]"]) == ("status<solved", "ticket")
        return self.paged("results", self.tickets, arguments)

    def found(self, arguments):
        assert re.search(r"type:ticket organization:\d+ status<solved", arguments["query"])
        owner = int(re.search(r"organization:(\d+)", arguments["query"])[1])
        rows = [row for row in self.tickets if row["organization_id"] == owner]
        size = min(int(arguments["per_page"]), 100)
        return {"results": rows[:size], "count": len(rows), "next_page": None}
