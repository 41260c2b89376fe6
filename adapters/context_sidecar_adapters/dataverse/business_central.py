"""Business Central by its API v2.0: customers with what they owe, and their overdue invoices.

From Microsoft's source of the API (pages APIV2 - Customers, Cust Financial Details, Sales Invoices)
and of the table Customer: an invoice is owed by the customer that it is billed to, which need not
be that which it was sold to; `balanceDue` of a customer adds up amounts of all currencies as they
stand, and the figures below `customerFinancialDetail` are in the company's own currency.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

from context_sidecar import (
    Answers,
    Found,
    Row,
    Rows,
    added_up,
    belonging,
    each_once,
    filtered,
    listing,
)

from context_sidecar_adapters.dataverse.odata import OData, asked, one_of, quoted
from context_sidecar_adapters.dataverse.settings import GUID

OPEN = "Open"
EMPTY = {"", "00000000-0000-0000-0000-000000000000", "0001-01-01", "0001-01-01T00:00:00Z"}
INVOICE = {
    "id", "number", "billToCustomerId", "dueDate", "remainingAmount", "currencyCode", "status",
    "lastModifiedDateTime", "invoiceDate",
}  # fmt: skip

UNREAD = {
    "balanceDue": "Business Central adds up amounts of all currencies in it. Read "
    "`customerFinancialDetail.balance`, which is in the company's own currency, or `amount` of the "
    "lookup `overdue_invoices` instead."
}
"""What every customer has, and nobody can read."""


class Customers:
    """The customers of a company; *by* is the property that holds the account's key."""

    def __init__(self, odata: OData, by: str) -> None:
        self._odata, self._by = odata, by

    def answers(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """Return the answer to each of *keys*, whole as far as *names* go."""
        reader = Rows(
            lambda row: row[self._by],
            name=lambda row: f"{row['displayName']} ({row['number']})",
            same=str.lower,
        )
        found = reader.proved(
            keys, lambda asked: self._having(asked, names), self.prove,
            can_ask=lambda key: self._by != "id" or re.fullmatch(GUID, key) is not None,
            otherwise=f"the account's key can be no {self._by}",
        )  # fmt: skip
        return {
            key: replace(one, unread=UNREAD) if isinstance(one, Found) else one
            for key, one in found.items()
        }

    def every(self, names: Collection[str]) -> list[Row]:
        """Return all customers."""
        self.prove()
        return self._read("", names)

    def _having(self, keys: Sequence[str], names: Collection[str]) -> list[Row]:
        values = keys if self._by == "id" else map(quoted, keys)
        return self._read(one_of(self._by, values), names)

    def prove(self) -> None:
        """Make sure that we are shown customers."""
        self._odata.prove("customers", "number", "''")

    def overdue(self, customers: Answers, zone: tzinfo) -> Answers:
        """Return what each of *customers* should have paid before today in *zone*, by the service's
        own clock."""
        return belonging(
            customers, lambda row: str(row["id"]), lambda ids: self._late(ids, zone), _told
        )

    def _late(self, customers: Collection[str], zone: tzinfo) -> dict[str, list[Row]]:
        """The overdue invoices of each of *customers*, the oldest first."""
        ids = sorted(customers)
        where = f"{one_of('billToCustomerId', ids)} and status eq {quoted(OPEN)}"
        rows, now = self._odata.find("salesInvoices", where, INVOICE)
        once = each_once(rows, lambda row: row["id"])
        unpaid = filtered(once, lambda row: bool(row["status"] == OPEN))
        found = Rows(lambda row: row["billToCustomerId"], same=str.lower).grouped(ids, unpaid)
        if not all(found.values()):
            self._odata.prove("salesInvoices", "number", "''")
        today = now.astimezone(zone).date()
        return {
            one: sorted((row for row in mine if _is_late(row, today)), key=_due)
            for one, mine in found.items()
        }

    def _read(self, where: str, names: Collection[str]) -> list[Row]:
        needed = {"id", "number", "displayName", self._by}
        rows, _ = self._odata.find("customers", where, needed, asked(names) - UNREAD.keys())
        return [{name: _readable(value) for name, value in row.items()} for row in rows]


def _readable(value: Any) -> Any:
    return None if isinstance(value, str) and value in EMPTY else value


def _told(late: Sequence[Row]) -> dict[str, object]:
    return {
        **listing(late, _item),
        "oldest_due": str(_due(late[0])) if late else None,
        **added_up("amount", [(_owed(row), row["currencyCode"]) for row in late]),
    }


def _is_late(invoice: Row, today: date) -> bool:
    return _due(invoice) < today and _owed(invoice) > 0


def _item(invoice: Row) -> dict[str, object]:
    return {
        "id": invoice["number"],
        "title": f"{invoice['number']}: {_owed(invoice)} {invoice['currencyCode']}".rstrip(),
        "status": f"due {_due(invoice)}",
        "created_at": f"{invoice['invoiceDate']}T00:00:00+00:00",
        "updated_at": invoice["lastModifiedDateTime"],
    }


def _due(invoice: Row) -> date:
    return date.fromisoformat(invoice["dueDate"])


def _owed(invoice: Row) -> Decimal:
    return Decimal(str(invoice["remainingAmount"]))
