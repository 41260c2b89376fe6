"""Chatwoot, as developers.chatwoot.com and its source have it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Conditions, Played, by_page, header, listed
from support.vendor import reply

SECRET = "T0P-s3cret-token"
KEY = "11"
ANSWERS = {404}

ME = {"id": 1, "email": "sidecar@acme.example", "accounts": [{"id": 7, "role": "administrator"}]}
LESS = ME | {"accounts": [{"id": 6, "role": "administrator"}, {"id": 7, "role": "agent"}]}
CONTACTS = [
    {
        "id": n, "name": f"Contact {n}", "email": f"c{n}@acme.example", "phone_number": None,
        "identifier": f"C-{n}", "custom_attributes": {"tier": "ENT"}, "created_at": 1_790_000_000,
    }
    for n in range(11, 60)
]  # fmt: skip


def attribute(id, key, kind, values=(), model="contact_attribute"):
    return {
        "id": id, "attribute_key": key, "attribute_display_name": key.title(),
        "attribute_display_type": kind, "attribute_values": list(values), "attribute_model": model,
    }  # fmt: skip


MODELS = {"0": "conversation_attribute", "1": "contact_attribute"}
ATTRIBUTES = [
    attribute(1, "tier", "list", ["ENT", "STD"]),
    attribute(2, "since", "date"),
    attribute(3, "topic", "text", model="conversation_attribute"),
]
DESCRIBED = {
    "account": {
        **{name: ("text", "", {}) for name in ("id", "name", "email")},
        **{name: ("text", "", {}) for name in ("phone_number", "identifier")},
        "custom_attributes.tier": ("choice", "Tier", {"ENT": "ENT", "STD": "STD"}),
        "custom_attributes.since": ("date", "Since", {}),
    },
}


def settings(url):
    return {"url": url, "account": 7, "token": SECRET}


def conversation(id, contact, status="open"):
    return {
        "id": id, "status": status, "priority": "high", "labels": ["billing"],
        "created_at": 1_790_000_000, "meta": {"sender": CONTACTS[contact - 11]},
    }  # fmt: skip


def page(found):
    return reply({"meta": {"count": found.total, "current_page": 1}, "payload": found.rows})


def unresolved(page):
    return reply({"meta": {"all_count": page.total}, "payload": page.rows})


NOT_RESOLVED = {
    "attribute_key": "status", "filter_operator": "not_equal_to", "values": ["resolved"],
    "query_operator": None,
}  # fmt: skip


def parts(payload):
    return [(one["attribute_key"], one) for one in payload]


def meets(row, part):
    assert part == NOT_RESOLVED
    return row["status"] != "resolved"


def play(server):
    refused = {"error": "Invalid Access Token"}
    api = Played(server, entry=header("api-access-token", SECRET), no_entry=(401, refused))
    mine = [conversation(1, 11), conversation(2, 11, "resolved"), conversation(3, 11, "pending")]
    many = [conversation(n, 12) for n in range(100, 120)]
    api.conversations = [*mine, *many]
    gone = (404, {"error": "Resource could not be found"})
    start = "/api/v1/accounts/7"
    api.me = ME
    api.says("/api/v1/profile", lambda: api.me)
    api.of = {11: mine, 12: many, 13: [], 14: mine}
    for contact, rows in api.of.items():
        api.many(f"{start}/contacts/{contact}/conversations", rows, says=listed("payload"))
    api.many(
        f"{start}/conversations/filter", api.conversations, method="POST", says=unresolved,
        pages=by_page(most=25), by={"payload": Conditions(parts, meets)},
    )  # fmt: skip
    api.one(f"{start}/contacts/{{id}}", CONTACTS, missing=gone, says=lambda row: {"payload": row})
    api.one(f"{start}/contacts/{{id}}/conversations", [], missing=gone)
    api.one(f"{start}/conversations/{{id}}", mine, missing=gone)
    asked_for = {"attribute_model": lambda row, said: row["attribute_model"] == MODELS[said[0]]}
    api.many(f"{start}/custom_attribute_definitions", ATTRIBUTES, by=asked_for)
    api.many(f"{start}/contacts", CONTACTS, pages=by_page(most=15), says=page)
    return api


FOUND = {
    ("account", "11"): CONTACTS[0],
    ("open_conversations", "11"): [
        {
            "id": str(n), "status": status, "priority": "high", "labels": ["billing"],
            "url": f"URL/app/accounts/7/conversations/{n}",
        }
        for n, status in ((1, "open"), (3, "pending"))
    ],
    ("open_conversations", "13"): [],
}  # fmt: skip
CUT = [("open_conversations", "12")]
NONE = {"account": NoMatch(certain=False), "open_conversations": NoMatch(certain=False)}
LINKS = {("account", "11"): "/app/accounts/7/contacts/11"}
LISTED = len(CONTACTS)
RECORDS = {
    ("conversation", "1"): {
        "requester_email": "c11@acme.example", "requester_name": "Contact 11",
        "requester_external_id": "C-11", "contact_id": "11",
    },
    ("conversation", "999"): None,
}  # fmt: skip
FILTERED = [("open_conversations", "14")]
READ = {"account": "id"}
MAY_NOT = {"error": "You are not authorized to do this action"}
REFUSALS = [
    (401, {"error": "Invalid Access Token"}, Reason.CREDENTIAL_EXPIRED, True),
    (401, MAY_NOT, Reason.PERMISSION_DENIED, True),
    (401, {"error": "Account is suspended"}, Reason.PERMISSION_DENIED, True),
    (422, {"error": "…"}, Reason.BAD_RESPONSE, True),
    (429, "Retry later", Reason.RATE_LIMITED, True),
    (500, {"error": "…"}, Reason.SERVER_ERROR, True),
]
TELLS_NONE = {
    "gone": ["payload.*custom_attributes.tier"], "an empty object": ["payload.*custom_attributes"],
}  # fmt: skip
"""Those that were set alone are there, the object always (_contact.json.jbuilder)."""
