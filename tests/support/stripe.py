"""A Stripe account, written by hand as the API reference of 2025-03-31.basil describes it."""

from __future__ import annotations

import re

from support.vendor import Vendor, reply

ACME, BOLT = "cus_acme", "cus_bolt"
LONG_AGO, FAR_OFF = 1_600_000_000, 4_000_000_000
CLAUSE = re.compile(r'metadata\["account"\]:"((?:\\.|[^"\\])*)"')


def customer(id, account, **more):
    return {
        "id": id,
        "object": "customer",
        "name": f"Customer {account}",
        "email": f"{account}@acme.example".lower(),
        "balance": -1050,
        "currency": "eur",
        "discount": None,
        "delinquent": False,
        "livemode": True,
        "created": LONG_AGO,
        "metadata": {"account": account},
    } | more


def price(units, currency="eur", interval="month", count=1, **more):
    return {
        "id": "price_1",
        "nickname": "Team",
        "currency": currency,
        "unit_amount": units,
        "unit_amount_decimal": None if units is None else str(units),
        "billing_scheme": "per_unit",
        "transform_quantity": None,
        "recurring": {"interval": interval, "interval_count": count, "usage_type": "licensed"},
    } | more


def position(price, *, ends=FAR_OFF, quantity=1, **more):
    one = {"id": f"si_{ends}", "price": price, "quantity": quantity, "discounts": []}
    return one | {"current_period_end": ends} | more


def subscription(id, owner, *positions, **more):
    return {
        "id": id,
        "object": "subscription",
        "customer": owner,
        "status": "active",
        "description": None,
        "created": LONG_AGO,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "discounts": [],
        "pause_collection": None,
        "livemode": True,
        "items": {"object": "list", "data": list(positions), "has_more": False},
    } | more


def invoice(id, owner, *, due=LONG_AGO, **more):
    return {
        "id": id,
        "object": "invoice",
        "customer": owner,
        "number": f"A-{id}",
        "status": "open",
        "collection_method": "send_invoice" if due else "charge_automatically",
        "attempted": False,
        "amount_remaining": 12_000,
        "currency": "eur",
        "due_date": due,
        "created": LONG_AGO - 100,
        "livemode": True,
    } | more


def payment(intent, **more):
    """What an invoice says of one of its payments."""
    return {
        "id": f"inpay_{intent}",
        "status": "open",
        "amount_requested": 12_000,
        "currency": "eur",
        "payment": {"type": "payment_intent", "payment_intent": intent},
        "livemode": True,
    } | more


def intent(id, owner, **more):
    return {
        "id": id,
        "object": "payment_intent",
        "customer": owner,
        "status": "processing",
        "created": LONG_AGO - 50,
        "livemode": True,
    } | more


def error(message="", *, code=None, type="invalid_request_error"):
    said = {"type": type, "message": message}
    return {"error": said | ({"code": code} if code else {})}


def missing(id, message=""):
    return error(message or f"No such customer: '{id}'", code="resource_missing")


class Stripe(Vendor):
    """As much of the API as the adapter uses.

    Attributes:
        index: what the search knows, where that is not what there is.
        size: rows of a page.
        false: what lists and searches say wrongly.
        payments: those of invoices, by their ids; an invoice shows the first `listed_payments`.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.customers = [customer(ACME, "C-1"), customer(BOLT, "C-2")]
        self.subscriptions = [subscription("sub_1", ACME, position(price(2000)))]
        self.invoices = [invoice("in_1", ACME)]
        self.payments, self.payment_intents, self.listed_payments = {}, [], 10
        self.more_items, self.index, self.size, self.false = [], None, 100, {}

    def answer(self, request):
        match request.path.removeprefix("/v1").split("/")[1:]:
            case ["customers", "search"]:
                return reply(self.search(request.args))
            case ["customers", id]:
                found = next((row for row in self.customers if row["id"] == id), None)
                return reply(found) if found else reply(missing(id), 404)
            case ["invoice_payments"]:
                return reply(self.page(self.payments[request.args["invoice"]], request.args))
            case ["subscription_items"]:
                return reply(self.page(self.more_items, request.args))
            case [kind]:
                return reply(self.page(self.listed(kind, request.args), request.args))
        return reply(error("Unrecognized request URL"), 404)

    def listed(self, kind, arguments):
        rows = getattr(self, kind)
        for name in {"customer", "email", "status"} & set(arguments):
            rows = [row for row in rows if row[name] == arguments[name]]
        rows = [row for row in rows if row["created"] >= int(arguments.get("created[gte]", 0))]
        expand = arguments.getlist("expand[]")
        assert all(one.count(".") < 4 for one in expand), "no more than 4 levels are expanded"
        return [row | self.paid(row["id"]) for row in rows] if "data.payments" in expand else rows

    def paid(self, invoice):
        payments, most = self.payments.get(invoice, []), self.listed_payments
        shown = {"object": "list", "data": payments[:most], "has_more": len(payments) > most}
        return {"payments": shown}

    def page(self, rows, arguments):
        size = min(int(arguments["limit"]), self.size)
        ids = [row["id"] for row in rows]
        after = arguments.get("starting_after")
        start = ids.index(after) + 1 if after else 0
        end = start + size
        page = {"object": "list", "data": rows[start:end], "has_more": end < len(rows)}
        return page | self.false

    def search(self, arguments):
        wanted = {re.sub(r"\\(.)", r"\1", value) for value in CLAUSE.findall(arguments["query"])}
        rows = [
            row
            for row in (self.customers if self.index is None else self.index)
            if row["metadata"].get("account") in wanted
        ]
        start, size = int(arguments.get("page", 0)), self.size
        end = start + size
        more = {"has_more": end < len(rows), "next_page": str(end) if end < len(rows) else None}
        return {"object": "search_result", "data": rows[start:end]} | more | self.false
