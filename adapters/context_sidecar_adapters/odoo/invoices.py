"""Invoices that a partner should have paid by now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

from context_sidecar import Row, added_up, filtered

from context_sidecar_adapters.odoo.models import Models
from context_sidecar_adapters.odoo.partners import moment

MODEL = "account.move"
UNPAID = ("not_paid", "partial")
DOMAIN: list[Any] = [
    ["move_type", "=", "out_invoice"],
    ["state", "=", "posted"],
    ["payment_state", "in", list(UNPAID)],
]
FIELDS = (
    "name", "move_type", "state", "payment_state", "amount_residual", "currency_id",
    "invoice_date_due", "create_date", "write_date",
)  # fmt: skip


def overdue(models: Models, partners: Collection[int], zone: tzinfo) -> dict[int, list[Row]]:
    """Return the invoices of each of *partners* that were due before today in *zone*, by Odoo's own
    clock, the oldest first."""
    found, now = models.belonging(MODEL, partners, DOMAIN, FIELDS)
    today = now.astimezone(zone).date()
    return {
        one: sorted(filter(_due_before(today), filtered(rows, _is_unpaid)), key=_due)
        for one, rows in found.items()
    }


def item(invoice: Row) -> dict[str, Any]:
    """Return what a list says of an invoice."""
    amount, currency = _residual(invoice), invoice["currency_id"][1]
    return {
        "id": str(invoice["id"]),
        "title": f"{invoice['name']}: {amount} {currency}",
        "status": f"due {invoice['invoice_date_due']}",
        "created_at": moment(invoice["create_date"]),
        "updated_at": moment(invoice["write_date"]),
    }


def summary(invoices: Sequence[Row]) -> dict[str, Any]:
    """Return what is due of *invoices*, and since when."""
    amounts = [(_residual(row), row["currency_id"][1]) for row in invoices]
    return {"oldest_due": _due(invoices[0]) if invoices else None, **added_up("amount", amounts)}


def _is_unpaid(row: Row) -> bool:
    return (row["move_type"], row["state"]) == ("out_invoice", "posted") and (
        row["payment_state"] in UNPAID
    )


def _due(row: Row) -> str:
    return str(row["invoice_date_due"])


def _due_before(today: date) -> Callable[[Row], bool]:
    def is_late(row: Row) -> bool:
        owed = _residual(row) > 0 and row["invoice_date_due"] is not False
        return owed and date.fromisoformat(_due(row)) < today

    return is_late


def _residual(row: Row) -> Decimal:
    return Decimal(str(row["amount_residual"]))
