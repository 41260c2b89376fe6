"""Autotask PSA, as its developer help describes the REST API (queries, limits, entities)."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from context_sidecar import NoMatch, Reason
from support.played import Conditions, Played, by_page
from support.vendor import reply

SECRET = "T0P-s3cret-secret"
KEY = "11"
ANSWERS = {404, 410}

ME = {"item": {"id": 0, "companyName": "Acme Services", "isActive": True}}
LESS = {"item": None}
COMPANIES = [
    {
        "id": n, "companyName": f"Company {n}", "companyNumber": f"C-{n}", "companyType": 1,
        "classification": 3, "isActive": n != 13, "webAddress": "acme.example" if n == 11 else None,
        "userDefinedFields": [{"name": "Tier", "value": "ENT"}],
    }
    for n in range(11, 140)
]  # fmt: skip


def described(name, kind, values=None):
    return {"name": name, "dataType": kind, "isPickList": bool(values), "picklistValues": values}


TYPES = [{"value": "1", "label": "Customer"}, {"value": "3", "label": "Prospect"}]
CLASSES = [{"value": "3", "label": "Platinum"}]
FIELDS = [
    described("id", "integer"), described("companyName", "string"),
    described("companyType", "integer", TYPES), described("classification", "integer", CLASSES),
    described("createDate", "datetime"),
]  # fmt: skip
OWN_FIELDS = [
    described("Tier", "string", [{"value": "ENT", "label": "Enterprise"}])
    | {"label": "Account tier"},
]
DESCRIBED = {
    "account": {
        "id": ("number", "", {}),
        "companyName": ("text", "", {}),
        "companyType": ("choice", "", {"1": "Customer", "3": "Prospect"}),
        "classification": ("choice", "", {"3": "Platinum"}),
        "createDate": ("datetime", "", {}),
        "userDefinedFields.Tier": ("choice", "Account tier", {"ENT": "Enterprise"}),
    },
}


def rights(name, **access):
    kinds = ("Create", "Delete", "Query", "Update")
    allowed = {f"can{kind}": kind != "Delete" for kind in kinds}
    usual = {f"userAccessFor{kind}": "All" if kind == "Query" else "None" for kind in kinds}
    return {"name": name, **allowed, **usual, **access}


RIGHTS = {
    "Companies": rights("Company"), "Tickets": rights("Ticket"), "Projects": rights("Project"),
    "Contracts": rights("Contract"),
}  # fmt: skip


def settings(url):
    return {
        "url": url, "app": url, "user": "sidecar@acme.example", "secret": SECRET,
        "integration_code": "CODE1",
    }  # fmt: skip


def ticket(id, company, *, done=None):
    return {
        "id": id, "companyID": company, "contactID": 9, "ticketNumber": f"T20261120.{id:04}",
        "title": f"Ticket {id}", "status": 5 if done else 1 + id % 2 * 7, "priority": 2,
        "createDate": "2026-11-20T08:00:00.5Z", "lastActivityDate": "2026-11-21T08:00:00Z",
        "dueDateTime": None, "completedDate": done,
    }  # fmt: skip


def project(id, company, ends="9999-12-18T00:00:00Z", *, done=None, type=5):
    return {
        "id": id, "companyID": company, "projectNumber": f"P{id}", "projectName": f"Project {id}",
        "projectType": type, "status": 5 if done else 1, "statusDetail": "Waiting for hardware",
        "completedPercentage": 40, "startDateTime": "2026-01-01T00:00:00Z", "endDateTime": ends,
        "completedDateTime": done, "estimatedTime": 120.0, "actualHours": 80.5,
        "laborEstimatedRevenue": 12000.0, "laborEstimatedCosts": 9000.0,
        "laborEstimatedMarginPercentage": 25.0, "projectLeadResourceID": 29682885,
    }  # fmt: skip


def contract(id, company, status=1):
    return {
        "id": id, "companyID": company, "contractName": f"Contract {id}", "status": status,
        "startDate": "2026-01-01T00:00:00Z", "endDate": "2026-12-31T00:00:00Z",
        "estimatedHours": 0.0, "estimatedRevenue": 950.0,
    }  # fmt: skip


OPERATORS = {
    "in": lambda value, wanted: value in wanted,
    "eq": lambda value, wanted: value == wanted,
    "exist": lambda value, _: value is not None,
    "notExist": lambda value, _: value is None,
}


def parts(said):
    return [(f"{one['field']} {one['op']}", one) for one in json.loads(said)["filter"]]


def meets(row, part):
    return OPERATORS[part["op"]](row[part["field"]], part.get("value"))


def enter(request):
    sent = request.headers
    return (
        sent.get("Secret") == SECRET
        and sent.get("UserName") == "sidecar@acme.example"
        and sent.get("ApiIntegrationCode") == "CODE1"
    )


def listed(page):
    asked = page.request.args
    query = urlencode(asked.to_dict() | {"page": str(page.next)})
    fields = json.loads(asked["search"]).get("IncludeFields")
    rows = [{n: v for n, v in row.items() if not fields or n in fields} for row in page.rows]
    details = {
        "count": len(rows), "requestCount": 500, "prevPageUrl": None,
        "nextPageUrl": f"{page.request.base_url}?{query}" if page.next else None,
    }  # fmt: skip
    return reply({"items": rows, "pageDetails": details})


def play(server):
    refused = {"errors": ["The logged in resource does not have the adequate permissions."]}
    api = Played(server, entry=enter, no_entry=(401, refused), missing={"errors": ["No such."]})
    api.me, api.rights = ME, RIGHTS
    root = "/ATServicesRest/V1.0"
    api.says(f"{root}/Companies/0", lambda: api.me)
    information = f"{root}/Companies/entityInformation"
    api.says(f"{information}/fields", {"fields": FIELDS})
    api.says(f"{information}/userDefinedFields", {"fields": OWN_FIELDS})
    for name in RIGHTS:
        api.says(f"{root}/{name}/entityInformation", lambda name=name: {"info": api.rights[name]})
    tickets = [ticket(1, 11), ticket(2, 11), ticket(3, 11, done="2026-11-22T08:00:00Z")]
    tickets += [ticket(n, 12) for n in range(100, 350)]
    by = {"search": Conditions(parts, meets)}
    late = "2026-01-18T00:00:00Z"
    projects = [
        project(1, 11), project(2, 11, late), project(3, 11, late, done=late),
        project(4, 11, late, type=8), *(project(n, 12, late) for n in range(100, 250)),
    ]  # fmt: skip
    contracts = [contract(1, 11), contract(2, 11, 0), *(contract(n, 12) for n in range(100, 250))]
    for name, rows in (
        ("Companies", COMPANIES),
        ("Tickets", tickets),
        ("Projects", projects),
        ("Contracts", contracts),
    ):
        api.many(f"{root}/{name}/query", rows, by=by, pages=by_page(), says=listed)
        api.one(
            f"{root}/{name}/{{id}}", rows, missing=(200, {"item": None}),
            says=lambda row: {"item": row},
        )  # fmt: skip
    return api


def told(id, ends):
    return {
        "id": str(id), "number": f"P{id}", "title": f"Project {id}", "status": "New",
        "told": "Waiting for hardware", "percent_complete": 40,
        "starts_on": "2026-01-01T00:00:00Z", "ends_on": ends, "estimated_hours": 120.0,
        "actual_hours": 80.5, "estimated_revenue": 12000.0, "estimated_cost": 9000.0,
        "estimated_margin": 25.0,
    }  # fmt: skip


OPENS = "/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code="
OWN = {"userDefinedFields": {"Tier": "ENT"}}
FOUND = {
    ("account", "11"): COMPANIES[0] | OWN,
    ("account", "13"): COMPANIES[2] | OWN,
    ("open_tickets", "11"): [
        {
            "id": str(n), "number": f"T20261120.000{n}", "title": f"Ticket {n}", "status": status,
            "priority": 2, "created_at": "2026-11-20T08:00:00.5Z",
            "updated_at": "2026-11-21T08:00:00Z", "due": None,
            "url": f"URL{OPENS}OpenTicketDetail&TicketID={n}",
        }
        for n, status in ((1, 8), (2, "New"))
    ],
    ("open_tickets", "12"): 250,
    ("active_projects", "11"): [told(1, "9999-12-18T00:00:00Z"), told(2, "2026-01-18T00:00:00Z")],
    ("active_projects", "12"): 150,
    ("late_projects", "11"): [told(2, "2026-01-18T00:00:00Z")],
    ("late_projects", "12"): 150,
    ("active_contracts", "11"): [
        {
            "id": "1", "title": "Contract 1", "starts_on": "2026-01-01T00:00:00Z",
            "ends_on": "2026-12-31T00:00:00Z", "estimated_hours": 0.0, "estimated_revenue": 950.0,
        }
    ],
    ("active_contracts", "12"): 150,
}  # fmt: skip
LISTS = ("open_tickets", "active_projects", "late_projects", "active_contracts")
FOUND |= {(lookup, "13"): [] for lookup in LISTS}
NONE = dict.fromkeys(("account", *LISTS), NoMatch())
LINKS = {("account", "11"): f"{OPENS}OpenAccount&AccountID=11"}
LISTED = len(COMPANIES) - 1
RECORDS = {
    ("ticket", "1"): {"company_id": "11", "contact_id": "9"},
    ("company", "11"): {
        "company_id": "11", "company_name": "Company 11", "company_domain": "acme.example",
    },
    ("ticket", "9"): None,
}  # fmt: skip
FILTERED = [(lookup, "11") for lookup in NONE]
ARCHIVED = {"account": {"isActive": False}}
READ = {
    "account": "id", "open_tickets": "completedDate", "active_projects": "completedDateTime",
    "late_projects": "endDateTime", "active_contracts": "status",
}  # fmt: skip
REFUSALS = [
    (401, {"errors": ["…"]}, Reason.CREDENTIAL_EXPIRED, False),
    (403, {"errors": ["…"]}, Reason.PERMISSION_DENIED, False),
    (429, {"errors": ["…"]}, Reason.RATE_LIMITED, True),
    (500, {"errors": ["…"]}, Reason.SERVER_ERROR, True),
    (500, {"errors": ["Unable to find endDate in the Project Entity."]}, Reason.SCHEMA_CHANGED,
     False),
    (503, "<h1>Maintenance</h1>", Reason.SERVER_ERROR, True),
]  # fmt: skip
