"""Invoices that a customer should have paid by now, its own and those of its sub-customers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, tzinfo
from decimal import Decimal

from context_sidecar import Row, Rows, added_up, filtered

from context_sidecar_adapters.quickbooks.families import (
    NAMED,
    SUB,
    families,
    families_above,
    small_families,
)
from context_sidecar_adapters.quickbooks.queries import Queries, one_of

INVOICE = "Invoice"
FEW = 1_000
"""Up to so many customers with overdue invoices are asked whose sub-customers they are, 200 in a
call, where there are more sub-customers than a page of 1,000 has."""


def owed(
    queries: Queries, customers: Collection[Row], now: str, zone: tzinfo
) -> dict[str, list[Row]]:
    """Return the overdue invoices of *customers* and of their sub-customers, as `overdue` does; it
    takes calls for those that owe, and not for all sub-customers that there are."""
    known = small_families(queries, customers)
    if known is not None:
        return overdue(queries, known, now, zone)
    late = _late(queries, _today(now, zone))
    owners = {str(_owner(row)) for row in late}
    if len(owners) <= FEW:
        return _among(late, families_above(queries, customers, owners))
    return _among(late, families(queries, customers))


def overdue(
    queries: Queries, known: Mapping[str, Collection[str]], now: str, zone: tzinfo
) -> dict[str, list[Row]]:
    """Return the invoices of each of *known*, a customer's id with its own and those of its
    sub-customers, that were due before the day in *zone* that it is *now*, by QuickBooks' own
    clock, the oldest first."""
    everyone = sorted(set().union(*known.values()))
    today = _today(now, zone)
    if len(everyone) > NAMED:
        return _among(_late(queries, today), known)
    return _sorted(_late(queries, today, f"CustomerRef in {one_of(everyone)} and "), known)


def _late(queries: Queries, today: date, whose: str = "") -> list[Row]:
    rows, _ = queries.rows(INVOICE, f"{whose}Balance > '0' and DueDate < '{today}'")
    return filtered(rows, lambda row: _due(row) > 0 and _day(row) < today)


def _among(late: Sequence[Row], known: Mapping[str, Collection[str]]) -> dict[str, list[Row]]:
    """As `_sorted`, of everybody's invoices."""
    everyone = set().union(*known.values())
    return _sorted([row for row in late if _owner(row) in everyone], known)


def _sorted(late: Sequence[Row], known: Mapping[str, Collection[str]]) -> dict[str, list[Row]]:
    grouped = Rows(_owner).grouped(sorted(set().union(*known.values())), late)
    return {
        one: sorted((row for member in sorted(family) for row in grouped[member]), key=_day)
        for one, family in known.items()
    }


def _today(now: str, zone: tzinfo) -> date:
    return datetime.fromisoformat(now).astimezone(zone).date()


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
