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
        token: what it tells of our OAuth token.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.me = AGENT
        self.organizations = [organization(ACME, "C-1"), organization(BOLT, "C-2")]
        self.tickets = [ticket(1, ACME), ticket(2, ACME, "pending"), ticket(3, BOLT)]
        self.fields = [field("tier", "dropdown", ENT="Enterprise", STD="Standard"), field("health")]
        self.false = {}
        self.token = {"id": 1, "scopes": ["read"], "expires_at": None}

    def answer(self, request):
        path = request.path.removeprefix("/api/v2").split("/")[1:]
        found = self.one(path) or self.some(path, request.args)
        missing = {"error": "RecordNotFound", "description": "Not found"}
        return reply(found) if found else reply(missing, 404)

    def one(self, path):
        person = {"id": 9, "name": "Ana", "email": "ana@acme.example"}
        match path:
            case ["users", "me"]:
                return {"user": self.me}
            case ["oauth", "tokens", "current"]:
                return {"token": self.token}
            case ["tickets", "35"]:
                shown = {"id": 35, "requester_id": 9, "organization_id": ACME}
                others = {"users": [person], "organizations": self.organizations}
                return {"ticket": shown, **others}
            case ["users", "9"]:
                return {"user": person | {"external_id": "p-9", "organization_id": None}}
            case ["organizations", id] if id == str(ACME):
                return {"organization": self.organizations[0]}
        return None

    def some(self, path, arguments):
        match path:
            case ["organizations", "show_many"]:
                return self.several(arguments)
            case ["organizations"]:
                return self.page(arguments)
            case ["organization_fields"]:
                return self.described(arguments)
            case ["search"]:
                return self.found(arguments) | self.false
            case ["search", "export"]:
                return self.exported(arguments)
        return None

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
