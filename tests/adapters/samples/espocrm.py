"""EspoCRM, as docs.espocrm.com and its source (AppService.php) have it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, by_offset, header
from support.vendor import reply

SECRET = "T0P-s3cret-key"
KEY = "a11"

TABLE = {name: {"read": "all", "edit": "no"} for name in ("Account", "Case", "Opportunity")}
ME = {"user": {"userName": "sidecar", "type": "api"}, "acl": {"table": TABLE}}


def less(kind):
    """A user who may read but its team's records of that *kind*."""
    return ME | {"acl": {"table": TABLE | {kind: {"read": "team", "edit": "no"}}}}


LESS = less("Account")
LESS_OF = {"open_cases": less("Case"), "open_opportunities": less("Opportunity")}
ACCOUNTS = [
    {"id": f"a{n}", "name": f"Account {n}", "type": "Customer", "cTier": "ENT"}
    for n in range(11, 460)
]

FIELDS_AT = "entityDefs.Account.fields"
FIELDS = {
    "name": {"type": "varchar", "required": True},
    "cTier": {"type": "enum", "options": ["ENT", "STD"], "isCustom": True},
    "assignedUser": {"type": "link"},
    "billingAddress": {"type": "address"},
    "sicCode": {"type": "varchar", "disabled": True},
    "originalLead": {"type": "linkOne", "utility": True},
}
DESCRIBED = {
    "account": {
        "name": ("text", "", {}),
        "cTier": ("choice", "", {"ENT": "ENT", "STD": "STD"}),
        "assignedUserName": ("text", "", {}),
        "billingAddress": (None, "", {}),
    },
}


def one(found):
    return reply(found.rows[0])


def settings(url):
    return {"url": url, "api_key": SECRET}


def case(number, account, status="New"):
    return {
        "id": f"c{number}", "number": number, "name": f"Case {number}", "accountId": account,
        "status": status, "priority": "High", "createdAt": "2026-11-20 08:00:00",
        "modifiedAt": "2026-11-21 08:00:00",
    }  # fmt: skip


def opportunity(number, account, stage="Proposal"):
    return {
        "id": f"o{number}", "name": f"Opportunity {number}", "accountId": account, "stage": stage,
        "amount": 1200, "amountCurrency": "EUR", "closeDate": "2027-01-03",
    }  # fmt: skip


def page(found):
    return reply({"total": -2, "list": found.rows})


def outside(name):
    return lambda row, said: row[name] not in said


def play(server):
    api = Played(server, entry=header("X-Api-Key", SECRET), no_entry=(401, ""))
    cases = [case(1, "a11"), case(2, "a11", "Closed"), case(3, "a11", "Pending")]
    cases += [case(n, "a12") for n in range(100, 550)]
    deals = [opportunity(1, "a11"), opportunity(2, "a11", "Closed Won"), opportunity(3, "a12")]
    paged = {"pages": by_offset("offset", "maxSize", most=200), "says": page}
    first, second = "where[0][value][]", "where[1][value][]"
    api.me = ME
    api.says("/api/v1/App/user", lambda: api.me)
    api.many(
        "/api/v1/Metadata", [FIELDS], by={"key": lambda _, said: said == [FIELDS_AT]}, says=one
    )
    api.many("/api/v1/Account", ACCOUNTS, by={first: "id"}, **paged)
    api.many("/api/v1/Case", cases, by={first: "accountId", second: outside("status")}, **paged)
    api.many(
        "/api/v1/Opportunity", deals, by={first: "accountId", second: outside("stage")}, **paged
    )
    return api


FOUND = {
    ("account", "a11"): ACCOUNTS[0],
    ("account", "a12"): ACCOUNTS[1],
    ("open_cases", "a11"): [
        {
            "id": f"c{n}", "number": n, "title": f"Case {n}", "status": status, "priority": "High",
            "created_at": "2026-11-20 08:00:00", "updated_at": "2026-11-21 08:00:00",
            "url": f"URL/#Case/view/c{n}",
        }
        for n, status in ((1, "New"), (3, "Pending"))
    ],
    ("open_cases", "a12"): 450,
    ("open_opportunities", "a11"): [
        {
            "id": "o1", "title": "Opportunity 1", "status": "Proposal", "amount": 1200,
            "currency": "EUR", "due": "2027-01-03", "url": "URL/#Opportunity/view/o1",
        }
    ],
}  # fmt: skip
FOUND |= {(lookup, "a13"): [] for lookup in ("open_cases", "open_opportunities")}
NONE = dict.fromkeys(("account", "open_cases", "open_opportunities"), NoMatch())
LINKS = {("account", "a11"): "/#Account/view/a11"}
LISTED = len(ACCOUNTS)
FILTERED = [("account", "a11"), ("open_cases", "a11")]
NO_FILTERS = {f"where[{n}][{part}]" for n in (0, 1) for part in ("type", "attribute")}
"""A condition is known by its value here."""
READ = {"account": "id", "open_cases": "status", "open_opportunities": "stage"}
REFUSALS = [
    (400, "", Reason.BAD_RESPONSE, True),
    (401, "", Reason.CREDENTIAL_EXPIRED, True),
    (403, "", Reason.PERMISSION_DENIED, False),
    (404, "", Reason.ENDPOINT_GONE, False),
    (500, "", Reason.SERVER_ERROR, True),
]
