"""Twenty, as twenty.com/developers and its own tests of the REST API have it."""

from __future__ import annotations

import re

from context_sidecar import NoMatch, Reason
from support.played import Played, by_offset, header
from support.vendor import reply


def uuid(number):
    return f"20202020-0713-40a5-8216-{number:012}"


SECRET = "T0P-s3cret-key"
KEY = uuid(11)
NOBODY = uuid(999)

COMPANIES = [
    {
        "id": uuid(n), "name": f"Company {n}", "domainName": {"primaryLinkUrl": "acme.example"},
        "annualRecurringRevenue": {"amountMicros": 9_000_000_000, "currencyCode": "EUR"},
        "tier": "ENT",
    }
    for n in range(11, 160)
]  # fmt: skip

MONEY = {
    "type": "object",
    "properties": {"amountMicros": {"type": "number"}, "currencyCode": {"type": "string"}},
}
LINKS_ = {
    "type": "object",
    "properties": {"primaryLinkLabel": {"type": "string"}, "primaryLinkUrl": {"type": "string"}},
}
SCHEMA = {
    "id": {"type": "string", "format": "uuid"},
    "createdAt": {"type": "string", "format": "date-time"},
    "name": {"type": "string"},
    "domainName": LINKS_,
    "annualRecurringRevenue": MONEY,
    "tier": {"type": "string", "enum": ["ENT", "STD"]},
    "address": {"type": "object", "properties": {"addressCity": {"type": "string"}}},
    "people": {"type": "array", "items": {"$ref": "#/components/schemas/PersonForResponse"}},
    "accountOwnerId": {"type": "string", "format": "uuid"},
}
OPENAPI = {
    "openapi": "3.1.1",
    "components": {"schemas": {"CompanyForResponse": {"type": "object", "properties": SCHEMA}}},
}
DESCRIBED = {
    "account": {
        "id": ("text", "", {}),
        "createdAt": ("datetime", "", {}),
        "name": ("text", "", {}),
        "domainName.primaryLinkUrl": ("text", "domainName", {}),
        "annualRecurringRevenue.amountMicros": ("money", "annualRecurringRevenue", {}),
        "tier": ("choice", "", {"ENT": "ENT", "STD": "STD"}),
        "address": (None, "", {}),
        "accountOwnerId": ("text", "", {}),
    },
}


def settings(url):
    return {"url": url, "app": url, "api_key": SECRET}


def deal(number, company, stage="PROPOSAL"):
    return {
        "id": uuid(number), "name": f"Deal {number}", "companyId": uuid(company), "stage": stage,
        "amount": {"amountMicros": 1_200_000_000, "currencyCode": "EUR"},
        "closeDate": "2027-01-03T00:00:00.000Z", "createdAt": "2026-11-20T08:00:00.000Z",
        "updatedAt": "2026-11-21T08:00:00.000Z",
    }  # fmt: skip


def wanted(row, said):
    name, listed = re.fullmatch(r"(\w+)\[in\]:\[(.*)\]", ",".join(said)).groups()
    return f'"{row[name]}"' in listed.split(",")


def says(name):
    def page(found):
        info = {"hasNextPage": found.next is not None, "endCursor": found.next}
        said = {"data": {name: found.rows}, "pageInfo": info, "totalCount": found.total}
        return reply(said)

    return page


def play(server):
    refused = {"statusCode": 401, "error": "UnauthorizedException", "messages": ["Token invalid."]}
    entry = header("Authorization", f"Bearer {SECRET}")
    api = Played(server, entry=entry, no_entry=(401, refused))
    deals = [deal(1, 11), deal(2, 11, "CUSTOMER"), *(deal(n, 12) for n in range(300, 450))]
    api.deals = deals
    pages = by_offset("starting_after", most=60)
    for name, rows in (("companies", COMPANIES), ("opportunities", deals)):
        api.many(f"/rest/{name}", rows, by={"filter": wanted}, pages=pages, says=says(name))
    api.says("/rest/open-api/core", OPENAPI)
    return api


FOUND = {
    ("account", uuid(11)): COMPANIES[0],
    ("account", uuid(12)): COMPANIES[1],
    ("open_opportunities", uuid(11)): [
        {
            "id": uuid(1), "title": "Deal 1", "status": "PROPOSAL", "amount_micros": 1_200_000_000,
            "currency": "EUR", "due": "2027-01-03T00:00:00.000Z",
            "created_at": "2026-11-20T08:00:00.000Z", "updated_at": "2026-11-21T08:00:00.000Z",
            "url": f"URL/object/opportunity/{uuid(1)}",
        }
    ],
    ("open_opportunities", uuid(12)): 150,
}  # fmt: skip
FOUND |= {("open_opportunities", "20202020-0713-40a5-8216-000000000013"): []}
NONE = dict.fromkeys(("account", "open_opportunities"), NoMatch())
LINKS = {("account", uuid(11)): f"/object/company/{uuid(11)}"}
LISTED = len(COMPANIES)
FILTERED = [("open_opportunities", uuid(11))]
READ = {"account": "id", "open_opportunities": "stage"}
NEST = {"statusCode": 403, "error": "ForbiddenException", "messages": ["No permission."]}
REFUSALS = [
    (200, NEST, Reason.PERMISSION_DENIED, False),
    (200, NEST | {"statusCode": 401}, Reason.CREDENTIAL_EXPIRED, True),
    (200, NEST | {"statusCode": 500}, Reason.SERVER_ERROR, True),
    (400, {"statusCode": 400, "error": "BadRequestException"}, Reason.BAD_RESPONSE, True),
    (401, {"statusCode": 401, "error": "Unauthorized"}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"statusCode": 403, "error": "Forbidden"}, Reason.PERMISSION_DENIED, False),
    (429, {"statusCode": 429, "error": "Limit reached"}, Reason.RATE_LIMITED, True),
    (500, {"statusCode": 500, "error": "…"}, Reason.SERVER_ERROR, True),
]
TELLS_NONE = {
    "null": ["data.companies.*.domainName", "data.companies.*.annualRecurringRevenue"],
}  # fmt: skip
"""A field of several parts is one value, and null where there is none."""
