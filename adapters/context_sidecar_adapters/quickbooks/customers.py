"""Customers, found by what the account is known by."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from context_sidecar import (
    Answers,
    Cause,
    Reason,
    Row,
    Rows,
    SourceError,
    Unasked,
    intact,
    nothing_shown,
)

from context_sidecar_adapters.quickbooks.queries import Queries, one_of

BATCH = 30
"""Names may be long, and an address may not."""

CUSTOMER = "Customer"
ALL = "Active in (true, false)"
ACTIVE = "Active = true"

OPTIONAL = {
    "AcctNum", "AlternatePhone", "ARAccountRef", "BillAddr",
    "BillWithParent", "ClientEntityId", "CompanyName", "CurrencyRef", "CustomerTypeRef",
    "DefaultTaxCodeRef", "FamilyName", "Fax", "GivenName",
    "GSTIN", "GSTRegistrationType", "IsProject", "Job", "Level", "MiddleName", "Mobile",
    "Notes", "OpenBalanceDate", "ParentRef", "PaymentMethodRef", "PreferredDeliveryMethod",
    "PrimaryEmailAddr", "PrimaryPhone", "PrimaryTaxIdentifier", "PrintOnCheckName", "ResaleNum",
    "SalesTermRef", "SecondaryTaxIdentifier", "ShipAddr", "Source", "Suffix", "Taxable",
    "TaxExemptionReasonId", "Title", "WebAddr",
}  # fmt: skip
"""What every customer may have (Intuit's page on customers); where it is left out there is none."""

ALWAYS = "Active", "DisplayName", "MetaData"
"""What every customer has (the same page): one without came without its content."""

OWED = ("Balance", "BalanceWithJobs")
"""Amounts, in the currency of the customer, which is that of all its invoices (the same page)."""


class Customers:
    """The customers of a company; *by* is `Id` or `DisplayName`, and *currency* that of those that
    name none, or ""."""

    def __init__(self, queries: Queries, by: str, currency: str) -> None:
        self._queries, self._by, self._currency = queries, by, currency

    def answers(
        self, keys: Sequence[str], names: Collection[str], link: Callable[[Row], str]
    ) -> tuple[Answers, str]:
        """Return the answer to each of *keys*, whole as far as *names* go, and QuickBooks' own
        time; that is empty where nothing could be asked."""
        asked = [key for key in keys if self._can_be_asked(key)]
        rows, time = self._find(asked) if asked else ([], "")
        if asked and not rows:
            self.prove()
        reader = Rows(
            lambda row: row[self._by], link=link, name=_name, same=str.lower,
            alive=lambda row: row.get("Active") is not False,
        )  # fmt: skip
        refused = Unasked(Reason.NOT_CONFIGURED, f"the account's key can be no {self._by}")
        found = reader.answers(asked, [self._shown(row, names) for row in rows])
        return dict.fromkeys(keys, refused) | intact(found, ALWAYS), time

    def every(self, names: Collection[str]) -> Iterator[Row]:
        """Return all active customers, to the number that QuickBooks counts.

        Raises:
            SourceError: BAD_RESPONSE, it lists more or fewer than it counts.
        """
        expected = self.prove(ACTIVE)
        rows, _ = self._queries.rows(CUSTOMER, ACTIVE)
        if len(rows) != expected:
            raise SourceError(Reason.BAD_RESPONSE, "not as many customers as QuickBooks counts")
        yield from (self._shown(row, names) for row in rows)

    def prove(self, where: str = ALL) -> int:
        """Make sure that we are shown customers at all; return how many."""
        count = self._queries.count(CUSTOMER, where)
        if not count:
            detail = "we are shown no customer at all: it is another company, or a new one"
            raise nothing_shown(detail, (Cause.WRONG_INSTANCE, Cause.NOTHING_THERE))
        return count

    def _find(self, keys: Sequence[str]) -> tuple[list[Row], str]:
        where = f"{self._by} in {one_of(keys)} and {ALL}"
        return self._queries.rows(CUSTOMER, where)

    def _shown(self, customer: Row, names: Collection[str]) -> Row:
        roots = {name.partition(".")[0] for name in names}
        named = customer.get("CurrencyRef", {}).get("value") or self._currency
        currency = {"currency": str(named)} if named else {}
        amounts = {
            name: {"amount": str(customer[name]), **currency}
            for name in OWED
            if customer.get(name) is not None
        }
        return {**dict.fromkeys(roots & OPTIONAL), **customer, **amounts}

    def _can_be_asked(self, key: str) -> bool:
        if self._by == "Id":
            return re.fullmatch(r"\d{1,20}", key) is not None
        return re.search(r"[\\\x00-\x1f]", key) is None


def _name(row: Row) -> str:
    return f"{row['DisplayName']} ({row['Id']})"
