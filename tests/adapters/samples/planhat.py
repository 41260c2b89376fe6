"""Planhat, as docs.planhat.com and planhat.com/developers/api describe it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, by_offset, header

SECRET = "T0P-s3cret-token"
KEY = "C-11"
ANSWERS = {404}

COMPANIES = [
    {
        "_id": f"61006bc89a3e0b702ed8{n}", "externalId": f"C-{n}", "sourceId": f"001A{n}",
        "name": f"Company {n}", "phase": "Adoption", "status": "customer", "h": 8, "mrr": 1200,
        "arr": 14400, "renewalDate": "2027-01-03T00:00:00.000Z", "custom": {"Tier": "ENT"},
    }
    for n in range(1001, 3210)
]  # fmt: skip


def described(number, name, kind, values=(), parent="company"):
    return {
        "_id": f"field-{number}", "name": name, "type": kind, "parent": parent, "isHidden": False,
        "listValues": list(values),
    }  # fmt: skip


FIELDS = [
    described(1, "Tier", "list", ["ENT", "STD"]), described(2, "Since", "day"),
    described(3, "Seniority", "text", parent="enduser"),
]  # fmt: skip
FIELDS_OF_A_COMPANY = {
    **dict.fromkeys(["_id", "externalId", "sourceId", "name", "owner"], ("text", "", {})),
    **dict.fromkeys(["phase", "status"], ("text", "", {})),
    **{name: ("number", "", {}) for name in ("h", "csmScore", "mrr", "arr")},
    "renewalDate": ("datetime", "", {}),
    "custom.Tier": ("choice", "Tier", {"ENT": "ENT", "STD": "STD"}),
    "custom.Since": ("date", "Since", {}),
}
DESCRIBED = dict.fromkeys(["account", "account_by_source_id", "account_by_id"], FIELDS_OF_A_COMPANY)


def settings(url):
    return {"url": url, "token": SECRET}


def play(server):
    refused = {"error": "Unauthorized"}
    entry = header("Authorization", f"Bearer {SECRET}")
    api = Played(server, entry=entry, no_entry=(401, refused))
    missing = (404, {"error": "Company not found"})
    for prefix, by in (("extid-", "externalId"), ("sourceid-", "sourceId"), ("", "_id")):
        api.one(f"/companies/{prefix}{{id}}", COMPANIES, by=by, missing=missing)
    api.many("/companies", COMPANIES, pages=by_offset(most=2000))
    api.many("/customfields", FIELDS, pages=by_offset(most=2000))
    return api


FIRST = COMPANIES[0]
FOUND = {
    ("account", FIRST["externalId"]): FIRST,
    ("account_by_source_id", FIRST["sourceId"]): FIRST,
    ("account_by_id", FIRST["_id"]): FIRST,
}
NONE = dict.fromkeys(["account", "account_by_source_id", "account_by_id"], NoMatch(certain=False))
LISTED = len(COMPANIES)
READ = {"account": "externalId", "account_by_source_id": "sourceId", "account_by_id": "_id"}
REFUSALS = [
    (400, {"error": "…"}, Reason.BAD_RESPONSE, True),
    (401, {"error": "Unauthorized"}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"error": "Forbidden"}, Reason.PERMISSION_DENIED, False),
    (429, {"error": "Too many requests"}, Reason.RATE_LIMITED, True),
    (500, {"error": "…"}, Reason.SERVER_ERROR, True),
]
