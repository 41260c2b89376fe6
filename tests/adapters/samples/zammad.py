"""Zammad, as its documents and its source have it (tickets_controller.rb, can_search.rb)."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Conditions, Played, by_page, header

SECRET = "T0P-s3cret-token"
KEY = "11"
ANSWERS = {404}

ME = {"id": 3, "login": "sidecar@acme.example", "roles": ["Agent"], "groups": {"Support": ["read"]}}
LESS = ME | {"groups": {"Sales": ["full"], "Support": ["create"]}}
ORGANIZATIONS = [
    {"id": n, "name": f"Organization {n}", "domain": "acme.example", "tier": "ENT", "active": True}
    for n in range(11, 620)
]
STATES = {2: "open", 3: "pending reminder", 4: "closed"}


def settings(url):
    return {"url": url, "token": SECRET, "groups": ["Support"]}


def ticket(id, organization, state=2):
    return {
        "id": id, "number": f"67{id}", "title": f"Ticket {id}", "organization_id": organization,
        "organization": f"Organization {organization}", "customer": "ana@acme.example",
        "group": "Support", "state_id": state, "state": STATES[state], "priority": "2 normal",
        "created_at": "2026-11-20T08:00:00.000Z", "updated_at": "2026-11-21T08:00:00.000Z",
    }  # fmt: skip


def parts(condition):
    return [(name, (name.removeprefix("ticket."), part)) for name, part in condition.items()]


def meets(row, part):
    """Hold a ticket to a condition as `Ticket.selectors` does."""
    name, said = part
    return (str(row[name]) in said["value"]) is (said["operator"] == "is")


def play(server):
    refused = {"error": "Invalid token", "error_human": "Invalid token"}
    entry = header("Authorization", f"Token token={SECRET}")
    api = Played(server, entry=entry, no_entry=(401, refused))
    tickets = [ticket(1, 11), ticket(2, 11, 3), ticket(3, 11, 4)]
    tickets += [ticket(n, 12) for n in range(100, 550)]
    nobodys = {name: value for name, value in ticket(4, None).items() if name != "organization"}
    api.tickets = tickets
    api.me = ME
    api.says("/api/v1/users/me", lambda: api.me)
    for name, rows in (("organizations", ORGANIZATIONS), ("tickets", [*tickets, nobodys])):
        missing = (404, {"error": f"Couldn't find {name} with 'id'=999999"})
        api.one(f"/api/v1/{name}/{{id}}", rows, missing=missing)
    api.many("/api/v1/organizations", ORGANIZATIONS, pages=by_page(most=500))
    api.many(
        "/api/v1/tickets/search", tickets, method="POST", pages=by_page(most=200),
        by={"condition": Conditions(parts, meets)},
    )  # fmt: skip
    return api


FOUND = {
    ("account", "11"): ORGANIZATIONS[0],
    ("open_tickets", "11"): [
        {
            "id": str(n), "number": f"67{n}", "title": f"Ticket {n}", "status": status,
            "priority": "2 normal", "created_at": "2026-11-20T08:00:00.000Z",
            "updated_at": "2026-11-21T08:00:00.000Z", "url": f"URL/#ticket/zoom/{n}",
        }
        for n, status in ((1, "open"), (2, "pending reminder"))
    ],
    ("open_tickets", "12"): 450,
    ("open_tickets", "13"): [],
}  # fmt: skip
NONE = dict.fromkeys(("account", "open_tickets"), NoMatch(certain=False))
LINKS = {("account", "11"): "/#organization/profile/11"}
LISTED = len(ORGANIZATIONS)
RECORDS = {
    ("ticket", "1"): {
        "requester_email": "ana@acme.example", "organization_id": "11",
        "organization": "Organization 11", "group": "Support",
    },
    ("ticket", "4"): {"requester_email": "ana@acme.example", "group": "Support"},
    ("ticket", "999999"): None,
}  # fmt: skip
FILTERED = [("open_tickets", "11")]
ARCHIVED = {"account": {"active": False}}
READ = {"account": "id", "open_tickets": "state_id"}
REFUSALS = [
    (401, {"error": "Invalid token"}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"error": "Not authorized"}, Reason.PERMISSION_DENIED, False),
    (422, {"error": "…"}, Reason.BAD_RESPONSE, True),
    (500, {"error": "Error ID x: Please contact your administrator."}, Reason.SERVER_ERROR, True),
    (502, "<h1>Bad gateway</h1>", Reason.SERVER_ERROR, True),
]
