"""Invoices of which a partner should have paid some by now, instalment by instalment.

From Odoo's source (addons/account/models/account_move.py and account_move_line.py): what is to be
paid of an invoice, and when, stands in its lines of the type `payment_term`, one for each
instalment; `invoice_date_due` of the invoice is the last of their days. Such a line is its
commercial partner's, in the invoice's currency.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, tzinfo
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from context_sidecar import Row, added_up, filtered

from context_sidecar_adapters.odoo.models import Models
from context_sidecar_adapters.odoo.partners import moment

MODEL, LINES = "account.move", "account.move.line"
SOLD = ("out_invoice", "out_receipt")
UNPAID = ("not_paid", "partial")
DOMAIN: list[Any] = [
    ["display_type", "=", "payment_term"],
    ["move_type", "in", list(SOLD)],
    ["parent_state", "=", "posted"],
    ["reconciled", "=", False],
    ["move_id.payment_state", "in", list(UNPAID)],
]
FIELDS = (
    "move_id", "move_name", "display_type", "move_type", "parent_state", "reconciled",
    "date_maturity", "amount_residual_currency", "currency_id", "create_date", "write_date",
)  # fmt: skip


def overdue(models: Models, partners: Collection[int], zone: tzinfo) -> dict[int, list[Row]]:
    """Return the invoices of each of *partners* of which something was due before today in *zone*,
    by Odoo's own clock, the oldest first."""
    found, now = models.belonging(LINES, partners, DOMAIN, FIELDS, owner="partner_id")
    today = now.astimezone(zone).date()
    return {
        one: _by_invoice([row for row in filtered(rows, _is_open) if _is_late(row, today)])
        for one, rows in found.items()
    }


def item(invoice: Row) -> dict[str, Any]:
    """Return what a list says of an invoice."""
    return {
        "id": str(invoice["id"]),
        "title": f"{invoice['name']}: {invoice['owed']} {invoice['currency']}",
        "status": f"due {invoice['due']}",
        "created_at": moment(invoice["create_date"]),
        "updated_at": moment(invoice["write_date"]),
    }


def summary(invoices: Sequence[Row]) -> dict[str, Any]:
    """Return what is due of *invoices*, and since when."""
    amounts = [(row["owed"], row["currency"]) for row in invoices]
    return {"oldest_due": invoices[0]["due"] if invoices else None, **added_up("amount", amounts)}


def _by_invoice(late: Sequence[Row]) -> list[Row]:
    ordered = sorted(late, key=_invoice)
    invoices = (_invoice_of(list(lines)) for _, lines in groupby(ordered, key=_invoice))
    return sorted(invoices, key=itemgetter("due"))


def _invoice_of(lines: Sequence[Row]) -> Row:
    """What is overdue of the invoice of *lines*."""
    first = lines[0]
    return {
        "id": _invoice(first),
        "name": first["move_name"],
        "owed": sum(map(_residual, lines), Decimal(0)),
        "currency": first["currency_id"][1],
        "due": min(str(row["date_maturity"]) for row in lines),
        "create_date": first["create_date"],
        "write_date": max(str(row["write_date"]) for row in lines),
    }


def _is_open(row: Row) -> bool:
    kind = row["display_type"], row["parent_state"], row["reconciled"]
    return kind == ("payment_term", "posted", False) and row["move_type"] in SOLD


def _is_late(row: Row, today: date) -> bool:
    day = row["date_maturity"]
    return _residual(row) > 0 and day is not False and date.fromisoformat(day) < today


def _invoice(row: Row) -> int:
    return int(row["move_id"][0])


def _residual(row: Row) -> Decimal:
    return Decimal(str(row["amount_residual_currency"]))
