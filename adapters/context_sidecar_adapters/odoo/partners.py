"""Partners: companies, and people who are customers themselves, by whatever key they are known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from context_sidecar import Answers, Row, Rows, is_number

from context_sidecar_adapters.odoo.models import Models

BATCH = 200
MODEL = "res.partner"
THEMSELVES: list[Any] = ["|", ["is_company", "=", True], ["parent_id", "=", False]]
"""Those that are their own commercial partner: no contacts and addresses of another."""

NULLABLE = {"json"}
"""Types that may be null; of any other Odoo says by false that there is none."""


class Partners:
    """The partners of a database; *by* is the field that holds the account's key."""

    def __init__(self, models: Models, by: str) -> None:
        self._models, self._by = models, by

    def answers(
        self, keys: Sequence[str], names: Collection[str], link: Callable[[Row], str]
    ) -> Answers:
        """Return the answer to each of *keys*, whole as far as *names* go."""
        reader = Rows(
            lambda row: row[self._by],
            link=link,
            name=lambda row: f"{row['display_name']} ({row['id']})",
            alive=lambda row: bool(row["active"]),
        )
        return reader.proved(
            keys, lambda asked: self._having(asked, names), self.prove,
            can_ask=lambda key: self._by != "id" or is_number(key),
            otherwise="the account's key is no id of Odoo's",
        )  # fmt: skip

    def companies(self, names: Collection[str]) -> list[Row]:
        """Return all that are companies and not archived."""
        self.prove()
        domain = [["is_company", "=", True], ["active", "=", True]]
        return self._read(domain, names)

    def prove(self) -> None:
        """Make sure that we are shown partners that have a key."""
        filled = [] if self._by == "id" else [[self._by, "!=", False]]
        self._models.present(MODEL, filled, self._by)

    def _having(self, keys: Sequence[str], names: Collection[str]) -> list[Row]:
        values = list(map(int, keys)) if self._by == "id" else list(keys)
        return self._read([[self._by, "in", values], *THEMSELVES], names)

    def _read(self, domain: list[Any], names: Collection[str]) -> list[Row]:
        types = {"active": "boolean"}
        wanted = {name.partition(".")[0] for name in names} - {"id"}
        if wanted:
            known = self._models.described(MODEL, ["type"])
            types |= {name: known[name]["type"] for name in wanted & known.keys()}
        rows = self._models.every(MODEL, domain, {"display_name", self._by, *types})
        return [
            {
                name: readable(value, types.get(name, "char"))
                for name, value in row.items()
                if value is not None or types.get(name) in NULLABLE
            }
            for row in rows
        ]


def readable(value: Any, type: str) -> object:
    """Return a field's *value*: what is empty as null, what is referred to by `id` and `name`,
    times as ISO 8601."""
    if type == "boolean":
        return value
    if value is False:
        return None
    if type in {"many2one", "reference"} and isinstance(value, list):
        return {"id": value[0], "name": value[1]}
    return moment(value) if type == "datetime" else value


def moment(text: Any) -> str | None:
    """Return a time of Odoo's, which is in UTC, as ISO 8601; null where there is none."""
    return f"{text.replace(' ', 'T')}+00:00" if text else None
