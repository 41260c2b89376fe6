"""Invoices that a customer should have paid by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, tzinfo
from decimal import Decimal

from context_sidecar import Row, Rows, added_up, each_once, filtered

from context_sidecar_adapters.netsuite.suiteql import SuiteQL

INVOICE = "CustInvc"
QUERY = (
    "SELECT t.id, t.tranid, t.entity, t.type, t.foreignamountunpaid AS unpaid, "
    "c.symbol AS currency, TO_CHAR(t.trandate, 'YYYY-MM-DD') AS made, "
    "TO_CHAR(t.duedate, 'YYYY-MM-DD') AS due "
    "FROM transaction t LEFT JOIN currency c ON c.id = t.currency "
    "WHERE t.type = 'CustInvc' AND t.voided = 'F' AND t.foreignamountunpaid > 0 "
    "AND t.entity IN (IDS) ORDER BY t.id"
)


def overdue(suiteql: SuiteQL, customers: Collection[str], zone: tzinfo) -> dict[str, list[Row]]:
    """Return the invoices of each of *customers* that were due before today in *zone*, by
    NetSuite's own clock, the oldest first."""
    ids = sorted(customers)
    rows, now = suiteql.rows(QUERY.replace("IDS", ", ".join(ids)))
    once = each_once(rows, lambda row: row["id"])
    invoices = filtered(once, lambda row: bool(row["type"] == INVOICE))
    found = Rows(lambda row: row["entity"]).grouped(ids, invoices)
    if not all(found.values()):
        suiteql.prove("transaction", f"type = '{INVOICE}'")
    today = now.astimezone(zone).date()
    return {
        one: sorted((row for row in mine if _is_late(row, today)), key=lambda row: str(row["due"]))
        for one, mine in found.items()
    }


def item(invoice: Row) -> dict[str, object]:
    """Return what a list says of an invoice."""
    currency = invoice.get("currency") or ""
    return {
        "id": invoice["tranid"],
        "title": f"{invoice['tranid']}: {_unpaid(invoice)} {currency}".rstrip(),
        "status": f"due {invoice['due']}",
        "created_at": f"{invoice['made']}T00:00:00+00:00",
    }


def summary(invoices: Sequence[Row]) -> dict[str, object]:
    """Return what is due of *invoices*, and since when."""
    amounts = [(_unpaid(row), row.get("currency") or "") for row in invoices]
    return {"oldest_due": invoices[0]["due"] if invoices else None, **added_up("amount", amounts)}


def _is_late(row: Row, today: date) -> bool:
    """Without a due date an invoice is never overdue; then the column is left out."""
    return "due" in row and date.fromisoformat(row["due"]) < today and _unpaid(row) > 0


def _unpaid(row: Row) -> Decimal:
    return Decimal(str(row["unpaid"]))
