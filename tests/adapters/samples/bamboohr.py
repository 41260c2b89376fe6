"""BambooHR, as documentation.bamboohr.com has it: the directory, who's out, the
options of lists."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, basic
from support.vendor import reply

SECRET = "T0P-s3cret-key"
KEY = "1"


def settings(url):
    return {"url": url, "api_key": SECRET}


def employee(id, department):
    return {
        "id": str(id), "displayName": f"Ana {id}", "firstName": "Ana", "lastName": str(id),
        "jobTitle": "Engineer", "workEmail": f"Ana{id}@acme.example", "department": department,
        "location": "Berlin", "division": None, "workPhone": None, "photoUploaded": False,
    }  # fmt: skip


def away(id, employee):
    return {
        "id": id, "type": "timeOff", "employeeId": employee, "name": "Ana",
        "start": "2026-11-25", "end": "2026-11-27",
    }  # fmt: skip


def options(id, alias):
    names = ["Delivery", "Sales", "Nobody yet"] if alias == "department" else ["999999"]
    return {
        "fieldId": id, "alias": alias, "manageable": "yes", "multiple": "no", "name": alias.title(),
        "options": [
            {
                "id": 100 + number, "name": name, "archived": "no", "archivedDate": None,
                "createdDate": "2020-01-15T10:00:00+00:00",
            }
            for number, name in enumerate(names)
        ],
    }  # fmt: skip


SHOWN = {
    "displayName": ("Display Name", "text"), "firstName": ("First Name", "text"),
    "jobTitle": ("Job Title", "list"), "workEmail": ("Work Email", "email"),
    "department": ("Department", "list"), "location": ("Location", "list"),
}  # fmt: skip
OF_A_PERSON = {
    "name": ("text", "Display Name", {}),
    "email": ("text", "Work Email", {}),
    "role": ("text", "Job Title", {}),
    "department": ("text", "Department", {}),
    "location": ("text", "Location", {}),
    "id": ("text", "", {}),
    "firstName": ("text", "First Name", {}),
}
DESCRIBED = {"person": OF_A_PERSON, "employee": OF_A_PERSON}


def directory(page):
    fields = [{"id": at, "type": kind, "name": name} for at, (name, kind) in SHOWN.items()]
    return reply({"fields": fields, "employees": page.rows})


HOLIDAY = {"id": 9, "type": "holiday", "name": "X", "start": "2026-12-01", "end": "2026-12-01"}


def play(server):
    api = Played(server, entry=basic(SECRET, "x"), no_entry=(401, ""))
    people = [employee(1, "Delivery"), employee(2, "Delivery"), employee(3, "Sales")]
    people += [employee(4, None) | {"workEmail": None}]
    api.says("/api/v1/meta/fields", [{"id": 1, "name": "First Name", "type": "text"}])
    shown = [options(18, "division"), options(4, "department")]
    hidden = [one | {"options": []} for one in shown]
    api.says("/api/v1/meta/lists", lambda: hidden if api.lies.hides else shown)
    api.many("/api/v1/employees/directory", people, says=directory)
    api.many("/api/v1/time_off/whos_out", [away(1, 1), HOLIDAY, away(2, 3)])
    return api


def staffed(id):
    return {
        "id": str(id), "title": f"Ana {id}", "role": "Engineer", "location": "Berlin",
        "url": f"URL/employees/employee.php?id={id}",
    }  # fmt: skip


ANA = {
    "name": "Ana 1", "email": "Ana1@acme.example", "role": "Engineer", "department": "Delivery",
    "location": "Berlin",
}  # fmt: skip
FOUND = {
    ("staffed", "Delivery"): [staffed(1), staffed(2)],
    ("staffed", "Sales"): [staffed(3)],
    ("staffed", "Nobody yet"): [],
    ("person", "ana1@acme.example"): ANA,
    ("employee", "1"): ANA,
    ("department", "Nobody yet"): {"id": "102", "name": "Nobody yet", "archived": "no"},
    ("absences", "1"): [
        {"id": "1", "title": "Away", "starts_on": "2026-11-25", "ends_on": "2026-11-27"}
    ],
    ("absences", "2"): [],
}  # fmt: skip
NOBODY = "999999"
NONE = dict.fromkeys(("staffed", "absences", "person", "employee", "department"), NoMatch())
LINKS = {("person", "ana1@acme.example"): "/employees/employee.php?id=1"}
NO_FILTERS = {"filter"}
"""It is for `off`, which asks for more than there is without it."""
ARCHIVED = {"department": {"archived": "yes"}}
READ = {"staffed": "department", "person": "workEmail", "absences": "employeeId"}
REFUSALS = [
    (400, "", Reason.BAD_RESPONSE, True),
    (401, "", Reason.CREDENTIAL_EXPIRED, True),
    (403, "", Reason.PERMISSION_DENIED, False),
    (429, "", Reason.RATE_LIMITED, True),
    (500, "", Reason.SERVER_ERROR, True),
    (503, "", Reason.SERVER_ERROR, True),
]
