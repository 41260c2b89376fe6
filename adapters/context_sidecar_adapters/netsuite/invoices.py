"""Invoices that a customer should have paid by now, those of its sub-customers and projects among
them.

Of an account's invoices only those count that are posted: one that waits for approval is not owed
yet. A project (in SuiteQL a `job`) is an entity of its own, and names its customer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal

from context_sidecar import (
    Cause,
    Reason,
    Row,
    Rows,
    SourceError,
    added_up,
    each_once,
    filtered,
)

from context_sidecar_adapters.netsuite.families import listed
from context_sidecar_adapters.netsuite.suiteql import SuiteQL

INVOICE = "CustInvc"
UNPAID = (
    f"t.type = '{INVOICE}' AND t.voided = 'F' AND t.posting = 'T' AND t.foreignamountunpaid > 0"
)
COLUMNS = (
    "t.id, t.tranid, t.entity, BUILTIN.DF(t.entity) AS whose, t.type, "
    "t.foreignamountunpaid AS unpaid, c.symbol AS currency, "
    "TO_CHAR(t.trandate, 'YYYY-MM-DD') AS made, TO_CHAR(t.duedate, 'YYYY-MM-DD') AS due"
)
PROJECTS = "job"
CURRENCY = "LEFT JOIN currency c ON c.id = t.currency"
PROJECT = f"LEFT JOIN {PROJECTS} j ON j.id = t.entity"
CUSTOMER = "LEFT JOIN customer k ON k.id = t.entity"


def overdue(
    suiteql: SuiteQL, families: Mapping[str, Collection[str]], zone: tzinfo
) -> dict[str, list[Row]]:
    """Return the invoices of each of *families*, a customer's id with its own and those of its
    sub-customers, and of their projects, that were due before today in *zone*, by NetSuite's own
    clock, the oldest first.

    Raises:
        SourceError: PERMISSION_DENIED, there are invoices of projects that we are not shown.
    """
    everyone = sorted(set().union(*families.values()))
    answers = [_read(suiteql, ", ".join(some)) for some in listed(everyone)]
    once = each_once((row for rows, _ in answers for row in rows), lambda row: row["id"])
    invoices = filtered(once, lambda row: bool(row["type"] == INVOICE))
    found = Rows(_customer).grouped(everyone, invoices)
    theirs = {
        one: [_seen_from(one, row) for member in sorted(family) for row in found[member]]
        for one, family in families.items()
    }
    if not all(theirs.values()):
        suiteql.prove("transaction", f"type = '{INVOICE}'")
    today = min(now for _, now in answers).astimezone(zone).date()
    return {
        one: sorted((row for row in mine if _is_late(row, today)), key=lambda row: str(row["due"]))
        for one, mine in theirs.items()
    }


def item(invoice: Row) -> dict[str, object]:
    """Return what a list says of an invoice."""
    currency, name = invoice.get("currency") or "", invoice.get("of", "")
    title = f"{invoice['tranid']}: {_unpaid(invoice)} {currency}".rstrip()
    return {
        "id": invoice["tranid"],
        "title": f"{title} ({name})" if name else title,
        "status": f"due {invoice['due']}",
        "created_at": f"{invoice['made']}T00:00:00+00:00",
    }


def summary(invoices: Sequence[Row]) -> dict[str, object]:
    """Return what is due of *invoices*, and since when."""
    amounts = [(_unpaid(row), row.get("currency") or "") for row in invoices]
    return {"oldest_due": invoices[0]["due"] if invoices else None, **added_up("amount", amounts)}


def _read(suiteql: SuiteQL, ids: str) -> tuple[list[Row], datetime]:
    """The unpaid invoices of *ids*. An account without projects has no such table, and a role that
    may not see them is told the same."""
    theirs = f"t.entity IN ({ids})"
    either = f"({theirs} OR j.customer IN ({ids}))"
    whole = _query(f"{COLUMNS}, j.customer", f"{CURRENCY} {PROJECT}", either)
    read = suiteql.rows_beside(whole, PROJECTS)
    if read is not None:
        return read
    if suiteql.any(_query("t.id", CUSTOMER, "k.id IS NULL")):
        raise SourceError(
            Reason.PERMISSION_DENIED,
            "some invoices are made out to projects, or customers, that our role is not shown",
            certain=False,
            possible_causes=(Cause.MISSING_PERMISSION, Cause.HIDDEN),
        )
    return suiteql.rows(_query(COLUMNS, CURRENCY, theirs))


def _query(columns: str, joined: str, where: str) -> str:
    """A query for the unpaid invoices *where*, by their ids."""
    table = f"transaction t {joined}"
    return f"SELECT {columns} FROM {table} WHERE {UNPAID} AND {where} ORDER BY t.id"  # noqa: S608  ids


def _customer(invoice: Row) -> object:
    return invoice.get("customer", invoice["entity"])


def _seen_from(customer: str, invoice: Row) -> Row:
    """Return *invoice*, and `of` whom it is where that is a sub-customer of *customer*."""
    return (
        invoice if str(_customer(invoice)) == customer else {**invoice, "of": invoice.get("whose")}
    )


def _is_late(row: Row, today: date) -> bool:
    """Without a due date an invoice is never overdue; then the column is left out."""
    return "due" in row and date.fromisoformat(row["due"]) < today and _unpaid(row) > 0


def _unpaid(row: Row) -> Decimal:
    return Decimal(str(row["unpaid"]))
