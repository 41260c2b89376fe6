"""How a ticket names its customer: in a custom field, or by a requestor's address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from context_sidecar import Reason, Row, SourceError, collated

from context_sidecar_adapters.rt.tickets import IGNORED, quoted, values


@dataclass(frozen=True, slots=True)
class Customers:
    """The customers of tickets, by the value of the custom field *field*; by the domain of a
    requestor's address, subdomains included, where that is empty."""

    field: str

    def condition(self, keys: Sequence[str]) -> str:
        """Return what is true of the tickets of *keys*, in TicketSQL."""
        if self.field:
            wanted = [f"'CF.{{{self.field}}}' = {quoted(key)}" for key in keys]
        else:
            ends = [end for key in keys for end in _ends(key)]
            wanted = [f"Requestor.EmailAddress ENDSWITH {quoted(end)}" for end in ends]
        return " OR ".join(wanted)

    def owners(self, row: Row, keys: Sequence[str]) -> list[str]:
        """Return which of *keys* the ticket in *row* belongs to, which was found by them. It may be
        none, where to RT's database alone what it names is equal to one of them.

        Raises:
            SourceError: SCHEMA_CHANGED, it is of another customer, or names none.
        """
        named = self._named(row)
        owners = [key for key in keys if self._is_of(key, named, str.lower)]
        if not owners and len(keys) == 1 and self.by_group(row):
            return list(keys)
        if not any(named):
            detail = "a ticket is shown without what names its customer"
            raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)
        if not owners and not any(self._is_of(key, named, collated) for key in keys):
            detail = f"a ticket of a customer that was not asked for: {IGNORED}"
            raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)
        return owners

    def by_group(self, row: Row) -> bool:
        """Whether a ticket may have been found by a member of a group, whom RT does not name."""
        return not self.field and any(one["type"] == "group" for one in row["Requestors"])

    def _named(self, row: Row) -> list[str]:
        if self.field:
            return values(row, self.field)
        return [person["EmailAddress"] for person in row["Requestors"]]

    def _is_of(self, key: str, named: Sequence[str], read: Callable[[str], str]) -> bool:
        texts, wanted = [read(one) for one in named], read(key)
        if self.field:
            return wanted in texts
        return any(one.endswith(_ends(wanted)) for one in texts)


def _ends(domain: str) -> tuple[str, str]:
    return f"@{domain}", f".{domain}"
