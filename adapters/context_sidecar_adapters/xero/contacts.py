"""Contacts: by their ids or numbers, and all that are customers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from context_sidecar import (
    Answers,
    Cause,
    Found,
    Row,
    Rows,
    filtered,
    intact,
    nothing_shown,
    unmerged,
)

from context_sidecar_adapters.xero.pages import Pages
from context_sidecar_adapters.xero.times import readable

ID = "ContactID"
BATCH = 40
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

OPTIONAL = {
    "AccountNumber", "CompanyNumber", "ContactNumber", "DefaultCurrency", "Discount",
    "EmailAddress", "FirstName", "LastName", "PaymentTerms", "TaxNumber", "Website",
}  # fmt: skip
"""What every contact may have, by the description; where it is left out there is none."""

ALWAYS = "ContactStatus", "Name"
"""What every contact has: one without came without its content."""

UNREAD = {
    "Balances": "Xero does not convert balances, and does not say in which currencies they are. "
    "Read `amount` of the lookup `open_invoices` or `overdue_invoices` instead."
}
"""What every contact may have, and nobody can read (the description's schema Balances)."""


class Contacts:
    """The contacts of an organisation; *by* is `ContactID`, `ContactNumber`, `AccountNumber`."""

    def __init__(self, pages: Pages, by: str) -> None:
        self._pages, self._by = pages, by

    def answers(
        self, keys: Sequence[str], names: Collection[str], link: Callable[[Row], str]
    ) -> Answers:
        """Return the answer to each of *keys*, whole as far as *names* go."""
        reader = Rows(
            lambda row: row[self._by],
            link=link,
            name=lambda row: f"{row['Name']} ({row['ContactID']})",
            same=str.lower,
            alive=lambda row: row.get("ContactStatus") != "ARCHIVED",
        )
        found = reader.proved(
            keys, lambda asked: self._having(asked, names), self.prove,
            can_ask=self._can_be_asked, otherwise=f"the account's key can be no {self._by}",
        )  # fmt: skip
        told = unmerged(intact(found, ALWAYS), _merged_into, self._named)
        return {
            key: replace(one, unread=UNREAD) if isinstance(one, Found) else one
            for key, one in told.items()
        }

    def customers(self, names: Collection[str]) -> Iterator[Row]:
        """Return all contacts that are customers."""
        self.prove()
        params = {"where": "IsCustomer==true", "order": "Name ASC"}
        rows, _ = self._pages.every("Contacts", ID, params)
        customers = filtered(rows, lambda row: bool(row["IsCustomer"]))
        yield from (_shown(row, names) for row in customers)

    def prove(self) -> int:
        """Make sure that we are shown contacts at all; return how many."""
        count = self._pages.count("Contacts")
        if not count:
            detail = "we are shown no contact at all: it is another organisation, or a new one"
            raise nothing_shown(detail, (Cause.WRONG_INSTANCE, Cause.NOTHING_THERE))
        return count

    def _having(self, keys: Sequence[str], names: Collection[str]) -> list[Row]:
        if self._by == ID:
            params = {"IDs": ",".join(keys)}
        else:
            params = {"where": " OR ".join(f'{self._by}=="{key}"' for key in keys)}
        wanted = {**params, "includeArchived": "true"}
        rows, _ = self._pages.every("Contacts", ID, wanted)
        return [_shown(row, names) for row in rows]

    def _named(self, ids: set[str]) -> dict[str, str]:
        """What contacts are called, and by which key they are known, by their ids."""
        asked = {"IDs": ",".join(sorted(ids)), "includeArchived": "true"}
        rows, _ = self._pages.every("Contacts", ID, asked)
        return {row[ID]: f"{row['Name']} ({row.get(self._by) or row[ID]})" for row in rows}

    def _can_be_asked(self, key: str) -> bool:
        if self._by == ID:
            return GUID.fullmatch(key) is not None
        return re.search(r'["\\]', key) is None


def _shown(contact: Row, names: Collection[str]) -> Row:
    roots = {name.partition(".")[0] for name in names}
    whole = {**dict.fromkeys(roots & OPTIONAL), **contact}
    return {name: readable(value) for name, value in whole.items() if name not in UNREAD}


def _merged_into(contact: Row) -> str:
    """The id of the contact that this one was merged into; it is left out where there is none."""
    return str(contact.get("MergedToContactID") or "")
