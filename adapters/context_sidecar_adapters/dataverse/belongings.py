"""What belongs to an account in Dynamics 365: cases, opportunities, entitlements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal

from context_sidecar import Row, Rows, added_up, each_once, filtered

from context_sidecar_adapters.dataverse.odata import OData, one_of

CURRENCY = "transactioncurrencyid.isocurrencycode"
EVERY = {"created_at": "createdon", "updated_at": "modifiedon"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that belongs to an account.

    Attributes:
        name: what Dynamics calls one, `incident`, and `many` what it calls their set.
        account: the property that names the account.
        state: the `statecode` of those that count.
        shown: what a list says of it, and from which property.
        status: the choice whose words are its status.
        amount: the property of what it is worth, if any.
        end: the property of the day on which it ends, if it does.
    """

    name: str
    many: str
    account: str
    state: int
    shown: Mapping[str, str] = field(hash=False)
    status: str = "statuscode"
    amount: str = ""
    end: str = ""

    @property
    def id(self) -> str:
        """The property of its id."""
        return f"{self.name}id"

    @property
    def needed(self) -> set[str]:
        """The properties that are read."""
        worth = {self.amount, CURRENCY} if self.amount else {""}
        read = {self.id, self.account, "statecode", self.status, self.end, *self.shown.values()}
        return {*read, *EVERY.values(), *worth} - {""}

    def of(self, odata: OData, accounts: Collection[str], zone: tzinfo) -> dict[str, list[Row]]:
        """Return those of each of *accounts* that count, the last changed first; days are those of
        *zone*."""
        ids = sorted(accounts)
        where = f"{one_of(self.account, ids)} and statecode eq {self.state}"
        read, _ = odata.find(self.many, where, self.needed, orderby="modifiedon desc")
        once = each_once(read, lambda row: row[self.id])
        rows = filtered(once, lambda row: bool(row["statecode"] == self.state))
        if self.end:
            rows = [{**row, self.end: _day(row[self.end], zone)} for row in rows]
        found = Rows(lambda row: row[self.account], same=str.lower).grouped(ids, rows)
        if not all(found.values()):
            odata.prove(self.many, self.id, "null")
        return found

    def item(self, row: Row) -> dict[str, object]:
        """Return what a list says of *row*."""
        told: dict[str, object] = {"id": row[self.id]}
        told |= {name: row[one] for name, one in {**EVERY, **self.shown}.items()}
        if "priority" in told:
            told["priority"] = _words(row, self.shown["priority"])
        if self.amount and row[self.amount] is not None:
            told["title"] = f"{told['title']}: {_worth(row, self.amount)} {_currency(row)}"
        until = f"until {row[self.end]}" if self.end and row[self.end] else None
        return told | {"status": ", ".join(filter(None, [_words(row, self.status), until]))}

    def summary(self, rows: Sequence[Row]) -> dict[str, object]:
        """Return what *rows* are worth together, and when the first and the last of them end, where
        they are and do."""
        told: dict[str, object] = {}
        if self.end:
            days = sorted(row[self.end] for row in rows if row[self.end])
            told |= {"first_end": days[0] if days else None, "last_end": days[-1] if days else None}
        if self.amount:
            worth = [row for row in rows if row[self.amount] is not None]
            amounts = [(_worth(row, self.amount), _currency(row)) for row in worth]
            told |= added_up("amount", amounts)
        return told


CASES = Kind(
    "incident", "incidents", "_customerid_value", 0,
    {"id": "ticketnumber", "title": "title", "priority": "prioritycode"},
)  # fmt: skip
OPPORTUNITIES = Kind(
    "opportunity", "opportunities", "_parentaccountid_value", 0, {"title": "name"},
    amount="estimatedvalue", end="estimatedclosedate",
)  # fmt: skip
ENTITLEMENTS = Kind(
    "entitlement", "entitlements", "_customerid_value", 1, {"title": "name"}, end="enddate"
)


def _words(row: Row, choice: str) -> str | None:
    return None if row[choice] is None else str(row["display"][choice])


def _worth(row: Row, amount: str) -> Decimal:
    return Decimal(str(row[amount]))


def _currency(row: Row) -> str:
    return str(row["transactioncurrencyid"]["isocurrencycode"])


def _day(said: str | None, zone: tzinfo) -> str | None:
    """Return the day that Dynamics tells as such, or as the moment at which it began for whoever
    entered it (Microsoft's "Behavior and format of the date and time column"), which is midnight
    there: the nearest one, where it is none in *zone*."""
    if said is None or len(said) == len("2027-01-31"):
        return said
    moment = datetime.fromisoformat(said).astimezone(zone)
    return (moment if moment.time() == time() else moment + timedelta(hours=12)).date().isoformat()
