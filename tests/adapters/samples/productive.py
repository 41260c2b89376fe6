"""Productive, as developer.productive.io has it: companies, projects, deals, its guides."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, by_page
from support.vendor import reply

SECRET = "T0P-s3cret-token"
KEY = "11"
ANSWERS = {404}
WAIT = "x-ratelimit-reset"


def settings(url):
    return {"url": url, "app": url, "organization": "12345", "token": SECRET}


def company(number):
    attributes = {
        "name": f"Client {number}", "company_code": f"C-{number}", "archived_at": None,
        "default_currency": "EUR", "custom_fields": {"307": "6001", "308": "2026-01-02"},
    }  # fmt: skip
    return {"id": str(number), "type": "companies", "attributes": attributes, "relationships": {}}


def owned(type, number, company, attributes, **filtered):
    """What belongs to a company; *filtered* are what it is filtered by, and not shown."""
    linked = {"company": {"data": {"type": "companies", "id": company}}}
    return {
        "id": str(number), "type": type, "attributes": attributes, "relationships": linked,
        **filtered,
    }  # fmt: skip


OVER = "2026-10-01T08:00:00.000+00:00"


def project(number, company, status="1"):
    attributes = {
        "name": "Website", "project_number": "12", "archived_at": None if status == "1" else OVER,
        "last_activity_at": "2026-11-15T10:30:00.000+00:00",
    }  # fmt: skip
    return owned("projects", number, company, attributes, status=status)


def budget(number, company, kind="2", status="1"):
    attributes = {
        "budget": kind == "2", "closed_at": None if status == "1" else OVER,
        "name": "Retainer", "date": "2026-01-15", "end_date": "2026-12-31", "currency": "EUR",
        "budget_total": 1200000, "budget_used": 600050, "profit": 200000, "profit_margin": "33.3",
    }  # fmt: skip
    return owned("deals", number, company, attributes, kind=kind, open=status)


COMPANIES = [company(number) for number in range(11, 500)]
PROJECTS = [project(1, "11"), project(2, "11", "2"), project(3, "13")]
PROJECTS += [project(number, "12") for number in range(100, 400)]
BUDGETS = [budget(1, "11"), budget(2, "11", "1"), budget(3, "11", "2", "2"), budget(4, "13")]
BUDGETS += [budget(number, "12") for number in range(100, 400)]


def described(number, name, kind, options=(), archived_at=None):
    """A custom field of companies, as it is shown with its options included."""
    linked = [{"type": "custom_field_options", "id": one} for one in options]
    return {
        "id": number, "type": "custom_fields", "relationships": {"options": {"data": linked}},
        "attributes": {
            "name": name, "data_type_id": kind, "archived_at": archived_at,
            "customizable_type": "companies",
        },
    }  # fmt: skip


OPTIONS = {"6001": "Enterprise", "6002": "Standard"}
FIELDS = [
    described("307", "Tier", 3, OPTIONS), described("308", "Customer since", 4),
    described("309", "Old", 1, archived_at="2026-01-02T00:00:00.000+00:00"),
]  # fmt: skip
TEXTS = ["id", "name", "billing_name", "company_code", "default_currency", "domain"]
DESCRIBED = {
    "account": {
        **{name: ("text", "", {}) for name in TEXTS},
        **{
            name: ("datetime", "", {}) for name in ("created_at", "last_activity_at", "archived_at")
        },
        "tag_list": ("list", "", {}),
        "custom_fields.307": ("choice", "Tier", OPTIONS),
        "custom_fields.308": ("date", "Customer since", {}),
        "custom_fields.309": ("text", "Old", {}),
    },
}


def enter(request):
    sent = request.headers
    return sent.get("X-Auth-Token") == SECRET and sent.get("X-Organization-Id") == "12345"


def said(status, title):
    return {"errors": [{"status": status, "title": title, "detail": title}]}


def listed(page):
    hidden = {"status", "kind", "open"}
    rows = [{name: row[name] for name in row.keys() - hidden} for row in page.rows]
    return reply({"data": rows, "meta": {"total_count": page.total, "page_size": 200}})


def fields(page):
    included = [
        {"id": one, "type": "custom_field_options", "attributes": {"name": name, "position": 1}}
        for one, name in OPTIONS.items()
    ]
    total = {"total_count": page.total, "page_size": 200}
    return reply({"data": page.rows, "included": included, "meta": total})


def of_company(row, companies):
    return row["relationships"]["company"]["data"]["id"] in companies


def play(server):
    api = Played(server, entry=enter, no_entry=(401, said(401, "Unauthenticated")))
    api.says("/api/v2/organization_memberships", {"data": [{"id": "1", "type": "x"}]})
    missing = (404, said(404, "Record Not Found"))
    api.one("/api/v2/companies/{id}", COMPANIES, missing=missing, says=lambda row: {"data": row})
    pages = by_page("page[number]", "page[size]", 200)
    api.deals = list(BUDGETS)
    for name, rows, by in (
        ("companies", COMPANIES, {}),
        ("projects", PROJECTS, {"filter[company_id]": of_company, "filter[status]": "status"}),
        (
            "deals",
            api.deals,
            {
                "filter[company_id]": of_company,
                "filter[type]": "kind",
                "filter[budget_status]": "open",
            },
        ),
    ):
        api.many(f"/api/v2/{name}", rows, by=by, pages=pages, says=listed)
    ours = {"filter[customizable_type]": lambda _, kind: kind == ["companies"]}
    api.many("/api/v2/custom_fields", FIELDS, by=ours, pages=pages, says=fields)
    return api


def shown(number):
    return {
        "id": str(number), "title": "Website", "number": "12",
        "updated_at": "2026-11-15T10:30:00.000+00:00", "url": f"URL/projects/{number}",
    }  # fmt: skip


FOUND = {
    ("account", "11"): COMPANIES[0]["attributes"] | {"id": "11"},
    ("active_projects", "11"): [shown(1)],
    ("active_projects", "14"): [],
    ("active_projects", "12"): 300,
    ("open_budgets", "11"): [
        {
            "id": "1", "title": "Retainer", "starts_on": "2026-01-15", "ends_on": "2026-12-31",
            "currency": "EUR", "budget_cents": 1200000, "used_cents": 600050,
            "profit_cents": 200000, "margin": "33.3",
        }
    ],
    ("open_budgets", "14"): [],
    ("open_budgets", "12"): 300,
}  # fmt: skip
NONE = dict.fromkeys(("account", "active_projects", "open_budgets"), NoMatch(certain=False))
LINKS = {("account", "11"): "/companies/11"}
LISTED = len(COMPANIES)
FILTERED = [("active_projects", "11"), ("open_budgets", "11")]
ARCHIVED = {"account": {"archived_at": OVER}}
READ = {"account": "id", "active_projects": "relationships", "open_budgets": "relationships"}
REFUSALS = [
    (400, said(400, "Unsupported Filter"), Reason.SCHEMA_CHANGED, True),
    (401, said(401, "Unauthenticated"), Reason.CREDENTIAL_EXPIRED, True),
    (403, said(403, "Access Denied"), Reason.PERMISSION_DENIED, False),
    (422, said(422, "Filter 'x' is not supported"), Reason.SCHEMA_CHANGED, True),
    (429, said(429, "Too many requests"), Reason.RATE_LIMITED, True),
    (500, said(500, "Server Error"), Reason.SERVER_ERROR, True),
]
