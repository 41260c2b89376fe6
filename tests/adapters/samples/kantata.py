"""Kantata OX, as developer.kantata.com and its description of the API have it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, by_page, header
from support.vendor import reply

SECRET = "T0P-s3cret-token"
KEY = "11"

ME, LESS = "sees everything", "sees no project"
GROUPS = [
    {
        "id": str(n), "name": f"Company {n}", "company": True, "contact_name": None,
        "email": None, "website": None, "created_at": "2026-01-02T03:04:05-08:00",
    }
    for n in range(11, 240)
]  # fmt: skip
NO_COMPANY = GROUPS[0] | {"id": "300", "name": "Projects in Berlin", "company": False}


def settings(url):
    return {"url": url, "app": url, "token": SECRET, "canary": "11"}


def project(
    id, groups, due="9999-01-30", *, status="On Track", color="green", budget=True, archived=False
):
    return {
        "id": str(id), "title": f"Project {id}", "archived": archived, "currency": "USD",
        "status": {"key": 300, "message": status, "color": color},
        "start_date": "2026-01-01", "due_date": due, "percentage_complete": 40,
        "has_budget_access": budget, "price_in_cents": 1_200_000 if budget else None,
        "budget_used_in_cents": 400_000 if budget else 0, "target_margin": 20 if budget else None,
        "percent_of_budget_used": 33 if budget else 0, "provider_lead_name": "Mary Kent",
        "primary_workspace_group_id": groups and str(groups[0]),
        "workspace_group_ids": [str(one) for one in groups or ()],
    }  # fmt: skip


def in_groups(row, said):
    return bool(set(said) & set(row["workspace_group_ids"]))


def play(server):
    refused = {"errors": [{"type": "oauth", "message": "Invalid OAuth 2 Request"}]}
    entry = header("Authorization", f"Bearer {SECRET}")
    api = Played(server, entry=entry, no_entry=(401, refused))
    api.me = ME

    def listed(name):
        def written(page):
            rows, total = (page.rows, page.total)
            if name == "workspaces" and api.me == LESS:
                rows, total = [], 0
            results = [{"key": name, "id": row.get("id")} for row in rows]
            by_id = {str(n): row for n, row in enumerate(rows)}
            meta = {"count": total, "page_size": len(rows)}
            return reply({"count": total, "results": results, name: by_id, "meta": meta})

        return written

    projects = [
        project(1, [11]),
        project(2, [11, 14], "2026-01-30", status="At Risk", color="yellow", budget=False),
        project(3, [11], None), project(4, [11], "2026-01-30", status="Closed"),
        project(5, [11], archived=True), project(6, [13]), project(7, None),
        *(project(n, [12], "2026-01-30") for n in range(100, 350)),
    ]  # fmt: skip
    pages = by_page(most=100)
    for name, rows, by in (
        ("workspaces", projects, {"workspace_groups": in_groups}),
        (
            "workspace_groups",
            [*GROUPS, NO_COMPANY],
            {"only": "id", "companies_only": lambda row, _: row["company"]},
        ),
    ):
        api.many(f"/api/v1/{name}.json", rows, by=by, pages=pages, says=listed(name))
    return api


def told(id, due, *, status="On Track", color="green", budget=True):
    return {
        "id": str(id), "title": f"Project {id}", "status": status, "color": color,
        "lead": "Mary Kent", "percent_complete": 40, "starts_on": "2026-01-01", "due": due,
        "currency": "USD", **(BUDGET if budget else {}), "url": f"URL/workspaces/{id}",
    }  # fmt: skip


BUDGET = {
    "budget_in_cents": 1_200_000, "budget_used_in_cents": 400_000, "budget_used_percent": 33,
    "target_margin": 20,
}  # fmt: skip
LATE = told(2, "2026-01-30", status="At Risk", color="yellow", budget=False)
FOUND = {
    ("account", "11"): GROUPS[0],
    ("account", "12"): GROUPS[1],
    ("active_projects", "11"): [told(1, "9999-01-30"), LATE, told(3, None)],
    ("active_projects", "14"): [],
    ("active_projects", "12"): 250,
    ("late_projects", "11"): [LATE],
    ("late_projects", "12"): 250,
}
FOUND |= {("late_projects", "13"): []}
NONE = dict.fromkeys(("account", "active_projects", "late_projects"), NoMatch())
LISTED = len(GROUPS)
FILTERED = [
    ("account", "11"), ("active_projects", "11"), ("active_projects", "14"),
    ("late_projects", "13"),
]  # fmt: skip
READ = {"account": "id", "active_projects": "status", "late_projects": "due_date"}
REFUSALS = [
    (400, {"errors": [{"type": "system", "message": "…"}]}, Reason.BAD_RESPONSE, True),
    (401, {"errors": [{"type": "oauth", "message": "…"}]}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"errors": [{"type": "system", "message": "…"}]}, Reason.PERMISSION_DENIED, True),
    (404, {"errors": [{"type": "system", "message": "…"}]}, Reason.ENDPOINT_GONE, False),
    (422, {"errors": [{"type": "validation", "message": "…"}]}, Reason.BAD_RESPONSE, True),
    (429, "Too Many Requests", Reason.RATE_LIMITED, True),
    (503, {"errors": [{"type": "system", "message": "…"}]}, Reason.SERVER_ERROR, True),
    (504, "", Reason.SERVER_ERROR, True),
]
