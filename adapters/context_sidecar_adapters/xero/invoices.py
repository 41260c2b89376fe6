"""Sales invoices that a contact should have paid by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import tzinfo
from decimal import Decimal

from context_sidecar import Row, Rows, added_up, filtered

from context_sidecar_adapters.xero.pages import Pages
from context_sidecar_adapters.xero.times import day, readable, today

OPEN, SALES = "AUTHORISED", "ACCREC"


def overdue(pages: Pages, contacts: Collection[str], zone: tzinfo) -> dict[str, list[Row]]:
    """Return the invoices of each of *contacts* that were due before today in *zone*, by Xero's own
    clock, the oldest first."""
    ids = sorted(contacts)
    params = {
        "ContactIDs": ",".join(ids),
        "Statuses": OPEN,
        "where": f'Type=="{SALES}"',
        "order": "InvoiceNumber ASC",
    }
    rows, now = pages.every("Invoices", "InvoiceID", params)
    unpaid = filtered(rows, lambda row: (row["Type"], row["Status"]) == (SALES, OPEN))
    grouped = Rows(lambda row: row["Contact"]["ContactID"], same=str.casefold).grouped(ids, unpaid)
    present = today(now, zone)
    return {
        key: sorted(
            (row for row in mine if row["AmountDue"] > 0 and day(row["DueDate"]) < present),
            key=lambda row: day(row["DueDate"]),
        )
        for key, mine in grouped.items()
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


def _due(invoice: Row) -> Decimal:
    return Decimal(str(invoice["AmountDue"]))
