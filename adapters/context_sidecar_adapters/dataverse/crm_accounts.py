"""Accounts of Dynamics 365, by the Web API of Dataverse."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from context_sidecar import Answers, Row, Rows, filtered, unmerged

from context_sidecar_adapters.dataverse.odata import OData, asked, one_of, quoted
from context_sidecar_adapters.dataverse.settings import GUID

ID, ACTIVE = "accountid", 0


class Accounts:
    """The accounts of an environment; *by* is the property that holds the account's key."""

    def __init__(self, odata: OData, by: str) -> None:
        self._odata, self._by = odata, by

    def answers(
        self, keys: Sequence[str], names: Collection[str], link: Callable[[Row], str]
    ) -> Answers:
        """Return the answer to each of *keys*, whole as far as *names* go."""
        reader = Rows(
            lambda row: row[self._by],
            link=link,
            name=lambda row: f"{row['name']} ({row[ID]})",
            same=str.lower,
            alive=_is_active,
        )
        found = reader.proved(
            keys, lambda asked: self._having(asked, names), self.prove,
            can_ask=self._can_be_asked, otherwise=f"the account's key can be no {self._by}",
        )  # fmt: skip
        return unmerged(found, _master, self._named)

    def active(self, names: Collection[str]) -> list[Row]:
        """Return all that are active."""
        self.prove()
        needed = {ID, self._by, "name", "statecode"}
        rows, _ = self._odata.find("accounts", f"statecode eq {ACTIVE}", needed, asked(names))
        return self._readable(filtered(rows, _is_active), names)

    def prove(self) -> None:
        """Make sure that we are shown accounts that have a key."""
        self._odata.prove("accounts", self._by, "null")

    def _having(self, keys: Sequence[str], names: Collection[str]) -> list[Row]:
        values = ",".join(map(quoted, keys))
        function = "Microsoft.Dynamics.CRM.In"
        where = f"{function}(PropertyName={quoted(self._by)},PropertyValues=[{values}])"
        needed = {ID, self._by, "name", "statecode", "merged", "_masterid_value"}
        rows, _ = self._odata.find("accounts", where, needed, asked(names))
        return self._readable(rows, names)

    def _named(self, ids: set[str]) -> dict[str, str]:
        """What accounts are called, and by which key they are known, by their ids."""
        where = one_of(ID, sorted(ids))
        rows, _ = self._odata.find("accounts", where, {ID, self._by, "name"})
        return {row[ID]: f"{row['name']} ({row[self._by] or row[ID]})" for row in rows}

    def _readable(self, rows: list[Row], names: Collection[str]) -> list[Row]:
        """Leave out what is null because our user may not read it."""
        nulls = {name for name in asked(names) for row in rows if row.get(name, "") is None}
        if not nulls:
            return rows
        secured = self._odata.secured()
        hidden = {name for name in nulls if {name, _column(name)} & secured}
        return [{name: row[name] for name in row.keys() - hidden} for row in rows]

    def _can_be_asked(self, key: str) -> bool:
        if self._by == ID:
            return re.fullmatch(GUID, key) is not None
        return re.search(r"['\[\]]", key) is None


def _is_active(row: Row) -> bool:
    return bool(row["statecode"] == ACTIVE)


def _column(property: str) -> str:
    """The column behind a property of a reference: `ownerid` behind `_ownerid_value`."""
    return property.removeprefix("_").removesuffix("_value")


def _master(row: Row) -> str:
    """The id of the account that this one was merged into."""
    return str(row["_masterid_value"] or "") if row["merged"] else ""
