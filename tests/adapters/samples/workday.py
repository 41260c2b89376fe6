"""Workday's report as a service, as guides of those who read such reports have it."""

from __future__ import annotations

from context_sidecar import NoMatch, Reason
from support.played import Played, basic, listed

SECRET = "T0P-s3cret-password"
KEY = "C-11"

ROWS = [
    {"Customer_ID": f"C-{n}", "Worker": f"Worker {n}", "Utilization": "0.8"} for n in range(11, 60)
]
ROWS += [{"Customer_ID": "C-60", "Worker": "Mary Kent"}, {"Customer_ID": "C-60", "Worker": "Jo"}]
ROWS += [{"Customer_ID": "C-61", "Worker": "Ann"}, {"Customer_ID": "C-62"}]


def settings(url):
    return {
        "url": url, "tenant": "acme", "report_owner": "ISU_Sidecar", "report": "Customer_Staffing",
        "key": "Customer_ID", "user": "ISU_Sidecar", "password": SECRET, "canary": "C-11",
    }  # fmt: skip


def play(server):
    refused = {"error": "invalid username or password"}
    api = Played(server, entry=basic("ISU_Sidecar", SECRET), no_entry=(401, refused))
    api.many(
        "/ccx/service/customreport2/acme/ISU_Sidecar/Customer_Staffing",
        ROWS,
        by={"format": lambda _, said: said == ["json"]},
        says=listed("Report_Entry"),
    )
    return api


FOUND = {
    ("account", "C-11"): ROWS[0],
    ("account", "C-12"): ROWS[1],
    ("rows", "C-11"): ROWS[:1],
    ("account", "C-61"): {"Customer_ID": "C-61", "Worker": "Ann", "Utilization": None},
    ("rows", "C-60"): [row | {"Utilization": None} for row in ROWS[-4:-2]],
}
NONE = dict.fromkeys(("account", "rows"), NoMatch())
NEVER_EMPTY = {"rows"}
NOTHING = {"format"}
READ = {"account": "Customer_ID", "rows": "Customer_ID"}
REFUSALS = [
    (401, {"error": "invalid username or password"}, Reason.CREDENTIAL_EXPIRED, False),
    (403, {"error": "Forbidden"}, Reason.PERMISSION_DENIED, False),
    (404, "", Reason.ENDPOINT_GONE, False),
    (429, "Too Many Requests", Reason.RATE_LIMITED, True),
    (500, {"error": "The task submitted is not authorized."}, Reason.PERMISSION_DENIED, True),
    (500, "", Reason.SERVER_ERROR, True),
    (503, "<h1>Workday is down for maintenance</h1>", Reason.SERVER_ERROR, False),
]
