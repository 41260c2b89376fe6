"""Sales invoices that a contact has not paid, and those that it should have paid by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import tzinfo
from decimal import Decimal

from context_sidecar import Row, Rows, added_up, filtered

from context_sidecar_adapters.xero.pages import Pages
from context_sidecar_adapters.xero.times import day, readable, today

OPEN, SALES = "AUTHORISED", "ACCREC"


def unpaid(pages: Pages, contacts: Collection[str]) -> dict[str, list[Row]]:
    """Return the invoices of each of *contacts* of which something is due, the oldest first."""
    return _unpaid(pages, contacts)[0]


def overdue(pages: Pages, contacts: Collection[str], zone: tzinfo) -> dict[str, list[Row]]:
    """Return those of `unpaid` that were due before today in *zone*, by Xero's own clock."""
    found, now = _unpaid(pages, contacts)
    present = today(now, zone)
    return {
        key: [row for row in mine if day(row["DueDate"]) < present] for key, mine in found.items()
    }


def item(invoice: Row) -> dict[str, object]:
    """Return what a list says of an invoice."""
    number = invoice.get("InvoiceNumber") or invoice["InvoiceID"]
    return {
        "id": invoice["InvoiceID"],
        "title": f"{number}: {_due(invoice)} {invoice['CurrencyCode']}",
        "status": f"due {day(invoice['DueDate'])}",
        "created_at": readable(invoice["Date"]),
        "updated_at": readable(invoice["UpdatedDateUTC"]),
    }


def summary(invoices: Sequence[Row]) -> dict[str, object]:
    """Return what is due of *invoices*, and since when."""
    return {
        "oldest_due": str(day(invoices[0]["DueDate"])) if invoices else None,
        **added_up("amount", [(_due(row), row["CurrencyCode"]) for row in invoices]),
    }


def _unpaid(pages: Pages, contacts: Collection[str]) -> tuple[dict[str, list[Row]], object]:
    ids = sorted(contacts)
    params = {
        "ContactIDs": ",".join(ids),
        "Statuses": OPEN,
        "where": f'Type=="{SALES}"',
        "order": "InvoiceNumber ASC",
    }
    rows, now = pages.every("Invoices", "InvoiceID", params)
    approved = filtered(rows, lambda row: (row["Type"], row["Status"]) == (SALES, OPEN))
    grouped = Rows(lambda row: row["Contact"]["ContactID"], same=str.lower).grouped(ids, approved)
    left = {
        key: sorted(
            (row for row in mine if row["AmountDue"] > 0), key=lambda row: day(row["DueDate"])
        )
        for key, mine in grouped.items()
    }
    return left, now


def _due(invoice: Row) -> Decimal:
    return Decimal(str(invoice["AmountDue"]))
