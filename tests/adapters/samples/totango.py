"""Totango, as support.totango.com and Totango's own app for Zendesk have it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, header

SECRET = "T0P-s3cret-token"
KEY = "C-11"
ANSWERS = {404}

ACCOUNTS = [
    {
        "id": f"C-{n}", "display_name": f"Account {n}", "status": "Onboarding",
        "status_group": "paying", "health": {"curr": "green", "prev": "red"},
        "metrics": {"score": {"curr": 72, "prev": 70}},
        "attributes": {"Tier": {"val": "ENT", "display_name": "Tier", "type": "text"}},
    }
    for n in range(11, 14)
]  # fmt: skip

ATTRIBUTES = [
    {"key_name": "Tier", "display_name": "Account tier", "type": "text"},
    {"key_name": "Contract Value", "display_name": "Contract Value", "type": "numeric"},
    {"key_name": "vip", "display_name": "vip", "type": "Tag"},
]
TEXTS = ["id", "display_name", "status", "status_group", "health.curr", "health.prev"]
DESCRIBED = {
    "account": {
        **{name: ("text", "", {}) for name in TEXTS},
        "attributes.Tier.val": ("text", "Account tier", {}),
        "attributes.Contract Value.val": ("number", "Contract Value", {}),
    },
}


def settings(url):
    return {"url": url, "app": url, "token": SECRET}


def play(server):
    refused = {"error": {"type": "authentication_failed", "message": "…"}}
    api = Played(server, entry=header("app-token", SECRET), no_entry=(401, refused))
    api.says("/api/v1/attributes.json", {"list": ATTRIBUTES})
    missing = (404, {"error": {"type": "not_found", "message": "…"}})
    api.one("/api/v2/accounts/{id}/", ACCOUNTS, missing=missing, says=lambda row: {"account": row})
    return api


FOUND = {("account", "C-11"): ACCOUNTS[0]}
NONE = {"account": NoMatch(certain=False)}
LINKS = {("account", "C-11"): "/#!/customerDetails?customer=C-11"}
FAILED = {"error": {"type": "authentication_failed", "message": "…"}}
REFUSALS = [
    (200, FAILED, Reason.CREDENTIAL_EXPIRED, True),
    (200, {"errors": ["…"]}, Reason.BAD_RESPONSE, True),
    (401, FAILED, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"error": {"type": "forbidden"}}, Reason.PERMISSION_DENIED, False),
    (429, {"error": {"type": "rate_limit"}}, Reason.RATE_LIMITED, True),
    (500, {"error": {"type": "…"}}, Reason.SERVER_ERROR, True),
]
TELLS_NONE = {
    "gone": ["account.attributes.Tier"], "null": ["account.attributes.Tier"],
    "an empty object": ["account.attributes"],
}  # fmt: skip
"""An attribute that the account does not have is left out (article 204174135)."""
