"""Vitally, as docs.vitally.io describes its REST API."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, basic, by_offset
from support.vendor import reply

SECRET = "sk_live_T0P-s3cret"
KEY = "C-11"
ANSWERS = {404}

ACCOUNTS = [
    {
        "id": f"v-{n}", "externalId": f"C-{n}", "name": f"Account {n}", "healthScore": 7.5,
        "mrr": 1200, "nextRenewalDate": "2027-01-03T00:00:00.000Z", "churnedAt": None,
        "traits": {"tier": "ENT", "vitally.custom.since": "2026-01-02"},
        "status": "active" if n % 2 else "churned",
    }
    for n in range(11, 240)
]  # fmt: skip

TRAITS = [
    {
        "id": "t-1", "label": "Tier", "path": "tier", "type": "string",
        "options": [{"label": "Enterprise", "value": "ENT"}, {"label": "Standard", "value": "STD"}],
        "createdAt": "2020-12-11T20:16:27.370Z",
    },
    {
        "id": "t-2", "label": "Customer since", "path": "vitally.custom.since", "type": "datetime",
        "createdAt": "2020-12-11T20:16:27.370Z",
    },
]  # fmt: skip
BESIDES = {
    "text": "id externalId name organizationId accountOwnerId csmId accountExecutiveId",
    "number": "healthScore mrr usersCount npsScore npsPromoterCount npsPassiveCount "
    "npsDetractorCount",
    "datetime": "createdAt updatedAt nextRenewalDate churnedAt trialEndDate firstSeenTimestamp "
    "lastSeenTimestamp lastInboundMessageTimestamp lastOutboundMessageTimestamp",
    "list": "keyRoles segments",
}
DESCRIBED = {
    "account": {
        **{name: (kind, "", {}) for kind, names in BESIDES.items() for name in names.split()},
        "traits.tier": ("choice", "Tier", {"ENT": "Enterprise", "STD": "Standard"}),
        "traits.vitally.custom.since": ("datetime", "Customer since", {}),
    },
}


def settings(url):
    return {"url": url, "token": SECRET}


def wanted(row, status):
    return status == ["activeOrChurned"] or row["status"] in status


def page(found):
    return reply({"results": found.rows, "next": found.next})


def play(server):
    refused = {"statusCode": 401, "message": "Unauthorized"}
    api = Played(server, entry=basic(SECRET, ""), no_entry=(401, refused))
    missing = (404, {"statusCode": 404, "message": "Not Found"})
    api.one("/resources/accounts/{id}", ACCOUNTS, by="externalId", missing=missing)
    pages = by_offset("from", most=100)
    api.many("/resources/accounts", ACCOUNTS, by={"status": wanted}, pages=pages, says=page)
    ours = {"model": lambda _, model: model == ["accounts"]}
    api.many("/resources/customFields", TRAITS, by=ours)
    return api


FOUND = {("account", "C-11"): ACCOUNTS[0]}
NONE = {"account": NoMatch(certain=False)}
LISTED = len(ACCOUNTS)
NOTHING = {"status"}
"""It asks for more than there is without it."""
READ = {"account": "externalId"}
REFUSALS = [
    (200, {"statusCode": 403, "message": "Forbidden"}, Reason.PERMISSION_DENIED, False),
    (200, {"statusCode": 429, "message": "Too Many Requests"}, Reason.RATE_LIMITED, True),
    (400, {"statusCode": 400, "message": "Bad Request"}, Reason.BAD_RESPONSE, True),
    (401, {"statusCode": 401, "message": "Unauthorized"}, Reason.CREDENTIAL_EXPIRED, True),
    (429, {"statusCode": 429, "message": "Too Many Requests"}, Reason.RATE_LIMITED, True),
    (500, {"statusCode": 500, "message": "…"}, Reason.SERVER_ERROR, True),
]
WAIT = "ratelimit-reset"
