"""Invoices that a customer should have paid by now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo

from context_sidecar import Row, added_up

from context_sidecar_adapters.stripe.ledger import Ledger
from context_sidecar_adapters.stripe.money import day, moment, money, worth


def overdue(ledger: Ledger, customers: Collection[str]) -> dict[str, list[Row]]:
    """Return the open invoices of each of *customers* that are past due, the oldest first."""
    return {
        one: sorted((row for row in rows if _is_late(row, now.timestamp())), key=_since)
        for one, rows, now in ledger.of("/invoices", customers, status="open")
    }


def item(row: Row, link: str) -> dict[str, object]:
    """Return what a list says of an invoice."""
    left = money(row["amount_remaining"], row["currency"])
    return {
        "id": row["id"],
        "title": f"{row['number'] or row['id']}: {left['amount']} {left['currency']}",
        "status": row["status"],
        "created_at": moment(row["created"]),
        "url": link,
    }


def summary(rows: Collection[Row], *, zone: tzinfo) -> dict[str, object]:
    """Return what remains to be paid of *rows*, and since which day in *zone* the oldest is due."""
    amounts = [worth(row["amount_remaining"], row["currency"]) for row in rows]
    return {
        "oldest_due": day(min(map(_since, rows), default=None), zone),
        **added_up("amount", amounts),
    }


def _is_late(row: Row, now: float) -> bool:
    if row["status"] != "open" or row["amount_remaining"] <= 0:
        return False
    due = row["due_date"]
    return bool(row["attempted"]) if due is None else due < now


def _since(row: Row) -> int:
    due = row["due_date"]
    return int(row["created"] if due is None else due)
