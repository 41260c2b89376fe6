"""What belongs to an account: in which table, how it names the account, and what a list says of
it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from context_sidecar import Row

EVERY = {"id": "number", "updated_at": "sys_updated_on", "created_at": "sys_created_on"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record that belongs to an account.

    Attributes:
        table: where it is kept.
        account: the column that names its account.
        shown: what a list says of it, and from which column.
        status: the column of its state, which a list says in words.
        end: the column of the day on which it ends, if it does.
    """

    table: str
    account: str
    shown: Mapping[str, str] = field(hash=False)
    status: str = "state"
    end: str = ""

    @property
    def columns(self) -> set[str]:
        """The columns that are read."""
        read = {self.account, self.status, self.end, "active", *self.shown.values()}
        return {*read, *EVERY.values()} - {""}

    def item(self, row: Row) -> dict[str, object]:
        """Return what a list says of *row*."""
        columns, in_words = {**EVERY, **self.shown}, row["display"]
        told = {name: row[column] for name, column in columns.items()}
        if "priority" in told:
            told["priority"] = in_words["priority"]
        until = f"until {row[self.end]}" if self.end and row[self.end] else None
        return told | {"status": ", ".join(filter(None, [in_words.get(self.status), until]))}

    def ends(self, rows: Sequence[Row], total: int) -> dict[str, object]:
        """Return when the first and the last of *rows* end, where such records end, and there are
        no more than those."""
        if not self.end or len(rows) < total:
            return {}
        days = sorted(str(row[self.end]) for row in rows if row[self.end])
        return {"first_end": days[0] if days else None, "last_end": days[-1] if days else None}


def tickets(table: str, account: str) -> Kind:
    """Return the kind that tickets in *table* are, which name their account in *account*."""
    shown = {"title": "short_description", "priority": "priority", "created_at": "opened_at"}
    return Kind(table, account, shown)


CONTRACTS = Kind("ast_contract", "account", {"title": "short_description"}, end="ends")
ENTITLEMENTS = Kind("service_entitlement", "account", {"title": "name"}, status="", end="end_date")
