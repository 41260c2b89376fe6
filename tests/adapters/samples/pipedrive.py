"""Pipedrive, as developers.pipedrive.com (API v2) and pipedrive.readme.io describe it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, by_offset, header
from support.vendor import reply

SECRET = "T0P-s3cret-token"
KEY = "11"
MEANS = {"403": "rate_limited"}
"""Who asks far too often is shut out for a while."""
ANSWERS = {404, 410}

ACCESS = [{"app": "sales", "admin": True}, {"app": "global", "admin": True}]
ME = {"success": True, "data": {"id": 1, "email": "sidecar@acme.example", "access": ACCESS}}
LESS = {"success": True, "data": ME["data"] | {"access": [{"app": "sales", "admin": False}]}}
TIER = "5c1ad6ee3d7b4d1a8a5be1e9c6b1e0a2d9f3c4b7"
ORGANIZATIONS = [
    {"id": n, "name": f"Organization {n}", "owner_id": 1, "custom_fields": {TIER: "ENT"}}
    for n in range(11, 720)
]
PERSON = {
    "id": 5, "name": "Ana", "org_id": 11,
    "emails": [
        {"value": "old@acme.example", "primary": False},
        {"value": "ana@acme.example", "primary": True},
    ],
}  # fmt: skip


def described(code, name, kind, options=None, *, custom=False, optional=False):
    return {
        "field_code": code, "field_name": name, "field_type": kind, "options": options,
        "subfields": None, "is_custom_field": custom, "is_optional_response_field": optional,
    }  # fmt: skip


ORGANIZATION_FIELDS = [
    described("name", "Name", "varchar"),
    described("owner_id", "Owner", "user"),
    described("open_deals_count", "Open deals", "int", optional=True),
    described(
        TIER, "Tier", "enum", [{"id": 7, "label": "Enterprise"}, {"id": 8, "label": "Standard"}],
        custom=True,
    ),
]  # fmt: skip
DESCRIBED = {
    "account": {
        "name": ("text", "Name", {}),
        "owner_id": (None, "Owner", {}),
        f"custom_fields.{TIER}": ("choice", "Tier", {"7": "Enterprise", "8": "Standard"}),
    },
}


def settings(url):
    return {"url": url, "api_token": SECRET}


def deal(id, organization, status="open"):
    return {
        "id": id, "title": f"Deal {id}", "org_id": organization, "person_id": 5, "status": status,
        "value": 1200, "currency": "EUR", "expected_close_date": "2027-01-03",
        "add_time": "2026-11-20T08:00:00Z", "update_time": "2026-11-21T08:00:00Z",
    }  # fmt: skip


def page(found):
    return reply(
        {"success": True, "data": found.rows, "additional_data": {"next_cursor": found.next}}
    )


def play(server):
    refused = {"success": False, "error": "unauthorized access", "errorCode": 401}
    api = Played(server, entry=header("x-api-token", SECRET), no_entry=(401, refused))
    deals = [deal(1, 11), deal(2, 11, "won"), *(deal(n, 12) for n in range(100, 800))]
    gone = (404, {"success": False, "error": "Not found"})
    paged = {"pages": by_offset("cursor", most=500), "says": page}
    api.deals = deals
    api.me = ME
    api.says("/api/v1/users/me", lambda: api.me)
    for name, rows in (("organizations", ORGANIZATIONS), ("deals", deals), ("persons", [PERSON])):
        api.one(f"/api/v2/{name}/{{id}}", rows, missing=gone, says=wrapped)
    api.many("/api/v2/organizationFields", ORGANIZATION_FIELDS, **paged)
    api.many("/api/v2/organizations", ORGANIZATIONS, by={"ids": "id"}, **paged)
    api.many("/api/v2/deals", deals, by={"org_id": "org_id", "status": "status"}, **paged)
    return api


def wrapped(row):
    return {"success": True, "data": row}


FOUND = {
    ("account", "11"): ORGANIZATIONS[0],
    ("account", "12"): ORGANIZATIONS[1],
    ("open_deals", "11"): [
        {
            "id": "1", "title": "Deal 1", "status": "open", "amount": 1200, "currency": "EUR",
            "due": "2027-01-03", "created_at": "2026-11-20T08:00:00Z",
            "updated_at": "2026-11-21T08:00:00Z", "url": "URL/deal/1",
        }
    ],
    ("open_deals", "12"): 700,
    ("open_deals", "13"): [],
}  # fmt: skip
NONE = dict.fromkeys(("account", "open_deals"), NoMatch())
LINKS = {("account", "11"): "/organization/11"}
LISTED = len(ORGANIZATIONS)
RECORDS = {
    ("deal", "1"): {"deal_id": "1", "organization_id": "11", "person_id": "5"},
    ("person", "5"): {
        "person_id": "5", "organization_id": "11", "requester_name": "Ana",
        "requester_email": "ana@acme.example",
    },
    ("organization", "11"): {"organization_id": "11", "organization_name": "Organization 11"},
    ("deal", "999999"): None,
}  # fmt: skip
FILTERED = [("account", "11"), ("open_deals", "11")]
READ = {"account": "id", "open_deals": "status"}
SCOPE = {"success": False, "error": "Scope and URL mismatch"}
REFUSALS = [
    (200, {"success": False, "error": "…", "data": None}, Reason.BAD_RESPONSE, True),
    (401, {"success": False, "error": "unauthorized access"}, Reason.CREDENTIAL_EXPIRED, True),
    (403, SCOPE, Reason.PERMISSION_DENIED, True),
    (403, "<!doctype html><title>Attention Required!</title>", Reason.RATE_LIMITED, False),
    (410, {"success": False, "error": "…"}, Reason.ENDPOINT_GONE, True),
    (429, {"success": False, "error": "request over limit"}, Reason.RATE_LIMITED, True),
    (500, {"success": False, "error": "…"}, Reason.SERVER_ERROR, True),
    (503, "<h1>Down for maintenance</h1>", Reason.SERVER_ERROR, True),
]
