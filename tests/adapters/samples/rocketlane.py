"""Rocketlane, as developer.rocketlane.com and its own description of the API have it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, by_offset, header
from support.vendor import reply

SECRET = "T0P-s3cret-key"
KEY = "11"

ME, LESS = "sees everything", "sees nothing"


def settings(url):
    return {"url": url, "app": url, "api_key": SECRET}


def project(
    id, customer, due="9999-01-30", *, status=2, health="ON_TRACK", people=True, archived=False
):
    labels = {2: "In progress", 3: "Completed"}
    told = {
        "projectId": id, "projectName": f"Project {id}", "startDate": "2026-01-01", "dueDate": due,
        "createdAt": 1767222000000, "archived": archived, "currency": "USD",
        "status": {"value": status, "label": labels[status]}, "inferredProgress": health,
        "owner": {"emailId": "mary@acme.example", "userId": 7, "firstName": "Mary"},
        "customer": {"companyId": customer, "companyName": f"Company {customer}"},
        "progressPercentage": 40, "budgetedHours": 120.0, "trackedHours": 80,
        "teamMembers": {
            "members": [
                {"userId": 7, "firstName": "Mary", "lastName": "Kent"},
                {"userId": 8, "firstName": "Jo", "lastName": None},
            ]
            if people
            else []
        },
        "financials": {
            "contractType": "FIXED_FEE",
            "metrics": {"actualProfitMargin": 21.5, "estimatedProfitMargin": 25.0},
        },
    }  # fmt: skip
    return having(told)


def having(row):
    """What of *row* has a value: the rest is left out."""
    return {name: one for name, one in row.items() if one is not None}


def of_customer(row, said):
    return str(row["customer"]["companyId"]) in said


def due_after(row, said):
    return row.get("dueDate", "") > said[0]


def play(server):
    refused = {"errors": [{"errorCode": "NOT_AUTHORIZED", "errorMessage": "Not Authorized"}]}
    api = Played(server, entry=header("api-key", SECRET), no_entry=(401, refused))
    api.me = ME

    def listed(page):
        rows, total = (page.rows, page.total) if api.me == ME else ([], 0)
        told = {"pageSize": 100, "hasMore": page.next is not None, "totalRecordCount": total}
        more = {"nextPageToken": str(page.next)} if page.next else {}
        return reply({"data": rows, "pagination": told | more})

    projects = [
        project(1, 11), project(2, 11, "2026-01-30", health="RUNNING_LATE"), project(3, 11, None),
        project(4, 11, "2026-01-30", status=3), project(5, 13, people=False),
        project(6, 14, status=3), project(7, 11, "2026-01-30", archived=True),
        *(project(n, 12, "2026-01-30") for n in range(100, 350)),
    ]  # fmt: skip
    api.projects = projects
    by = {
        "customerId.oneOf": of_customer, "dueDate.gt": due_after,
        "includeArchive.eq": lambda row, said: said == ["true"] or not row["archived"],
    }  # fmt: skip
    pages = by_offset("pageToken", "pageSize")
    api.many("/api/1.0/projects", projects, by=by, pages=pages, says=listed)
    return api


def told(id, due, health="ON_TRACK"):
    return having({
        "id": str(id), "title": f"Project {id}", "status": "In progress", "health": health,
        "owner": "mary@acme.example", "percent_complete": 40, "starts_on": "2026-01-01",
        "due": due, "budgeted_hours": 120.0, "tracked_hours": 80,
        "contract_type": "FIXED_FEE", "margin": 21.5,
        "estimated_margin": 25.0, "currency": "USD", "url": f"URL/projects/{id}",
    })  # fmt: skip


LATE = told(2, "2026-01-30", "RUNNING_LATE")
FOUND = {
    ("active_projects", "11"): [told(1, "9999-01-30"), LATE, told(3, None)],
    ("active_projects", "12"): 250,
    ("late_projects", "11"): [LATE],
    ("late_projects", "12"): 250,
    ("staffed", "11"): [
        having({
            "id": str(n), "title": "Mary Kent, Jo", "status": f"Project {n}", "due": due,
            "url": f"URL/projects/{n}",
        })
        for n, due in ((1, "9999-01-30"), (2, "2026-01-30"), (3, None))
    ],
    ("staffed", "13"): [
        {
            "id": "5", "title": "nobody", "status": "Project 5", "due": "9999-01-30",
            "url": "URL/projects/5",
        }
    ],
    ("staffed", "12"): 250,
}  # fmt: skip
LISTS = ("active_projects", "late_projects", "staffed")
FOUND |= {(lookup, "14"): [] for lookup in LISTS} | {("late_projects", "13"): []}
NONE = dict.fromkeys(LISTS, NoMatch(certain=False))
FILTERED = [(lookup, "11") for lookup in NONE]
READ = {"active_projects": "status", "late_projects": "dueDate", "staffed": "customer"}
REFUSALS = [
    (400, {"errors": [{"errorCode": "BAD_REQUEST"}]}, Reason.BAD_RESPONSE, True),
    (401, {"errors": [{"errorCode": "NOT_AUTHORIZED"}]}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"errors": [{"errorCode": "FORBIDDEN"}]}, Reason.PERMISSION_DENIED, False),
    (404, {"errors": [{"errorCode": "NOT_FOUND"}]}, Reason.ENDPOINT_GONE, False),
    (429, "Rate limit exceeded", Reason.RATE_LIMITED, True),
    (500, {"errors": [{"errorCode": "INTERNAL"}]}, Reason.SERVER_ERROR, True),
]
