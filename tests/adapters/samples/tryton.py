"""Tryton, as its source has it (trytond 7.0: protocols/jsonrpc.py); a real one is in end_to_end."""

from __future__ import annotations

from types import MappingProxyType
from typing import ClassVar

from context_sidecar import NoMatch, Reason
from support.played import Conditions, Played, basic, by_offset
from support.vendor import reply

SECRET = "T0P-s3cret-password"
KEY = "C-1"

ME = {"name": "Sidecar", "company_filter": "one", "company": 1, "companies": [1]}
LESS = ME | {"company": 2}
EURO = {"code": "EUR", "id": 1}


def settings(url):
    return {"url": url, "database": "acme", "user": "sidecar", "password": SECRET}


def amount(text):
    return {"__class__": "Decimal", "decimal": text}


def day(text):
    year, month, number = map(int, text.split("-"))
    return {"__class__": "date", "year": year, "month": month, "day": number}


def party(number):
    return {
        "id": number, "code": f"C-{number}", "name": f"Party {number}", "active": number != 2,
        "website": f"https://c{number}.example", "receivable": amount(f"{number}00.50"),
        "receivable_today": amount(f"{number}.50"), "currency.": EURO,
    }  # fmt: skip


def invoice(number, customer, today, **more):
    line = {"maturity_date": day("2026-01-15"), "reconciliation": None, "id": number}
    paid = {"maturity_date": day("2026-01-05"), "reconciliation": 7, "id": 100 + number}
    return {
        "id": number, "party.": {"code": customer, "id": 1}, "type": "out", "state": "posted",
        "company": 1, "number": str(number), "reference": None, "description": "Hosting",
        "invoice_date": day("2026-01-15"), "total_amount": amount("1200.50"), "currency.": EURO,
        "amount_to_pay_today": amount(today), "lines_to_pay.": [paid, line],
    } | more  # fmt: skip


def subscription(number, customer, state="running", company=1):
    return {
        "id": number, "party.": {"code": customer, "id": 1}, "state": state, "company": company,
        "number": str(number), "reference": "R-1", "description": None,
        "start_date": day("2026-01-01"), "end_date": day("2027-12-31"),
        "next_invoice_date": day("2026-12-01"),
    }  # fmt: skip


def project(number, customer, progress=None, **more):
    return {
        "id": number, "party.": {"code": customer, "id": 1}, "type": "project", "company": 1,
        "name": "Roll-out", "status.": {"name": "Open", "progress": progress, "id": 1},
        "total_progress": 0.25, "total_effort": {"__class__": "timedelta", "seconds": 28800.0},
        "timesheet_duration": {"__class__": "timedelta", "seconds": 3600.0},
    } | more  # fmt: skip


PARTIES = [party(number) for number in range(1, 703)]
MODELS = {
    "party.party": PARTIES,
    "account.invoice": [
        invoice(1, "C-1", "1200.50"), invoice(2, "C-1", "0"), invoice(3, "C-2", "9.00"),
        invoice(4, "C-1", "5.00", state="draft"), invoice(5, "C-1", "5.00", company=2),
        invoice(6, "C-1", "5.00", type="in"),
    ],
    "sale.subscription": [
        subscription(1, "C-1"), subscription(2, "C-1", "closed"), subscription(3, "C-2"),
        subscription(4, "C-1", company=2),
    ],
    "project.work": [
        project(1, "C-1"), project(2, "C-1", 1.0), project(3, "C-2"),
        project(4, "C-1", type="task"), project(5, "C-1", company=2),
    ],
}  # fmt: skip


def described(string, kind, **more):
    return {"type": kind, "string": string, "readonly": False, "required": False, **more}


FIELDS = {
    "id": described("ID", "integer"),
    "code": described("Code", "char"),
    "name": described("Name", "char"),
    "active": described("Active", "boolean"),
    "website": described("Website", "char"),
    "tax_identifier": described("Tax Identifier", "many2one", relation="party.identifier"),
    "supplier": described("Kind", "selection", selection=[["", ""], ["key", "Key account"]]),
    "lang_code": described("Language", "selection", selection="get_languages"),
}
DESCRIBED = {
    "account": {
        "id": ("number", "ID", {}),
        "code": ("text", "Code", {}),
        "name": ("text", "Name", {}),
        "active": ("boolean", "Active", {}),
        "website": ("text", "Website", {}),
        "tax_identifier": (None, "Tax Identifier", {}),
        "supplier": ("choice", "Kind", {"": "", "key": "Key account"}),
        "lang_code": ("choice", "Language", {}),
    },
}


class Call:
    """A call by JSON-RPC, as a request whose arguments have names."""

    method = "POST"
    args = MappingProxyType({})

    def __init__(self, arguments):
        self.arguments = arguments

    def get_json(self):
        return self.arguments


def parts(domain):
    return [(" ".join(clause[:2]), clause) for clause in domain]


def holds(row, clause):
    """Whether a clause of a domain is true of a row."""
    name, operator, value = clause
    model, _, field = name.partition(".")
    own = row[f"{model}."][field] if field else row[name]
    return own in value if operator == "in" else own == value


def raised(*texts):
    return reply({"id": 0, "error": list(texts)})


class Tryton(Played):
    """A database of Tryton."""

    me = ME
    may: ClassVar = {"read": 1, "write": 0, "create": 0, "delete": 0}

    def answer(self, request):
        if not self.entry(request):
            return reply("", 401)
        said = request.get_json()
        if request.path != "/acme/" or said.keys() != {"id", "method", "params"}:
            return reply("", 400)
        told = {
            "model.res.user.get_preferences": self.me,
            "model.ir.model.access.get_access": {"party.party": self.may},
            "model.party.party.fields_get": FIELDS,
        }
        if said["method"] in told:
            return reply({"id": 0, "result": told[said["method"]]})
        model = said["method"].removeprefix("model.").removesuffix(".search_read")
        domain, offset, limit, _, fields, _ = said["params"]
        names = ["id", *(name.partition(".")[0] + "." * ("." in name) for name in fields)]
        if unknown := [name for name in names if name not in MODELS[model][0]]:
            return raised(f"'{unknown[0]}'", "")
        domain = [clause for clause in domain if clause[0] != "active"]
        paged = {"domain": domain, "offset": offset} | ({"limit": limit} if limit else {})
        route = next(route for route in self._routes if route.path.fullmatch(f"/{model}"))
        self.names = names
        return route.answer(Call(paged), {})

    def result(self, page):
        rows = [{name: row[name] for name in self.names if name in row} for row in page.rows]
        return reply({"id": 0, "result": rows})


def play(server):
    api = Tryton(server, entry=basic("sidecar", SECRET), no_entry=(401, ""))
    by = {"domain": Conditions(parts, holds)}
    for model, rows in MODELS.items():
        pages = by_offset(most=500 if model == "party.party" else 10_000)
        api.many(f"/{model}", rows, by=by, pages=pages, says=api.result, method="POST")
    return api


PARTY = {"id": 1, "code": "C-1", "name": "Party 1", "active": True, "website": "https://c1.example"}
FOUND = {
    ("account", "C-1"): PARTY,
    ("account", "C-2"): PARTY | {
        "id": 2, "code": "C-2", "name": "Party 2", "active": False, "website": "https://c2.example"
    },
    ("debts", "C-1"): {
        "owed": {"amount": "100.50", "currency": "EUR"},
        "overdue": {"amount": "1.50", "currency": "EUR"},
    },
    ("overdue_invoices", "C-1"): [
        {
            "id": "1", "number": "1", "title": "Hosting", "amount": "1200.50", "due": "1200.50",
            "currency": "EUR", "issued": "2026-01-15", "due_at": "2026-01-15",
            "url": "URL/#acme/model/account.invoice/1",
        }
    ],
    ("overdue_invoices", "C-3"): [],
    ("subscriptions", "C-1"): [
        {
            "id": "1", "number": "1", "title": "R-1", "starts_on": "2026-01-01",
            "ends_on": "2027-12-31", "invoiced_on": "2026-12-01",
            "url": "URL/#acme/model/sale.subscription/1",
        }
    ],
    ("subscriptions", "C-3"): [],
    ("active_projects", "C-1"): [
        {
            "id": "1", "title": "Roll-out", "status": "Open", "progress": 0.25,
            "effort_seconds": "28800.0", "spent_seconds": "3600.0",
            "url": "URL/#acme/model/project.work/1",
        }
    ],
    ("active_projects", "C-3"): [],
}  # fmt: skip
NONE = dict.fromkeys(
    ("account", "debts", "overdue_invoices", "subscriptions", "active_projects"), NoMatch()
)
LINKS = {("account", "C-1"): "/#acme/model/party.party/1"}
LISTED = len(PARTIES)
FILTERED = [(lookup, "C-1") for lookup in NONE]
ARCHIVED = {"account": {"active": False}}
READ = {
    "account": "code", "debts": "receivable_today", "overdue_invoices": "amount_to_pay_today",
    "subscriptions": "end_date", "active_projects": "total_effort",
}  # fmt: skip


def told(*texts):
    return {"id": 0, "error": list(texts)}


MAY_NOT = told("UserError", ['You are not allowed to access "Invoice".', "", None])
REFUSALS = [
    (200, MAY_NOT, Reason.PERMISSION_DENIED, False),
    (200, told("'sale.subscription'", ""), Reason.SCHEMA_CHANGED, True),
    (200, told("Database 'acme' doesn't exist!", ""), Reason.ENDPOINT_GONE, True),
    (200, told("division by zero", ""), Reason.BAD_RESPONSE, True),
    (401, "", Reason.CREDENTIAL_EXPIRED, True),
    (429, "", Reason.RATE_LIMITED, True),
    (500, "", Reason.SERVER_ERROR, True),
]
TELLS_NONE = {"null": ["result.*.currency."]}
"""A many2one that refers to nothing is null (trytond, fields.Many2One)."""
