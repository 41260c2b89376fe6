"""Freshdesk, as developers.freshdesk.com/api and articles 225439 and 225440 describe it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, basic, by_page, linked

SECRET = "T0P-s3cret-key"
KEY = "11"
ANSWERS = {404, 410}

ME = {"id": 432, "ticket_scope": 1, "contact": {"email": "sidecar@acme.example", "name": "Sidecar"}}
GONE = ("deleted", "spam")
LESS = ME | {"ticket_scope": 2}
COMPANIES = [
    {
        "id": 11, "name": "Acme", "domains": ["acme.example"], "health_score": "Happy",
        "account_tier": "Premium", "renewal_date": "2027-01-03T00:00:00Z",
        "custom_fields": {"tier": "ENT"},
    },
    *(
        {"id": n, "name": f"Company {n}", "domains": [], "custom_fields": {"tier": "STD"}}
        for n in range(12, 130)
    ),
]  # fmt: skip


def described(id, name, label, kind, choices=None):
    told = {"id": id, "name": name, "label": label, "type": kind, "default": "custom" not in kind}
    values = [
        {"id": n, "value": one, "label": one, "position": n} for n, one in enumerate(choices or ())
    ]
    return told | ({"choices": values} if choices else {})


FIELDS = [
    described(1, "name", "Company Name", "default_name"),
    described(5, "account_tier", "Account tier", "default_account_tier", ["Basic", "Premium"]),
    described(6, "renewal_date", "Renewal date", "default_renewal_date"),
    described(9, "tier", "Tier", "custom_dropdown", ["ENT", "STD"]),
    described(10, "since", "Customer since", "custom_date"),
]
DESCRIBED = {
    "account": {
        "id": ("number", "", {}),
        "created_at": ("datetime", "", {}),
        "updated_at": ("datetime", "", {}),
        "name": ("text", "Company Name", {}),
        "account_tier": ("choice", "Account tier", {"Basic": "Basic", "Premium": "Premium"}),
        "renewal_date": ("date", "Renewal date", {}),
        "custom_fields.tier": ("choice", "Tier", {"ENT": "ENT", "STD": "STD"}),
        "custom_fields.since": ("date", "Customer since", {}),
    },
}
CONTACT = {"id": 9, "name": "Ana", "email": "ana@acme.example", "company_id": 11}


def settings(url):
    return {"url": url, "api_key": SECRET}


def ticket(id, company, status=2, at=""):
    return {
        "id": id, "company_id": company, "subject": f"Ticket {id}", "status": status, "priority": 3,
        "created_at": "2026-11-20T08:00:00Z", "updated_at": at or "2026-11-21T08:00:00Z",
        "spam": False, "requester": {"id": 9, "name": "Ana", "email": "ana@acme.example"},
        "company": {"id": company, "name": "Acme"},
    }  # fmt: skip


def lately(row, since):
    """Without `updated_since` Freshdesk shows the tickets of 30 days only, and does not say so."""
    return row["updated_at"] >= since[0]


def is_gone(row, said):
    return bool(row.get(said[0]))


def in_order(most=100):
    """Pages in the order that is asked; without a filter, of what is neither deleted nor spam."""
    cut = by_page(most=most)

    def pages(rows, request):
        there = "filter" not in request.args
        meant = [row for row in rows if not (there and any(row.get(one) for one in GONE))]
        newest_first = request.args.get("order_type", "desc") == "desc"
        return cut(sorted(meant, key=lambda row: row["updated_at"], reverse=newest_first), request)

    return pages


def play(server, most=100):
    refused = {"code": "invalid_credentials", "message": "You have to be logged in."}
    api = Played(server, entry=basic(SECRET, "X"), no_entry=(401, refused))
    tickets = [ticket(1, 11), ticket(2, 11, 3), ticket(3, 11, 5), ticket(4, 13, 4)]
    tickets += [
        ticket(n, 12, 2 + n % 4, f"2026-11-20T08:{n // 60:02}:{n % 60:02}Z")
        for n in range(100, 350)
    ]
    api.tickets = tickets
    by_link = {"pages": by_page(), "says": linked}
    api.me = ME
    api.says("/api/v2/agents/me", lambda: api.me)
    api.one("/api/v2/companies/{id}", COMPANIES, missing=(404, ""))
    api.one("/api/v2/tickets/{id}", tickets, missing=(404, ""))
    api.one("/api/v2/contacts/{id}", [CONTACT | {"unique_external_id": None}], missing=(404, ""))
    api.many("/api/v2/companies", COMPANIES, **by_link)
    api.many("/api/v2/company_fields", FIELDS)
    api.many(
        "/api/v2/tickets",
        tickets,
        by={"company_id": "company_id", "updated_since": lately, "filter": is_gone},
        pages=in_order(most),
        says=linked,
    )
    return api


FOUND = {
    ("account", "11"): COMPANIES[0],
    ("open_tickets", "11"): [
        {
            "id": str(n), "title": f"Ticket {n}", "status": status, "priority": "high",
            "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-21T08:00:00Z",
            "url": f"URL/a/tickets/{n}",
        }
        for n, status in ((1, "Open"), (2, "Pending"))
    ],
    ("open_tickets", "12"): 126,
    ("open_tickets", "13"): [],
}  # fmt: skip
NONE = dict.fromkeys(("account", "open_tickets"), NoMatch(certain=False))
LINKS = {("account", "11"): "/a/companies/11"}
LISTED = len(COMPANIES)
RECORDS = {
    ("ticket", "1"): {
        "requester_email": "ana@acme.example", "requester_name": "Ana", "company_id": "11",
        "company_name": "Acme",
    },
    ("contact", "9"): {
        "requester_email": "ana@acme.example", "requester_name": "Ana", "company_id": "11",
    },
    ("company", "11"): {
        "company_id": "11", "company_name": "Acme", "company_domain": "acme.example",
    },
    ("company", "12"): {"company_id": "12", "company_name": "Company 12"},
    ("ticket", "999"): None,
}  # fmt: skip
FILTERED = [("open_tickets", "11")]
NOTHING = {"filter"}
"""Nothing is gone; see test_freshdesk_index."""
READ = {"account": "id", "open_tickets": "status"}
REFUSALS = [
    (401, {"code": "invalid_credentials", "message": "…"}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"code": "access_denied", "message": "…"}, Reason.PERMISSION_DENIED, False),
    (403, {"code": "require_feature", "message": "…"}, Reason.PERMISSION_DENIED, True),
    (400, {"description": "Validation failed", "errors": []}, Reason.BAD_RESPONSE, True),
    (429, {"message": "You have exceeded the limit"}, Reason.RATE_LIMITED, True),
    (500, {"message": "…"}, Reason.SERVER_ERROR, True),
    (503, "<h1>Down for maintenance</h1>", Reason.SERVER_ERROR, True),
]
