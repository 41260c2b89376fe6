"""Harvest, as help.getharvest.com/api-v2 describes it: overview, clients, projects, invoices."""

from __future__ import annotations

from urllib.parse import urlencode

from context_sidecar import NoMatch, Reason
from support.played import Played, by_page
from support.vendor import reply

SECRET = "T0P-s3cret-token"
KEY = "11"
ANSWERS = {404}

ME = {"id": 1, "email": "sidecar@acme.example", "access_roles": ["administrator"]}
LESS = ME | {"access_roles": ["manager", "project_creator"]}
CLIENTS = [
    {
        "id": n, "name": f"Client {n}", "is_active": n != 12, "address": None, "currency": "EUR",
        "statement_key": f"k{n}", "created_at": "2026-01-02T03:04:05Z",
        "updated_at": "2026-01-02T03:04:05Z",
    }
    for n in range(11, 2310)
]  # fmt: skip


def settings(url):
    return {
        "url": url, "app": url, "account_id": "123456", "token": SECRET,
        "contact": "it@acme.example",
    }  # fmt: skip


def project(id, client, *, active=True):
    return {
        "id": id, "name": f"Project {id}", "code": f"P{id}", "is_active": active,
        "client": {"id": client, "name": f"Client {client}", "currency": "EUR"},
        "budget_by": "project", "budget": 200.0, "cost_budget": None,
        "starts_on": "2026-06-01", "ends_on": None,
    }  # fmt: skip


def invoice(id, client, state="open"):
    return {
        "id": id, "number": f"10{id}", "subject": None, "state": state, "currency": "EUR",
        "client": {"id": client, "name": f"Client {client}"}, "amount": 9630.0,
        "due_amount": 630.5, "issue_date": "2026-10-01", "due_date": "2026-10-31",
    }  # fmt: skip


def enter(request):
    """A request names the account, and the application with an address."""
    sent = request.headers
    return (
        sent.get("Authorization") == f"Bearer {SECRET}"
        and sent.get("Harvest-Account-Id") == "123456"
        and sent.get("User-Agent") == "Context Sidecar (it@acme.example)"
    )


def listed(name):
    def written(page):
        query = urlencode(page.request.args.to_dict() | {"page": str(page.next)})
        following = f"{page.request.base_url}?{query}" if page.next else None
        return reply(
            {name: page.rows, "total_entries": page.total, "per_page": 2000,
             "links": {"next": following}}
        )  # fmt: skip

    return written


def of_client(row, clients):
    return str(row["client"]["id"]) in clients


def is_active(row, said):
    return row["is_active"] == (said == ["true"])


def play(server):
    refused = {"error": "invalid_token", "error_description": "The access token is invalid"}
    api = Played(server, entry=enter, no_entry=(401, refused))
    api.me = ME
    api.says("/v2/users/me", lambda: api.me)
    api.one("/v2/clients/{id}", CLIENTS, missing=(404, {"status": 404, "error": "Not Found"}))
    projects = [project(1, 11), project(2, 11, active=False), project(3, 13)]
    projects += [project(n, 12) for n in range(100, 2300)]
    invoices = [invoice(1, 11), invoice(2, 11, "paid"), invoice(3, 13)]
    invoices += [invoice(n, 12) for n in range(100, 2300)]
    for name, rows, by in (
        ("clients", CLIENTS, {"is_active": is_active}),
        ("projects", projects, {"client_id": of_client, "is_active": is_active}),
        ("invoices", invoices, {"client_id": of_client, "state": "state"}),
    ):
        pages, says = by_page(most=2000), listed(name)
        api.many(f"/v2/{name}", rows, by=by, pages=pages, says=says)
    return api


FOUND = {
    ("account", "11"): CLIENTS[0],
    ("active_projects", "11"): [
        {
            "id": "1", "title": "Project 1", "code": "P1", "budget_by": "project", "budget": 200.0,
            "cost_budget": None, "starts_on": "2026-06-01", "ends_on": None,
            "url": "URL/projects/1",
        }
    ],
    ("active_projects", "12"): 2200,
    ("active_projects", "14"): [],
    ("open_invoices", "11"): [
        {
            "id": "1", "number": "101", "title": "101", "amount": 9630.0, "due": 630.5,
            "currency": "EUR", "issued": "2026-10-01", "due_at": "2026-10-31",
            "url": "URL/invoices/1",
        }
    ],
    ("open_invoices", "12"): 2200,
    ("open_invoices", "14"): [],
}  # fmt: skip
NONE = dict.fromkeys(("account", "active_projects", "open_invoices"), NoMatch(certain=False))
LINKS = {("account", "11"): "/clients/11"}
LISTED = len(CLIENTS) - 1
FILTERED = [("active_projects", "11"), ("open_invoices", "11")]
ARCHIVED = {"account": {"is_active": False}}
READ = {"account": "id", "active_projects": "id", "open_invoices": "id"}
REFUSALS = [
    (400, "", Reason.BAD_RESPONSE, True),
    (401, {"error": "invalid_token"}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"error": "Forbidden"}, Reason.PERMISSION_DENIED, False),
    (422, {"message": "…"}, Reason.BAD_RESPONSE, True),
    (429, "Too Many Requests", Reason.RATE_LIMITED, True),
    (500, "", Reason.SERVER_ERROR, True),
]
