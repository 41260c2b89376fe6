"""Sales invoices that a contact should have paid by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import tzinfo
from decimal import Decimal

from context_sidecar import Reason, Row, Rows, SourceError

from context_sidecar_adapters.xero.pages import Pages
from context_sidecar_adapters.xero.times import day, readable, today

OPEN, SALES = "AUTHORISED", "ACCREC"


def overdue(pages: Pages, contacts: Collection[str], zone: tzinfo) -> dict[str, list[Row]]:
    """Return the invoices of each of *contacts* that were due before today in *zone*, by Xero's own
    clock, the oldest first."""
    ids = sorted(contacts)
    if not ids:
        return {}
    params = {
        "ContactIDs": ",".join(ids),
        "Statuses": OPEN,
        "where": f'Type=="{SALES}"',
        "order": "InvoiceNumber ASC",
    }
    rows, now = pages.every("Invoices", "InvoiceID", params)
    if any((row["Type"], row["Status"]) != (SALES, OPEN) for row in rows):
        raise SourceError(Reason.SCHEMA_CHANGED, "the filter is not applied", certain=False)
    grouped = Rows(lambda row: row["Contact"]["ContactID"], same=str.casefold).grouped(ids, rows)
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
    """Return how many *invoices* there are, what is due of them, and since when."""
    told: dict[str, object] = {
        "total": len(invoices),
        "oldest_due": str(day(invoices[0]["DueDate"])) if invoices else None,
    }
    currencies = {row["CurrencyCode"] for row in invoices}
    if len(currencies) == 1:
        told["amount"] = {"amount": str(sum(map(_due, invoices))), "currency": currencies.pop()}
    elif not invoices:
        told["amount"] = None
    return told


def _due(invoice: Row) -> Decimal:
    return Decimal(str(invoice["AmountDue"]))
