"""Subscriptions, which are orders that recur (app Subscriptions, sale_subscription)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from context_sidecar import Row, added_up, filtered

from context_sidecar_adapters.odoo.models import Models
from context_sidecar_adapters.odoo.partners import moment

MODEL = "sale.order"
STATES = {"3_progress": "in progress", "4_paused": "paused"}
DOMAIN: list[Any] = [["is_subscription", "=", True], ["subscription_state", "in", list(STATES)]]
FIELDS = (
    "name", "subscription_state", "next_invoice_date", "end_date", "recurring_monthly",
    "currency_id", "create_date", "write_date",
)  # fmt: skip


def running(models: Models, partners: Collection[int]) -> dict[int, list[Row]]:
    """Return the subscriptions of each of *partners* that are in progress or paused."""
    found, _ = models.belonging(MODEL, partners, DOMAIN, FIELDS)
    return {one: filtered(rows, _is_running) for one, rows in found.items()}


def item(order: Row) -> dict[str, Any]:
    """Return what a list says of a subscription."""
    until = f", until {order['end_date']}" if order["end_date"] else ""
    return {
        "id": str(order["id"]),
        "title": f"{order['name']}: {_monthly(order)} {order['currency_id'][1]} a month",
        "status": f"{STATES[order['subscription_state']]}{until}",
        "created_at": moment(order["create_date"]),
        "updated_at": moment(order["write_date"]),
    }


def summary(orders: Sequence[Row]) -> dict[str, Any]:
    """Return what recurs each month (a text for several currencies), and what comes next."""
    return {
        "next_invoice": _first(orders, "next_invoice_date"),
        "first_end": _first(orders, "end_date"),
        **added_up("monthly", [(_monthly(row), row["currency_id"][1]) for row in orders]),
    }


def _is_running(order: Row) -> bool:
    return order["subscription_state"] in STATES


def _first(orders: Sequence[Row], field: str) -> str | None:
    return min((str(row[field]) for row in orders if row[field]), default=None)


def _monthly(order: Row) -> Decimal:
    return Decimal(str(order["recurring_monthly"]))
