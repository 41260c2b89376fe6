"""Customers, by their id, their address, or what is noted in their metadata."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from context_sidecar import Answer, Answers, Found, NoMatch, Row, Rows

from context_sidecar_adapters.stripe.ledger import Ledger
from context_sidecar_adapters.stripe.money import money

BATCH = 10
PATH = "/customers"


class Customers:
    """The customers of an account; *by* is `id`, `email` or `metadata.…`."""

    def __init__(self, ledger: Ledger, by: str) -> None:
        self._ledger, self._by = ledger, by
        self._noted = by.partition(".")[2]

    def answers(self, keys: Sequence[str], link: Callable[[str, Row], str]) -> dict[str, Answer]:
        """Return the answer to each of *keys*; of many by the list of all."""
        reader = Rows(
            self._key,
            link=lambda row: link("customers", row),
            name=lambda row: f"{row['name'] or row['email']} ({row['id']})",
            same=str if self._by == "id" else str.lower,
        )
        if len(keys) > BATCH:
            return reader.among(keys, self.every())
        found = reader.answers(keys, map(_shown, self._rows(keys, reader)))
        if self._noted:
            # What was noted a minute ago may not be in the index yet.
            lagging = NoMatch(certain=False)
            found = {key: lagging if one == NoMatch() else one for key, one in found.items()}
        return found

    def every(self) -> Iterator[Row]:
        """Return all customers."""
        self._ledger.prove()
        for rows, _ in self._ledger.pages(PATH, {}):
            yield from map(_shown, rows)

    def _rows(self, keys: Sequence[str], reader: Rows) -> list[Row]:
        rows: list[Row]
        if self._by == "id":
            found = [self._ledger.one(PATH, key) for key in keys]
            return [row for row in found if row]
        if self._noted:
            rows = self._searched(keys, reader)
        else:
            lists = [self._ledger.every(PATH, {"email": key})[0] for key in keys]
            rows = [row for several in lists for row in several]
        if len(rows) < len(keys):
            self._ledger.prove()
        return rows

    def _searched(self, keys: Sequence[str], reader: Rows) -> list[Row]:
        """The customers that the index has under *keys*, as they are now."""
        clauses = [f'metadata["{self._noted}"]:"{_escaped(key)}"' for key in keys]
        indexed = self._ledger.search(PATH, " OR ".join(clauses))
        reader.grouped(keys, indexed)  # or the search did not do what was asked
        fresh = [self._ledger.one(PATH, row["id"]) for row in indexed]
        wanted = {reader.same(key) for key in keys}
        return [row for row in fresh if row and reader.same(str(self._key(row))) in wanted]

    def _key(self, row: Row) -> object:
        return row["metadata"].get(self._noted) if self._noted else row[self._by]


def balances_of(customers: Answers) -> dict[str, object]:
    """Return the `balance` of each of *customers* by its id, as `account` gives it."""
    return {row["id"]: row["balance"] for row in _found(customers)}


def discounted(customers: Answers) -> set[str]:
    """Return the ids of those of *customers* that have a discount of their own."""
    return {row["id"] for row in _found(customers) if row["discount"]}


def _found(customers: Answers) -> Iterator[Row]:
    for one in customers.values():
        if isinstance(one, Found) and isinstance(one.data, dict):
            yield one.data


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def _shown(customer: Row) -> Row:
    # Without a currency nothing was ever charged or credited.
    currency = customer["currency"]
    balance = money(customer["balance"], currency) if currency else None
    return {**customer, "balance": balance}
