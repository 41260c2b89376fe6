"""Business Central by its API v2.0: customers with what they owe, and their overdue invoices."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

from context_sidecar import Answers, Found, Reason, Row, Rows, SourceError

from context_sidecar_adapters.dataverse.odata import OData, asked, one_of, quoted
from context_sidecar_adapters.dataverse.settings import GUID

OPEN = "Open"
EMPTY = {"", "00000000-0000-0000-0000-000000000000", "0001-01-01", "0001-01-01T00:00:00Z"}
INVOICE = {
    "id", "number", "customerId", "dueDate", "remainingAmount", "currencyCode", "status",
    "lastModifiedDateTime", "invoiceDate",
}  # fmt: skip
LISTED = 100


class Customers:
    """The customers of a company; *by* is the property that holds the account's key."""

    def __init__(self, odata: OData, by: str) -> None:
        self._odata, self._by = odata, by

    def answers(self, keys: Sequence[str], names: Collection[str]) -> Answers:
        """Return the answer to each of *keys*, whole as far as *names* go."""
        reader = Rows(
            lambda row: row[self._by],
            name=lambda row: f"{row['displayName']} ({row['number']})",
            same=str.casefold,
        )
        return reader.proved(
            keys, lambda asked: self._having(asked, names), self.prove,
            can_ask=lambda key: self._by != "id" or re.fullmatch(GUID, key) is not None,
            otherwise=f"the account's key can be no {self._by}",
        )  # fmt: skip

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
        ids = {
            key: str(found.data["id"])
            for key, found in customers.items()
            if isinstance(found, Found) and isinstance(found.data, Mapping)
        }
        if not ids:
            return customers
        wanted = sorted(set(ids.values()))
        where = f"{one_of('customerId', wanted)} and status eq {quoted(OPEN)}"
        rows, now = self._odata.find("salesInvoices", where, INVOICE)
        if any(row["status"] != OPEN for row in rows):
            raise SourceError(Reason.SCHEMA_CHANGED, "the filter is not applied", certain=False)
        found = Rows(lambda row: row["customerId"], same=str.casefold).grouped(wanted, rows)
        if not all(found.values()):
            self._odata.prove("salesInvoices", "number", "''")
        today = now.astimezone(zone).date()
        return {**customers} | {key: Found(_told(found[one], today)) for key, one in ids.items()}

    def _read(self, where: str, names: Collection[str]) -> list[Row]:
        needed = {"id", "number", "displayName", self._by}
        rows, _ = self._odata.find("customers", where, needed, asked(names))
        return [{name: _readable(value) for name, value in row.items()} for row in rows]


def _readable(value: Any) -> Any:
    return None if isinstance(value, str) and value in EMPTY else value


def _told(invoices: Sequence[Row], today: date) -> dict[str, object]:
    late = [row for row in invoices if _due(row) < today and row["remainingAmount"] > 0]
    late.sort(key=_due)
    told: dict[str, object] = {
        "items": list(map(_item, late[:LISTED])),
        "total": len(late),
        "oldest_due": str(_due(late[0])) if late else None,
    }
    currencies = {row["currencyCode"] for row in late}
    if len(currencies) == 1 and "" not in currencies:
        total = sum(map(_owed, late), Decimal(0))
        told["amount"] = {"amount": str(total), "currency": currencies.pop()}
    elif not late:
        told["amount"] = None
    return told


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
