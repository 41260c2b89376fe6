"""Customers, by whatever key they are known, and all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from context_sidecar import Answers, Row, Rows, filtered, intact, is_number

from context_sidecar_adapters.netsuite.suiteql import NAME, SuiteQL, listed

BATCH = 200
ALWAYS = "entityid", "isinactive"
"""What every customer has: one without came without its content."""

NEEDED = {"id", "entityid", "companyname", "isinactive"}


class Customers:
    """The customers of an account; *by* is the column that holds the account's key."""

    def __init__(self, suiteql: SuiteQL, by: str) -> None:
        self._suiteql, self._by = suiteql, by

    def answers(
        self, keys: Sequence[str], names: Collection[str], link: Callable[[Row], str]
    ) -> Answers:
        """Return the answer to each of *keys*, whole as far as *names* go."""
        reader = Rows(
            lambda row: row[self._by],
            link=link,
            name=lambda row: f"{row['companyname'] or row['entityid']} ({row['id']})",
            same=str.lower,
            alive=_is_active,
        )
        found = reader.proved(
            keys, lambda asked: self._having(asked, names), self.prove,
            can_ask=lambda key: self._by != "id" or is_number(key),
            otherwise="the account's key is no id of NetSuite's",
        )  # fmt: skip
        return intact(found, ALWAYS)

    def active(self, names: Collection[str]) -> list[Row]:
        """Return all that are not inactive."""
        self.prove()
        return filtered(self._read("WHERE isinactive = 'F'", names), _is_active)

    def prove(self) -> None:
        """Make sure that we are shown customers that have a key."""
        self._suiteql.prove("customer", f"{self._by} IS NOT NULL")

    def _having(self, keys: Sequence[str], names: Collection[str]) -> list[Row]:
        values = ", ".join(keys) if self._by == "id" else listed(keys)
        return self._read(f"WHERE {self._by} IN ({values})", names)

    def _read(self, where: str, names: Collection[str]) -> list[Row]:
        optional = set(filter(NAME.fullmatch, names)) - {"display", "day"}
        return self._suiteql.find("customer", where, {*NEEDED, self._by}, optional)


def _is_active(row: Row) -> bool:
    return bool(row["isinactive"] == "F")
