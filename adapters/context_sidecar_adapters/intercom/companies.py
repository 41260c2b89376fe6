"""Companies, one by one and all of them, and the people who belong to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any

from context_sidecar import (
    Cause,
    Http,
    Reason,
    Row,
    SourceError,
    Walk,
    filtered,
    lacks,
    with_nulls,
)

from context_sidecar_adapters.intercom.lists import PAGE, ids_of, page_of
from context_sidecar_adapters.intercom.refusals import denies

PEOPLE = "/companies/{id}/contacts"
MOST_LISTED = 10_000
"""The list shows no more companies, by the reference."""

MISSING = [HTTPStatus.NOT_FOUND]

ALWAYS = "created_at", "custom_attributes"
"""What every company has, by the reference: one without came without its content."""

OPTIONAL = {
    "industry", "last_request_at", "monthly_spend", "plan.id", "plan.name", "remote_created_at",
    "size", "website",
}  # fmt: skip
"""What every company may have, by the reference; where it is left out there is none."""


class Companies:
    """The companies of a workspace, by their `company_id` or `id`."""

    def __init__(self, http: Http, by: str) -> None:
        self._http, self._by = http, by

    def find(self, key: str, names: Collection[str]) -> list[Row]:
        """Return the companies under *key*, whole as far as *names* go."""
        if self._by == "id":
            answer = self._http.get("/companies/{id}", {"id": key}, accept=MISSING)
        else:
            answer = self._http.get("/companies", params={"company_id": key}, accept=MISSING)
        if denies(answer, "company_not_found"):
            return []
        body = answer.json()
        # The description says a list, the guide shows the company itself.
        rows = [body] if body["type"] == "company" else body["data"]
        if body["type"] == "list" and len(rows) != body["total_count"]:
            raise SourceError(Reason.BAD_RESPONSE, "not as many companies as Intercom announced")
        if not rows:
            raise SourceError(Reason.BAD_RESPONSE, "a company was neither shown nor denied")
        return self._complete(rows, names)

    def many(self, keys: Collection[str], names: Collection[str]) -> list[Row]:
        """Return the companies under *keys*, whole as far as *names* go: those of the list, and
        each other one by itself, as the list lacks some and is not read to its end."""
        found: dict[str, Row] = {}
        lacking = set(keys)
        for page in islice(self._list(), min(len(keys), MOST_LISTED // PAGE)):
            own = {row["id"]: row for row in page if row[self._by] in lacking}
            lacking -= {row[self._by] for row in own.values()}
            found |= own
            if not lacking:
                break
        alone = [row for key in sorted(lacking) for row in self._alone(key)]
        return self._complete([*found.values(), *alone], names)

    def every(self, names: Collection[str]) -> Iterator[Row]:
        """Return all companies, by a scroll. Whether its parameter stays the same from page to page
        is not said (developers.intercom.com, Scroll over all companies): what comes tells where it
        is."""
        params: dict[str, str] = {}
        walk = Walk()
        while True:
            page = self._http.get("/companies/scroll", params=params).json()
            if not page["data"]:
                return
            walk.to(_ids(page["data"]))
            yield from self._complete(page["data"], names)
            params = {"scroll_param": page["scroll_param"]}

    def attributes(self) -> set[str]:
        """Return the full names of all attributes that companies have: `custom_attributes.tier`."""
        found = self._http.get("/data_attributes", params={"model": "company"}).json()
        return {one["full_name"] for one in found["data"] if not one["archived"]}

    def people(self, company: Row) -> list[str]:
        """Return the ids of all who belong to *company*."""
        return sorted(ids_of(self._http, PEOPLE, company["id"], self._first(company)))

    def some_people(self, company: Row) -> tuple[list[Row], int]:
        """Return the first people of *company*, and how many there are.

        Raises:
            SourceError: PERMISSION_DENIED, it has people, and they are not shown to us.
        """
        page = self._first(company)
        return page["data"], page["total_count"]

    def _first(self, company: Row) -> Any:
        page = page_of(self._http, PEOPLE, company["id"])
        if not page["data"] and (page["total_count"] or company.get("user_count")):
            detail = "the company has people, and we are shown none"
            causes = Cause.MISSING_SCOPE, Cause.HIDDEN
            raise SourceError(
                Reason.PERMISSION_DENIED, detail, certain=False, possible_causes=causes
            )
        return page

    def _alone(self, key: str) -> list[Row]:
        # Another one may have been asked for, too, and would pass for its own.
        return filtered(self.find(key, ()), lambda row: bool(row[self._by] == key))

    def _list(self) -> Iterator[list[Row]]:
        """Yield the pages of the list, the last active first: a page that moved shows some twice,
        and others not at all."""
        number, seen = 1, 0
        walk = Walk()
        while True:
            asked = {"page": str(number), "per_page": str(PAGE)}
            page = self._http.post("/companies/list", params=asked).json()
            if page["data"]:
                walk.to(_ids(page["data"]))
            yield page["data"]
            number, seen = number + 1, seen + len(page["data"])
            if not page["data"] or seen >= page["total_count"]:
                return

    def _complete(self, rows: Collection[Row], names: Collection[str]) -> list[Row]:
        """Put a null where an attribute exists and a company has none."""
        lacking = {name for name in names for row in rows if lacks(row, name)}
        if lacking - OPTIONAL:
            lacking &= OPTIONAL | self.attributes()
        return [with_nulls(row, lacking) if row.keys() >= {*ALWAYS} else row for row in rows]


def _ids(rows: Collection[Row]) -> frozenset[str]:
    return frozenset(row["id"] for row in rows)
