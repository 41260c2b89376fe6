"""A database of Odoo, written by hand as the JSON-2 API is documented, and as its source does: what
is empty is false, a field that is not there fails the whole call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.vendor import Vendor, reply

ACME, BOLT, ANA = 7, 8, 9
TYPES = {
    "active": "boolean",
    "customer_rank": "integer",
    "is_company": "boolean",
    "parent_id": "many2one",
    "user_id": "many2one",
    "write_date": "datetime",
    "x_tier": "selection",
    "credit": "monetary",
    "category_id": "many2many",
}
NEW = {"create_date": "2026-10-01 08:00:00", "write_date": "2026-11-02 09:30:00"}
EURO = [1, "EUR"]


def day(days):
    return str(datetime.now(UTC).date() + timedelta(days=days))


def partner(id, ref, **more):
    return {
        "id": id,
        "ref": ref,
        "display_name": f"Partner {ref}",
        "name": f"Partner {ref}",
        "email": "ana@acme.example",
        "vat": False,
        "phone": False,
        "active": True,
        "is_company": True,
        "parent_id": False,
        "commercial_partner_id": [id, f"Partner {ref}"],
        "user_id": [2, "Olga"],
        "x_tier": "ENT",
        "credit": 0.0,
        "category_id": [],
        **NEW,
    } | more


def instalment(id, owner, *, move=None, days=-10, **more):
    """A line of an invoice, the *move*, by which some of it is due in *days* from today."""
    number = move or id
    return {
        "id": id,
        "move_id": [number, f"INV/2026/{number:05}"],
        "move_name": f"INV/2026/{number:05}",
        "move_type": "out_invoice",
        "move_id.payment_state": "not_paid",
        "parent_state": "posted",
        "display_type": "payment_term",
        "reconciled": False,
        "amount_residual": 150.0,
        "amount_residual_currency": 120.5,
        "currency_id": EURO,
        "date_maturity": day(days),
        "partner_id": [owner, "Someone"],
        **NEW,
    } | more


def paid(id, owner):
    """A line of an invoice of which all is paid."""
    nothing = {"reconciled": True, "amount_residual": 0.0, "amount_residual_currency": 0.0}
    return instalment(id, owner, **nothing, **{"move_id.payment_state": "paid"})


def subscription(id, owner, **more):
    return {
        "id": id,
        "name": f"S{id:05}",
        "is_subscription": True,
        "subscription_state": "3_progress",
        "next_invoice_date": day(12),
        "end_date": False,
        "recurring_monthly": 99.9,
        "currency_id": EURO,
        "commercial_partner_id": [owner, "Someone"],
        **NEW,
    } | more


def project(id, person, **more):
    return {
        "id": id,
        "name": f"Project {id}",
        "partner_id": [person, "Someone"],
        "last_update_status": "on_track",
        "date_start": False,
        "date": "2027-03-31",
        "user_id": False,
        "active": True,
        **NEW,
    } | more


def ticket(id, owner, **more):
    return {
        "id": id,
        "name": f"Ticket {id}",
        "ticket_ref": f"{id:05}",
        "stage_id": [1, "New"],
        "stage_id.fold": False,
        "priority": "3",
        "active": True,
        "partner_id": [ANA, "Acme, Ana"],
        "commercial_partner_id": [owner, "Someone"],
        **NEW,
    } | more


class Odoo(Vendor):
    """As much of the API as the adapter uses.

    Attributes:
        models: the records by model.
        companies: the ids of those that our user may see.
        kept: ids of records that a rule keeps from our user.
        deaf: conditions do not count.
        most: records in one answer, whatever is asked for.
        may: what our user may do.
    """

    def __init__(self, server) -> None:
        super().__init__(server)
        self.companies, self.kept, self.deaf, self.may = {1, 2}, set(), False, {"read"}
        self.most = 1000
        person = {"is_company": False, "parent_id": [ACME, "Partner C-1"]}
        self.models = {
            "res.partner": [
                partner(ACME, "C-1"),
                partner(BOLT, "C-2", vat="DE1"),
                partner(ANA, False, commercial_partner_id=[ACME, "C"], **person),
            ],
            "res.company": [{"id": 1, "name": "Sidecar GmbH"}, {"id": 2, "name": "Sidecar Inc."}],
            "account.move.line": [
                instalment(1, ACME),
                instalment(2, ACME, days=5),
                paid(3, ACME),
                instalment(4, BOLT, days=-1),
                instalment(5, BOLT, move_type="in_invoice"),
                instalment(6, BOLT, display_type="product"),
            ],
            "sale.order": [
                subscription(1, ACME, end_date="2027-06-30"),
                subscription(2, ACME, subscription_state="4_paused", next_invoice_date=False),
                subscription(3, ACME, subscription_state="6_churn"),
            ],
            "project.project": [
                project(1, ANA, last_update_status="at_risk"),
                project(2, ACME, write_date="2026-11-03 09:30:00"),
                project(3, ACME, active=False),
            ],
            "helpdesk.ticket": [
                ticket(1, ACME),
                ticket(2, ACME, write_date="2026-11-03 09:30:00", stage_id=False),
                ticket(3, ACME, **{"stage_id.fold": True}),
            ],
        }

    def answer(self, request):
        _, _, _, model, method = request.path.split("/")
        asked = request.json
        if model not in self.models:
            return refused(
                "werkzeug.exceptions.NotFound", f"the model '{model}' does not exist", 404
            )
        if not set(asked["context"].get("allowed_company_ids", ())) <= self.companies:
            said = "Access to unauthorized or invalid companies."
            return refused("odoo.exceptions.AccessError", said, 403)
        match method:
            case "search_read":
                return self.search_read(model, asked)
            case "fields_get":
                return reply(self.described(model))
            case "has_access":
                return reply(asked["operation"] in self.may)
        return refused("werkzeug.exceptions.NotFound", f"no method {method}", 404)

    def search_read(self, model, asked):
        rows = self.models[model]
        known = {name for row in rows for name in row} | {"partner_id.commercial_partner_id"}
        named = [*asked["fields"], *(one[0] for one in asked["domain"] if one != "|")]
        for name in named:
            if rows and name not in known:
                return refused("builtins.ValueError", f"Invalid field '{name}' on '{model}'", 500)
        found = [row for row in rows if row["id"] not in self.kept]
        if not self.deaf:
            found = [row for row in found if self.fits(row, list(asked["domain"]))]
        page = found[asked["offset"] :][: min(asked["limit"], self.most)]
        return reply([{name: row[name] for name in {"id", *asked["fields"]}} for row in page])

    def fits(self, row, domain):
        holds = True
        while domain:
            one = domain.pop(0)
            if one == "|":
                first, second = domain.pop(0), domain.pop(0)
                holds &= self.one_fits(row, first) or self.one_fits(row, second)
            else:
                holds &= self.one_fits(row, one)
        return holds

    def one_fits(self, row, condition):
        name, operator, value = condition
        if name == "partner_id.commercial_partner_id":
            [theirs] = [
                one for one in self.models["res.partner"] if one["id"] == row["partner_id"][0]
            ]
            found = theirs["commercial_partner_id"][0]
        else:
            found = row[name][0] if isinstance(row[name], list) and row[name] else row[name]
        if operator == "in":
            return found in value
        return (found == value) is (operator == "=")

    def described(self, model):
        names = {name for row in self.models[model] for name in row if "." not in name}
        fields = {name: {"type": TYPES.get(name, "char")} for name in names}
        for name, said in fields.items():
            said |= {"string": name.capitalize(), "required": name == "name", "searchable": True}
            if said["type"] == "selection":
                said["selection"] = [["ENT", "Enterprise"], ["STD", "Standard"]]
            if said["type"] == "monetary":
                said["currency_field"] = "currency_id"
        return fields


def refused(name, message, status):
    body = {"name": name, "message": message, "arguments": [message], "context": {}, "debug": "…"}
    return reply(body, status)
