"""ConnectWise PSA, as its Developer Guide and its description of the REST API have it."""

from __future__ import annotations

import re

from context_sidecar import NoMatch, Reason
from support.played import Conditions, Played, basic, by_page
from support.vendor import reply

SECRET = "T0P-s3cret-key"
KEY = "11"
ANSWERS = {410}
CLIENT = "11111111-2222-3333-4444-555555555555"

ME = {"count": 128}
LESS = {"count": 0}
COMPANIES = [
    {
        "id": n, "identifier": f"Company{n}", "name": f"Company {n}", "deletedFlag": n == 12,
        "status": {"id": 1, "name": "Active"}, "types": [{"id": 1, "name": "Client"}],
        "website": "acme.example" if n == 11 else None,
        "territoryManager": {"id": 7, "identifier": "mkent", "name": "Mary Kent"},
        "customFields": [
            {"id": 7, "caption": "Tier", "type": "Text", "entryMethod": "List", "value": "ENT"},
            {"id": 8, "caption": "Since", "type": "Date", "entryMethod": "Date"},
        ],
    }
    for n in range(11, 140)
]  # fmt: skip

TEXTS = (
    "identifier name status.name website phoneNumber territory.name territoryManager.name "
    "market.name defaultContact.name accountNumber"
)
DESCRIBED = {
    "account": {
        **{name: ("text", "", {}) for name in TEXTS.split()},
        **{name: ("number", "", {}) for name in ("id", "annualRevenue", "numberOfEmployees")},
        **{name: ("boolean", "", {}) for name in ("leadFlag", "deletedFlag")},
        "types": ("list", "", {}),
        "dateAcquired": ("datetime", "", {}),
        "customFields.Tier": ("text", "Tier", {}),
        "customFields.Since": ("date", "Since", {}),
    },
}


def settings(url):
    return {
        "url": url, "app": url, "company": "acme", "public_key": "pub", "private_key": SECRET,
        "client_id": CLIENT, "canary": "11",
    }  # fmt: skip


def of(company):
    return {"id": company, "identifier": f"Company{company}", "name": f"Company {company}"}


def ticket(id, company, *, closed=False, contact="Ana"):
    return {
        "id": id, "summary": f"Ticket {id}", "recordType": "ServiceTicket", "company": of(company),
        "board": {"id": 1, "name": "Service"}, "status": {"id": 5, "name": "In Progress"},
        "priority": {"id": 6, "name": "Priority 2 - High"}, "closedFlag": closed,
        "owner": {"id": 7, "identifier": "mkent", "name": "Mary Kent"} if contact else None,
        "contactName": contact, "contactEmailAddress": contact and "ana@acme.example",
        "_info": {"dateEntered": "2026-11-20T08:00:00Z", "lastUpdated": "2026-11-21T08:00:00Z"},
    }  # fmt: skip


def project(id, company, *, closed=False):
    return {
        "id": id, "name": f"Project {id}", "company": of(company), "closedFlag": closed,
        "status": {"id": 3, "name": "At Risk"}, "manager": of(7) | {"name": "Mary Kent"},
        "percentComplete": 0.4, "estimatedStart": "2026-06-01T00:00:00Z",
        "estimatedEnd": "2026-12-18T00:00:00Z", "estimatedHours": 120.0, "budgetHours": None,
        "actualHours": 80.5, "billingMethod": "FixedFee", "billingAmount": 12000.0,
        "estimatedTimeRevenue": None, "estimatedTimeCost": None,
        "currency": {"id": 1, "currencyCode": "USD"},
    }  # fmt: skip


def task(id, company, due=None, *, people=None, closed=False):
    return {
        "id": id, "summary": f"Task {id}", "company": of(company), "closedFlag": closed,
        "project": {"id": 1, "name": "Rollout"}, "phase": {"id": 2, "name": "Phase 1"},
        "status": {"id": 5, "name": "In Progress"}, "requiredDate": due, "resources": people,
    }  # fmt: skip


def agreement(id, company, *, cancelled=False):
    return {
        "id": id, "name": f"Agreement {id}", "type": {"id": 1, "name": "Managed Service"},
        "company": of(company), "agreementStatus": "Active", "cancelledFlag": cancelled,
        "startDate": "2026-01-01T00:00:00Z", "endDate": None, "billAmount": 950.0,
        "currency": {"id": 1, "currencyCode": "USD"},
    }  # fmt: skip


def parts(conditions):
    return [(one.rpartition(" ")[0], one) for one in conditions.split(" and ")]


def meets(row, condition):
    """Whether *row* meets the *condition*, which is of a form that we send."""
    path, sign, value = re.fullmatch(r"([\w/]+) (=|>|in) (.*)", condition).groups()
    for name in path.split("/"):
        row = row[name]
    match sign:
        case "in":
            return str(row) in value.strip("()").split(",")
        case ">":
            return row is not None and row > value.strip("[]")
    return row == {"false": False}[value]


def shown(page):
    """What is asked for of each row, and of that only what has a value."""
    fields = page.request.args.get("fields")
    return reply(
        [
            {
                name: value
                for name, value in row.items()
                if value is not None and (not fields or name in fields.split(","))
            }
            for row in page.rows
        ]
    )


def enter(request):
    return basic("acme+pub", SECRET)(request) and request.headers.get("clientId") == CLIENT


def play(server):
    refused = {"code": "Unauthorized", "message": "The supplied credentials are not valid."}
    missing = (404, {"code": "NotFound", "message": "Record 999 was not found."})
    api = Played(server, entry=enter, no_entry=(401, refused), missing=missing[1])
    api.me = ME
    api.says("/v4_6_release/apis/3.0/company/companies/count", lambda: api.me)
    tickets = [ticket(1, 11), ticket(2, 11, contact=None), ticket(3, 11, closed=True)]
    tickets += [ticket(n, 12, closed=n % 2 > 0) for n in range(100, 350)]
    tasks = [
        task(51, 11, "2026-01-30T00:00:00Z", people="mkent, jroe"),
        task(52, 11, "9999-01-30T00:00:00Z"),
        task(53, 11),
        task(54, 11, "2026-01-30T00:00:00Z", closed=True),
        *(task(n, 12, "2026-01-30T00:00:00Z") for n in range(3000, 3110)),
    ]
    projects = [project(1, 11), project(2, 11, closed=True)]
    projects += [project(n, 12) for n in range(100, 210)]
    agreements = [agreement(1, 11), agreement(2, 11, cancelled=True)]
    agreements += [agreement(n, 12) for n in range(100, 210)]
    for path, rows in (
        ("company/companies", COMPANIES),
        ("service/tickets", tickets),
        ("project/projects", projects),
        ("project/tickets", tasks),
        ("finance/agreements", agreements),
    ):
        pages, by = by_page(size="pageSize", most=100), {"conditions": Conditions(parts, meets)}
        place = f"/v4_6_release/apis/3.0/{path}"
        api.one(f"{place}/{{id}}", rows, missing=missing)
        api.many(place, rows, by=by, pages=pages, says=shown)
    return api


def at(id):
    opens = "URL/v4_6_release/services/system_io/router/openrecord.rails?recordType=ServiceFv"
    return f"{opens}&companyName=acme&recid={id}"


def having(row):
    """What of *row* has a value: the rest is left out."""
    return {name: one for name, one in row.items() if one is not None}


OWN = {"customFields": {"Tier": "ENT", "Since": None}}
FOUND = {
    ("account", "11"): COMPANIES[0] | OWN,
    ("account", "13"): having(COMPANIES[2]) | OWN,
    ("open_tickets", "11"): [
        having({
            "id": str(n), "title": f"Ticket {n}", "status": "In Progress",
            "priority": "Priority 2 - High", "owner": owner, "created_at": "2026-11-20T08:00:00Z",
            "updated_at": "2026-11-21T08:00:00Z", "url": at(n),
        })
        for n, owner in ((1, "Mary Kent"), (2, None))
    ],
    ("open_tickets", "12"): 125,
    ("active_projects", "11"): [
        {
            "id": "1", "title": "Project 1", "status": "At Risk", "manager": "Mary Kent",
            "percent_complete": 0.4, "starts_on": "2026-06-01T00:00:00Z",
            "ends_on": "2026-12-18T00:00:00Z", "estimated_hours": 120.0,
            "actual_hours": 80.5, "billing_method": "FixedFee", "billing_amount": 12000.0,
            "currency": "USD",
        }
    ],
    ("active_projects", "12"): 110,
    ("late_tasks", "11"): [
        {
            "id": "51", "title": "Rollout: Task 51", "status": "In Progress", "phase": "Phase 1",
            "people": "mkent, jroe", "due": "2026-01-30T00:00:00Z", "url": at(51),
        }
    ],
    ("late_tasks", "12"): 110,
    ("staffed", "11"): [
        having({
            "id": str(n), "title": f"Rollout: Task {n}", "status": people, "due": due, "url": at(n),
        })
        for n, people, due in (
            (51, "mkent, jroe", "2026-01-30T00:00:00Z"),
            (52, None, "9999-01-30T00:00:00Z"),
            (53, None, None),
        )
    ],
    ("staffed", "12"): 110,
    ("agreements", "11"): [
        {
            "id": "1", "title": "Agreement 1", "kind": "Managed Service", "status": "Active",
            "starts_on": "2026-01-01T00:00:00Z", "amount": 950.0,
            "currency": "USD",
        }
    ],
    ("agreements", "12"): 110,
}  # fmt: skip
LISTS = ("open_tickets", "active_projects", "late_tasks", "staffed", "agreements")
FOUND |= {(lookup, "13"): [] for lookup in LISTS}
NONE = dict.fromkeys(("account", *LISTS), NoMatch())
LINKS = {
    ("account", "11"): "/v4_6_release/ConnectWise.html?routeTo=CompanyFv&companyName=acme&recid=11"
}
LISTED = len(COMPANIES) - 1
RECORDS = {
    ("ticket", "1"): {
        "requester_email": "ana@acme.example", "requester_name": "Ana", "company_id": "11",
        "company_name": "Company 11", "company_identifier": "Company11",
    },
    ("ticket", "2"): {
        "company_id": "11", "company_name": "Company 11", "company_identifier": "Company11",
    },
    ("company", "11"): {
        "company_id": "11", "company_name": "Company 11", "company_identifier": "Company11",
        "company_domain": "acme.example",
    },
    ("ticket", "9"): None,
}  # fmt: skip
LEFT_OUT = [("account", "12")]
FILTERED = [(lookup, "11") for lookup in NONE]
READ = {
    "account": "id", "open_tickets": "closedFlag", "active_projects": "status",
    "late_tasks": "requiredDate", "staffed": "company", "agreements": "cancelledFlag",
}  # fmt: skip
REFUSALS = [
    (400, {"code": "InvalidQuery", "message": "…"}, Reason.BAD_RESPONSE, True),
    (401, {"code": "Unauthorized", "message": "…"}, Reason.CREDENTIAL_EXPIRED, True),
    (403, {"code": "Security", "message": "…"}, Reason.PERMISSION_DENIED, True),
    (403, {"message": "Forbidden"}, Reason.PERMISSION_DENIED, False),
    (404, "", Reason.ENDPOINT_GONE, False),
    (404, {"code": "CompanyNotFound", "message": "…"}, Reason.ENDPOINT_GONE, False),
    (429, {"error": "ConnectWiseAPI", "message": "…"}, Reason.RATE_LIMITED, True),
    (500, {"code": "Error", "message": "…"}, Reason.SERVER_ERROR, True),
    (503, "<h1>Maintenance</h1>", Reason.SERVER_ERROR, True),
]
TELLS_NONE = {
    "gone": ["*.customFields.*.value"], "null": ["*.status", "*.territoryManager"],
}  # fmt: skip
"""What is empty is left out: a custom field is there with its caption then. A reference to nothing
is null."""
