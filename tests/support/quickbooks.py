"""A company in QuickBooks Online, written by hand as Intuit's pages describe the Accounting API and
OAuth: queries, faults, and a token that renews, replaced at each renewal."""

from __future__ import annotations

import re

from support.granted import ACCESS, REFRESH
from support.rotating import Rotation
from support.vendor import Vendor, reply

REALM = "9130347957983546"
API, TOKEN = f"/v3/company/{REALM}", "/oauth2/v1/tokens/bearer"
ACME, BOLT, NOTHING = "58", "59", "999"
NOW = "2026-11-18T04:26:40.123-08:00"
"""Half past twelve on 18 November 2026 in UTC."""

STATEMENT = re.compile(
    r"select (?P<what>\*|count\(\*\)) from (?P<entity>\w+)(?: where (?P<where>.*?))?"
    r"(?: orderby (?P<order>\w+))?(?: startposition (?P<start>\d+) maxresults (?P<most>\d+))?"
)
CLAUSE = re.compile(r"(\w+) (in|=|>|<|like) (\((?:[^()']|'(?:\\'|[^'])*')*\)|'(?:\\'|[^'])*'|\w+)")

FILTERABLE = {
    "Active", "Balance", "CustomerRef", "DisplayName", "DueDate", "FullyQualifiedName", "Id",
}  # fmt: skip
"""Of what the adapter asks for, what Intuit's pages on customers and invoices call filterable."""


def customer(id, name, **more):
    return {
        "Id": id,
        "SyncToken": "0",
        "DisplayName": name,
        "FullyQualifiedName": name,
        "Active": True,
        "Job": False,
        "Balance": 362.07,
        "BalanceWithJobs": 362.07,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "MetaData": {
            "CreateTime": "2014-09-11T16:49:28-07:00",
            "LastUpdatedTime": "2014-09-18T12:56:01-07:00",
        },
        "domain": "QBO",
        "sparse": False,
    } | more


def sub_customer(id, name, parent, **more):
    """One of the sub-customers, or projects, of the customer *parent*."""
    whole = f"{parent['FullyQualifiedName']}:{name}"
    above = {"ParentRef": {"value": parent["Id"]}, "FullyQualifiedName": whole, "Job": True}
    return customer(id, name, **above, **more)


def invoice(number, owner, due, **more):
    return {
        "Id": str(100 + number),
        "DocNumber": f"{1000 + number}",
        "CustomerRef": {"value": owner, "name": "Someone"},
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
        "TxnDate": "2026-10-01",
        "DueDate": due,
        "TotalAmt": 362.07,
        "Balance": 120.5,
        "MetaData": {
            "CreateTime": "2026-10-01T04:00:00-07:00",
            "LastUpdatedTime": "2026-10-01T05:00:00-07:00",
        },
        "domain": "QBO",
    } | more


def fault(code, message, kind="ValidationFault", detail=""):
    error = {"Message": message, "Detail": detail, "code": code, "element": ""}
    return {"Fault": {"Error": [error], "type": kind}, "time": NOW}


def lower(code, message, kind):
    """The other spelling, as what stands before the API writes it."""
    error = {"message": message, "detail": "", "code": code, "element": None}
    return {"fault": {"error": [error], "type": kind}, "queryResponse": None, "time": 1765432}


class QuickBooks(Vendor):
    """As much of the API as the adapter uses.

    Attributes:
        rotation: the grant, and who shows an old token.
        false: what a query answers wrongly, by entity.
        most: rows of a page, whatever is asked for.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.customers = [customer(ACME, "Acme"), customer(BOLT, "Bolt & Sons")]
        self.invoices = [
            invoice(1, ACME, "2026-11-08"),
            invoice(2, ACME, "2026-11-25"),
            invoice(3, ACME, "2026-11-01", Balance=0),
            invoice(4, BOLT, "2026-11-17"),
        ]
        self.rotation = Rotation()
        self.rotation.current, self.rotation.access = REFRESH, {ACCESS}
        self.rotation.issued.add(REFRESH)
        self.rotation.lives = lambda: {
            "x_refresh_token_expires_in": 8_640_000, "x_refresh_token_hard_expires_in": 157_680_000,
        }  # fmt: skip
        self.false, self.most = {}, 1000
        self.statements: list[str] = []

    @property
    def settings(self):
        return {
            "realm_id": REALM, "client_id": "app", "client_secret": "s3cret",
            "url": self.url, "token_url": f"{self.url}{TOKEN}",
        }  # fmt: skip

    def answer(self, request):
        if request.path == TOKEN:
            assert request.headers["x-include-refresh-token-hard-expires-in"] == "true"
            said = self.rotation.renew(request.form["refresh_token"])
            return reply(said) if said else reply({"error": "invalid_grant"}, 400)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.rotation.access:
            said = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
            return reply(lower("3200", said, "AUTHENTICATION"), 401)
        assert request.path == f"{API}/query"
        assert request.args["minorversion"] == "75"
        return reply({"QueryResponse": self.query(request.args["query"]), "time": NOW})

    def query(self, statement):
        self.statements.append(statement)
        found = STATEMENT.fullmatch(statement)
        assert found, statement
        entity = found["entity"]
        if entity in self.false:
            return self.false[entity]
        if entity == "CompanyInfo":
            return {"CompanyInfo": [{"Id": "1", "CompanyName": "Sandbox Company"}], "maxResults": 1}
        table = {"Customer": self.customers, "Invoice": self.invoices}[entity]
        rows = [row for row in table if self.fits(row, found["where"] or "Active = true")]
        if found["what"] != "*":
            return {"totalCount": len(rows)}
        start = int(found["start"]) - 1
        page = rows[start : start + min(int(found["most"]), self.most)]
        return {entity: page, "startPosition": start + 1, "maxResults": len(page)} if page else {}

    def fits(self, row, where):
        clauses = CLAUSE.findall(where)
        joined = " and ".join(" ".join(each) for each in clauses)
        assert joined == where, (joined, where)
        active = any(name == "Active" for name, _, _ in clauses)
        if not active and not row.get("Active", True):
            return False
        return all(self.holds(row, *clause) for clause in clauses)

    def holds(self, row, name, operator, operand):
        assert name in FILTERABLE, f"property '{name}' is not queryable"
        raw = row.get(name)
        value = raw["value"] if isinstance(raw, dict) else raw
        match operator:
            case "in":
                values = re.findall(r"'((?:\\'|[^'])*)'|(\w+)", operand)
                wanted = [
                    (quoted.replace("\\'", "'") or plain).casefold() for quoted, plain in values
                ]
                return str(value).casefold() in wanted
            case "like":
                pattern = re.escape(operand[1:-1].replace("\\'", "'")).replace("%", ".*")
                return re.fullmatch(pattern, value, re.IGNORECASE) is not None
            case "=":
                return str(value).casefold() == operand
            case ">":
                return value > float(operand.strip("'"))
        return value < operand.strip("'")
