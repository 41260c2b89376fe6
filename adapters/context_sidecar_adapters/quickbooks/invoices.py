"""Invoices that a customer should have paid by now, its own and those of its sub-customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal

from context_sidecar import Row, Rows, added_up, filtered

from context_sidecar_adapters.quickbooks.families import SUB
from context_sidecar_adapters.quickbooks.queries import Queries, one_of

INVOICE = "Invoice"
NAMED = 200
"""The most customers that one query names, for its address's sake: of more, everybody's overdue
invoices are read."""


def overdue(
    queries: Queries, families: Mapping[str, Collection[str]], now: str, zone: tzinfo
) -> dict[str, list[Row]]:
    """Return the invoices of each of *families*, a customer's id with its own and those of its
    sub-customers, that were due before the day in *zone* that it is *now*, by QuickBooks' own
    clock, the oldest first."""
    everyone = sorted(set().union(*families.values()))
    today = datetime.fromisoformat(now).astimezone(zone).date()
    where = f"Balance > '0' and DueDate < '{today}'"
    named = len(everyone) <= NAMED
    whose = f"CustomerRef in {one_of(everyone)} and " if named else ""
    rows, _ = queries.rows(INVOICE, f"{whose}{where}")
    late = filtered(rows, lambda row: _due(row) > 0 and _day(row) < today)
    if not named:
        late = [row for row in late if _owner(row) in set(everyone)]
    grouped = Rows(_owner).grouped(everyone, late)
    return {
        one: sorted((row for member in sorted(family) for row in grouped[member]), key=_day)
        for one, family in families.items()
    }


def item(invoice: Row, currency: str) -> dict[str, object]:
    """Return what a list says of an invoice."""
    number = invoice.get("DocNumber") or invoice["Id"]
    title = f"{number}: {_due(invoice)} {_currency(invoice, currency)}".rstrip()
    name = str(invoice["CustomerRef"].get("name") or "")
    return {
        "id": invoice["Id"],
        "title": f"{title} ({name})" if SUB in name else title,
        "status": f"due {_day(invoice)}",
        "created_at": invoice["MetaData"]["CreateTime"],
        "updated_at": invoice["MetaData"]["LastUpdatedTime"],
    }


def reasons(customer: Row) -> str:
    """Say what *customer*, as `account` gives it, and its sub-customers owe in all."""
    whole = customer.get("BalanceWithJobs")
    owed = f"{whole['amount']} {whole.get('currency', '')}".rstrip() if whole else ""
    return "before unapplied credits" + (f"; {owed} is owed in all, less these" if owed else "")


def summary(invoices: Sequence[Row], currency: str) -> dict[str, object]:
    """Return what is due of *invoices*, and since when."""
    amounts = [(_due(row), _currency(row, currency)) for row in invoices]
    told = {"oldest_due": str(_day(invoices[0])) if invoices else None}
    if amounts and not any(named for _, named in amounts):
        # A company with one currency does not name it: the field's own counts.
        total = sum((amount for amount, _ in amounts), Decimal(0))
        return {**told, "amount": {"amount": f"{total:f}"}}
    return {**told, **added_up("amount", amounts)}


def _owner(invoice: Row) -> object:
    return invoice["CustomerRef"]["value"]


def _due(invoice: Row) -> Decimal:
    return Decimal(str(invoice["Balance"]))


def _day(invoice: Row) -> date:
    return date.fromisoformat(invoice["DueDate"])


def _currency(invoice: Row, usual: str) -> str:
    return str(invoice.get("CurrencyRef", {}).get("value") or usual)
