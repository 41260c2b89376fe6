"""HiBob, as apidocs.hibob.com has it: search for employees, who's out today, lists."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, basic, listed

SECRET = "T0P-s3cret-token"
KEY = "ana1@acme.example"


def settings(url):
    return {"url": url, "user": "SERVICE-1", "token": SECRET}


def employee(id, department):
    return {
        "id": str(id), "displayName": f"Ana {id}", "email": f"Ana{id}@acme.example",
        "work": {"title": "Engineer", "department": department, "site": "Berlin"},
    }  # fmt: skip


def out(employee, **more):
    return {
        "employeeId": str(employee), "employeeDisplayName": f"Ana {employee}",
        "employeeEmail": f"Ana{employee}@acme.example", "policyTypeDisplayName": "Absent",
        "startDate": "2026-11-25", "endDate": "2026-11-27", "requestRangeType": "days",
        "visibility": "Public",
    } | more  # fmt: skip


def item(id, name, *below):
    return {"id": str(id), "value": name, "name": name, "archived": False, "children": [*below]}


DEPARTMENTS = {
    "name": "department",
    "values": [
        item(100, "Delivery", item(101, "Delivery North")), item(102, "Sales"),
        item(103, "Nobody yet"),
    ],
}  # fmt: skip


def described(id, name, kind):
    category = id.partition(".")[0]
    return {"id": id, "category": category, "name": name, "type": kind, "historical": False}


FIELDS = [
    described("root.email", "Email", "text"), described("work.title", "Job title", "list"),
    described("work.department", "Department", "list"), described("work.site", "Site", "list"),
    described("work.startDate", "Start date", "date"),
    described("home.mobilePhone", "Mobile", "text"),
]  # fmt: skip
DESCRIBED = {
    "person": {
        "name": ("text", "", {}),
        "email": ("text", "", {}),
        "role": ("text", "Job title", {}),
        "department": ("text", "Department", {}),
        "location": ("text", "Site", {}),
        "work.startDate": ("date", "Start date", {}),
    },
}


NARROWED = {
    "includeHourly": lambda row, said: said == ["true"] or row["requestRangeType"] != "hours",
    "includePrivate": lambda row, said: said == ["true"] or row["visibility"] != "Private",
}


def play(server):
    api = Played(server, entry=basic("SERVICE-1", SECRET), no_entry=(401, ""))
    people = [employee(1, "Delivery"), employee(2, "Delivery"), employee(3, "Sales")]
    people += [employee(4, None)]
    endless = {name: part for name, part in out(3).items() if name != "endDate"}
    api.says("/v1/company/people/fields", FIELDS)
    hidden = DEPARTMENTS | {"values": []}
    departments = "/v1/company/named-lists/department"
    api.says(departments, lambda: hidden if api.lies.hides else DEPARTMENTS)
    api.many("/v1/people/search", people, says=listed("employees"), method="POST")
    outs = [out(1), endless, out(1, requestRangeType="hours"), out(1, visibility="Private")]
    api.many("/v1/timeoff/outtoday", outs, by=NARROWED, says=listed("outs"))
    return api


def staffed(id):
    return {"id": str(id), "title": f"Ana {id}", "role": "Engineer", "location": "Berlin"}


FOUND = {
    ("person", "ana1@acme.example"): {
        "name": "Ana 1", "email": "Ana1@acme.example", "role": "Engineer",
        "department": "Delivery", "location": "Berlin",
    },
    ("staffed", "Delivery"): [staffed(1), staffed(2)],
    ("staffed", "Sales"): [staffed(3)],
    ("absences", "ana1@acme.example"): [
        {"title": "Away", "starts_on": "2026-11-25", "ends_on": "2026-11-27"}
    ],
    ("absences", "ana3@acme.example"): [
        {"title": "Away", "starts_on": "2026-11-25"}
    ],
    ("absences", "ana2@acme.example"): [],
    ("staffed", "Nobody yet"): [],
    ("staffed", "Delivery North"): [],
    ("department", "Delivery North"): {"id": "101", "name": "Delivery North"},
}  # fmt: skip
NONE = dict.fromkeys(("staffed", "absences", "person", "department"), NoMatch())
NO_FILTERS = {"showInactive"}
"""Who has left is not given unless it is true."""
ARCHIVED = {"department": {"archived": True}}
READ = {"staffed": "work", "person": "email", "absences": "employeeEmail"}
REFUSALS = [
    (400, "", Reason.BAD_RESPONSE, True),
    (401, "", Reason.CREDENTIAL_EXPIRED, True),
    (403, "", Reason.PERMISSION_DENIED, False),
    (429, "", Reason.RATE_LIMITED, True),
    (500, "", Reason.SERVER_ERROR, True),
]
