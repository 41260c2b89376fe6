"""Personio, as its descriptions of the API have it: credentials, persons, employments; absences, as
programs that read them have them."""

from __future__ import annotations

from urllib.parse import urlencode

from context_sidecar import NoMatch, Reason
from support.played import Played, by_offset, header
from support.vendor import reply

SECRET = "T0P-s3cret-secret"
TOKEN = "papi-token"
KEY = "11"
ANSWERS = {404}


def settings(url):
    return {"url": url, "client_id": "papi-1", "client_secret": SECRET}


def sign_in(request):
    """Give out a token, so that what fails is the call after it."""
    if request.path == "/v2/auth/token":
        return {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 86400}
    return None


def person(number):
    return {
        "id": str(number), "email": f"Ana{number}@acme.example", "first_name": "Ana",
        "last_name": f"Nr{number}", "preferred_name": "Ana", "status": "ACTIVE",
        "employments": [{"id": f"e-{number}"}],
    }  # fmt: skip


def employment(id, person, status="ACTIVE"):
    return {
        "id": id, "person": {"id": person}, "position": {"title": "Engineer"}, "status": status,
        "weekly_working_hours": 32, "full_time_weekly_working_hours": 40,
        "org_units": [{"type": "department", "id": "1"}],
    }  # fmt: skip


def absence(id, person, starts, ends, status="APPROVED"):
    return {
        "id": id, "person": {"id": person}, "absence_type": {"id": "t-1"}, "comment": "",
        "starts_from": {"date_time": starts, "type": "FIRST_HALF"},
        "ends_at": ends and {"date_time": ends, "type": "SECOND_HALF"},
        "approval": {"status": status}, "updated_at": "2026-11-20T08:00:00Z",
    }  # fmt: skip


def of_person(row, said):
    return row["person"]["id"] in said


def page(found):
    query = urlencode(found.request.args.to_dict() | {"cursor": str(found.next)})
    following = {"next": {"href": f"{found.request.base_url}?{query}"}} if found.next else {}
    return reply({"_data": found.rows, "_meta": {"links": following}})


def problem(title):
    return {"personio_trace_id": "t-1", "errors": [{"title": title, "detail": title, "_meta": {}}]}


class Personio(Played):
    """An account of Personio, which refuses what is asked for once we are signed in."""

    def answer(self, request):
        if request.path != "/v2/auth/token":
            return super().answer(request)
        if request.form.get("client_secret") != SECRET:
            return reply({"error": "invalid_client", "trace_id": "t-1"}, 400)
        return reply(sign_in(request))

    def refuse(self, status, body="", headers=None, *, only="/v2/"):
        super().refuse(status, body, headers, only=only)

    def _answer(self, request):
        """Leave out of the refusal where we sign in."""
        refusal, self._refusal = self._refusal, None
        if request.path != "/v2/auth/token":
            self._refusal = refusal
        try:
            return super()._answer(request)
        finally:
            self._refusal = refusal


def has_email(row, wanted):
    return row["email"].casefold() in {one.casefold() for one in wanted}


def play(server):
    entry = header("Authorization", f"Bearer {TOKEN}")
    no_entry, missing = (401, problem("Unauthorized")), problem("Not found")
    api = Personio(server, entry=entry, no_entry=no_entry, missing=missing)
    people = [person(number) for number in range(11, 40)]
    pages = by_offset("cursor", "limit", 50)
    api.many("/v2/persons", people, by={"email": has_email}, pages=pages, says=page)
    for number, of in {
        "11": [employment("e-11", "11", "LEAVE"), employment("e-1", "11", "INACTIVE")],
        "13": [employment("e-13", "13", "INACTIVE")],
        "12": [employment(f"e-{number}", "12") for number in range(100, 160)],
    }.items():
        api.many(f"/v2/persons/{number}/employments", of, pages=pages, says=page)
    away = [
        absence("a-1", "11", "2026-01-02T00:00:00", "2026-01-09T00:00:00"),
        absence("a-2", "11", "2026-01-02T00:00:00", "9999-01-09T00:00:00", "PENDING"),
        absence("a-3", "11", "2026-01-02T00:00:00", None),
        absence("a-4", "11", "2026-01-02T00:00:00", "9999-01-09T00:00:00", "REJECTED"),
        absence("a-5", "13", "2026-01-02T00:00:00", "2026-01-09T00:00:00"),
        *(absence(f"b-{n}", "12", "9999-01-02", "9999-01-09") for n in range(60)),
    ]
    by = {"person.id": of_person}
    api.many("/v2/absence-periods", away, by=by, pages=pages, says=page)
    return api


def shown(id, status):
    return {
        "id": id, "title": "Engineer", "status": status, "hours_a_week": 32,
        "full_time_hours_a_week": 40,
    }  # fmt: skip


def gone(id, status, ends):
    return {
        "id": id, "title": "Away", "status": status, "starts_on": "2026-01-02T00:00:00",
        "ends_on": ends,
    }  # fmt: skip


def found(number):
    return {
        "id": str(number), "name": f"Ana Nr{number}", "email": f"Ana{number}@acme.example",
        "status": "ACTIVE",
    }  # fmt: skip


FOUND = {
    ("person", "ana11@acme.example"): found(11),
    ("person", "ana12@acme.example"): found(12),
    ("employments", "11"): [shown("e-11", "LEAVE")],
    ("employments", "12"): 60,
    ("employments", "13"): [],
    ("absences", "11"): [
        gone("a-2", "PENDING", "9999-01-09T00:00:00"),
        gone("a-3", "APPROVED", None),
    ],
    ("absences", "12"): 60,
    ("absences", "13"): [],
}
NONE = {
    "person": NoMatch(), "employments": NoMatch(certain=False),
    "absences": NoMatch(certain=False),
}  # fmt: skip
FILTERED = [("person", "ana11@acme.example"), ("absences", "11")]
ARCHIVED = {"person": {"status": "INACTIVE"}}
READ = {"person": "email", "employments": "weekly_working_hours", "absences": "ends_at"}
REFUSALS = [
    (400, problem("Invalid filter"), Reason.BAD_RESPONSE, True),
    (401, problem("Unauthorized"), Reason.CREDENTIAL_EXPIRED, True),
    (403, problem("Insufficient access scope"), Reason.PERMISSION_DENIED, False),
    (429, problem("Too many requests"), Reason.RATE_LIMITED, True),
    (500, problem("Internal error"), Reason.SERVER_ERROR, True),
]
