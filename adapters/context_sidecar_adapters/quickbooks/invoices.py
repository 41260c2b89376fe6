"""Invoices that a customer should have paid by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal

from context_sidecar import Row, Rows, added_up, filtered

from context_sidecar_adapters.quickbooks.queries import Queries, one_of

INVOICE = "Invoice"


def overdue(
    queries: Queries, customers: Collection[str], now: str, zone: tzinfo
) -> dict[str, list[Row]]:
    """Return the invoices of each of *customers* that were due before the day in *zone* that it is
    *now*, by QuickBooks' own clock, the oldest first."""
    ids = sorted(customers)
    today = datetime.fromisoformat(now).astimezone(zone).date()
    where = f"CustomerRef in {one_of(ids)} and Balance > '0' and DueDate < '{today}'"
    rows, _ = queries.rows(INVOICE, where)
    late = filtered(rows, lambda row: _due(row) > 0 and _day(row) < today)
    grouped = Rows(lambda row: row["CustomerRef"]["value"]).grouped(ids, late)
    return {key: sorted(mine, key=_day) for key, mine in grouped.items()}


def item(invoice: Row, currency: str) -> dict[str, object]:
    """Return what a list says of an invoice."""
    number = invoice.get("DocNumber") or invoice["Id"]
    return {
        "id": invoice["Id"],
        "title": f"{number}: {_due(invoice)} {_currency(invoice, currency)}".rstrip(),
        "status": f"due {_day(invoice)}",
        "created_at": invoice["MetaData"]["CreateTime"],
        "updated_at": invoice["MetaData"]["LastUpdatedTime"],
    }


def summary(invoices: Sequence[Row], currency: str) -> dict[str, object]:
    """Return what is due of *invoices*, and since when."""
    amounts = [(_due(row), _currency(row, currency)) for row in invoices]
    told = {"oldest_due": str(_day(invoices[0])) if invoices else None}
    if amounts and not any(named for _, named in amounts):
        # A company with one currency does not name it: the field's own counts.
        total = sum((amount for amount, _ in amounts), Decimal(0))
        return {**told, "amount": {"amount": f"{total:f}"}}
    return {**told, **added_up("amount", amounts)}


def _due(invoice: Row) -> Decimal:
    return Decimal(str(invoice["Balance"]))


def _day(invoice: Row) -> date:
    return date.fromisoformat(invoice["DueDate"])


def _currency(invoice: Row, usual: str) -> str:
    return str(invoice.get("CurrencyRef", {}).get("value") or usual)
