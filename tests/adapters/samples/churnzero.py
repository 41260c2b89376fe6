"""ChurnZero, as its developer pages have it, and programs of others that read it."""

from __future__ import annotations

import re

from context_sidecar import NoMatch, Reason
from support.played import Played, basic, by_offset
from support.vendor import reply

SECRET = "T0P-s3cret-key"
KEY = "C-11"

ACCOUNTS = [
    {
        "Id": n, "ExternalId": f"C-{n}", "Name": f"Account {n}", "IsActive": True,
        "PrimaryChurnScoreValue": 72, "NextRenewalDate": "2027-01-03T00:00:00Z",
        "TotalContractAmount": 1200, "Cf": {"AccountType": "ENT"},
    }
    for n in range(11, 260)
]  # fmt: skip


def settings(url):
    return {"url": url, "user": "sidecar@acme.example", "api_key": SECRET}


def wanted(row, said):
    name, value = re.fullmatch(r"(\w+) eq '([^']*)'", said[0]).groups()
    return row[name] == value


def page(found):
    return reply({"@odata.context": "…/$metadata#Account", "value": found.rows})


def play(server):
    entry = basic("sidecar@acme.example", SECRET)
    api = Played(server, entry=entry, no_entry=(401, {"error": "…"}))
    pages = by_offset("$skip", "$top", most=100)
    api.many("/public/v1/Account", ACCOUNTS, by={"$filter": wanted}, pages=pages, says=page)
    return api


FOUND = {("account", "C-11"): ACCOUNTS[0]}
NONE = {"account": NoMatch()}
LISTED = len(ACCOUNTS)
FILTERED = [("account", "C-11")]
READ = {"account": "ExternalId"}
REFUSALS = [
    (400, {"error": {"code": "", "message": "…"}}, Reason.BAD_RESPONSE, True),
    (401, "", Reason.CREDENTIAL_EXPIRED, True),
    (403, "", Reason.PERMISSION_DENIED, False),
    (429, "", Reason.RATE_LIMITED, True),
    (500, {"error": {"message": "…"}}, Reason.SERVER_ERROR, True),
]
TELLS_NONE = {"null": ["value.*.Cf"]}
"""It speaks OData, in whose JSON Format a complex value that is not there is null."""
