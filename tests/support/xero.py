"""An organisation in Xero, written by hand as the Accounting API's documentation describes it."""

from __future__ import annotations

import re

from support.vendor import Vendor, reply

API, TENANT = "/api.xro/2.0", "b2c885a9-4bb9-4a00-9b6e-6c2bf60b1a2b"
ACME, BOLT = "5cc8cf28-567e-4d43-b287-687cfcaec47c", "3ec601ad-eddc-4ccb-a8ac-736e88293b1b"
NOW = 1_795_000_000_000
"""18 November 2026, 12:26:40 UTC."""

DAY = 86_400_000
TODAY = NOW // DAY * DAY
NOTHING = "00000000-0000-0000-0000-000000000000"
BALANCES = {
    "AccountsReceivable": {"Outstanding": 760.0, "Overdue": 120.5},
    "AccountsPayable": {"Outstanding": 0.0, "Overdue": 0.0},
}


def date(milliseconds):
    return f"/Date({milliseconds}+0000)/"


def contact(id, number, **more):
    return {
        "ContactID": id,
        "ContactNumber": number,
        "ContactStatus": "ACTIVE",
        "Name": f"Contact {number}",
        "EmailAddress": "ana@acme.example",
        "IsCustomer": True,
        "IsSupplier": False,
        "Balances": BALANCES,
        "UpdatedDateUTC": date(1503348544227),
    } | more


def guid(number):
    return f"{number:08x}-0000-4000-8000-000000000000"


def invoice(number, owner, *, days=-10, **more):
    """An invoice that is due in *days* from the present day."""
    return {
        "Type": "ACCREC",
        "Status": "AUTHORISED",
        "InvoiceID": guid(number),
        "InvoiceNumber": f"INV-{number:04}",
        "Contact": {"ContactID": owner, "Name": "Someone"},
        "AmountDue": 120.5,
        "CurrencyCode": "EUR",
        "Date": date(TODAY - 40 * DAY),
        "DueDate": date(TODAY + days * DAY),
        "UpdatedDateUTC": date(1541176290160),
    } | more


class Xero(Vendor):
    """As much of the API as the adapter uses; Xero's own clock stands still at `NOW`.

    Attributes:
        false: what lists say wrongly.
        size: rows of a page, whatever is asked for.
        tokens: the forms by which tokens were asked for, and how they were signed.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.contacts = [contact(ACME, "C-1"), contact(BOLT, "C-2")]
        self.invoices = [
            invoice(1, ACME),
            invoice(2, ACME, days=5),
            invoice(3, ACME, Status="PAID", AmountDue=0.0),
            invoice(4, BOLT, days=-1),
            invoice(5, BOLT, Type="ACCPAY"),
        ]
        self.false, self.tokens, self.size = {}, [], 100
        self.organisations = {TENANT: "Demo Company"}

    def answer(self, request):
        if request.path == "/connect/token":
            self.tokens.append((request.form.to_dict(), request.headers["Authorization"]))
            token = f"token-{len(self.tokens)}"
            said = {"access_token": token, "expires_in": 1800, "token_type": "Bearer"}
            renewed = request.form["grant_type"] == "refresh_token"
            return reply(said | ({"refresh_token": f"{token}-renewal"} if renewed else {}))
        if request.path == "/connections":
            named = self.organisations.items()
            return reply([{"tenantId": one, "tenantName": name} for one, name in named])
        match request.path.removeprefix(API):
            case "/Contacts":
                rows = list(self.some_contacts(request.args))
            case "/Invoices":
                rows = list(self.some_invoices(request.args))
            case _:
                return reply("The resource you're looking for cannot be found", 404)
        return reply(self.page(request.path.rpartition("/")[2], rows, request.args))

    def some_contacts(self, asked):
        ids = asked["IDs"].casefold().split(",") if "IDs" in asked else None
        where = re.findall(r'(ContactNumber|AccountNumber)=="([^"]*)"', asked.get("where", ""))
        customers = asked.get("where") == "IsCustomer==true"
        for row in self.contacts:
            archived = row["ContactStatus"] == "ARCHIVED"
            if archived and asked.get("includeArchived") != "true":
                continue
            if ids is not None and row["ContactID"] not in ids:
                continue
            if where and not any(
                str(row.get(name)).casefold() == value.casefold() for name, value in where
            ):
                continue
            if customers and not row["IsCustomer"]:
                continue
            yield row

    def some_invoices(self, asked):
        ids, states = asked["ContactIDs"].split(","), asked["Statuses"].split(",")
        assert asked["where"] == 'Type=="ACCREC"'
        for row in self.invoices:
            theirs = row["Contact"]["ContactID"] in ids and row["Type"] == "ACCREC"
            if theirs and row["Status"] in states:
                yield row

    def page(self, kind, rows, asked):
        page, size = int(asked["page"]), min(int(asked["pageSize"]), self.size)
        count = -(-len(rows) // size)
        listed = {"page": page, "pageSize": size, "pageCount": count, "itemCount": len(rows)}
        return {
            "Id": "04e93d48-e72f-4775-b7dd-15a041fab972",
            "Status": "OK",
            "ProviderName": "Sidecar",
            "DateTimeUTC": f"/Date({NOW})/",
            "pagination": listed,
            kind: rows[(page - 1) * size : page * size],
        } | self.false
