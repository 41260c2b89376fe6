"""Companies, one by one and all of them, and the people who belong to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from context_sidecar import Cause, Http, Reason, Row, SourceError, lacks, with_nulls

from context_sidecar_adapters.intercom.refusals import denies

PAGE = 50
MISSING = [HTTPStatus.NOT_FOUND]

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

    def every(self, names: Collection[str]) -> Iterator[Row]:
        """Return all companies, by a scroll."""
        params: dict[str, str] = {}
        while True:
            page = self._http.get("/companies/scroll", params=params).json()
            if not page["data"]:
                return
            yield from self._complete(page["data"], names)
            params = {"scroll_param": page["scroll_param"]}

    def attributes(self) -> set[str]:
        """Return the full names of all attributes that companies have: `custom_attributes.tier`."""
        found = self._http.get("/data_attributes", params={"model": "company"}).json()
        return {one["full_name"] for one in found["data"] if not one["archived"]}

    def people(self, company: Row) -> list[str]:
        """Return the ids of all who belong to *company*."""
        page = self._first(company)
        ids = {row["id"] for row in page["data"]}
        while len(ids) < page["total_count"]:
            page = self._page(company, _next(page["pages"]))
            more = {row["id"] for row in page["data"]}
            if not more - ids:
                detail = "not as many people of a company as Intercom announced"
                raise SourceError(Reason.BAD_RESPONSE, detail)
            ids |= more
        return sorted(ids)

    def some_people(self, company: Row) -> tuple[list[Row], int]:
        """Return the first people of *company*, and how many there are.

        Raises:
            SourceError: PERMISSION_DENIED, it has people, and they are not shown to us.
        """
        page = self._first(company)
        return page["data"], page["total_count"]

    def _first(self, company: Row) -> Any:
        page = self._page(company, {"page": "1"})
        if not page["data"] and (page["total_count"] or company.get("user_count")):
            detail = "the company has people, and we are shown none"
            causes = Cause.MISSING_SCOPE, Cause.HIDDEN
            raise SourceError(
                Reason.PERMISSION_DENIED, detail, certain=False, possible_causes=causes
            )
        return page

    def _page(self, company: Row, place: Mapping[str, str]) -> Any:
        path, params = "/companies/{id}/contacts", {**place, "per_page": str(PAGE)}
        return self._http.get(path, {"id": company["id"]}, params=params).json()

    def _complete(self, rows: Collection[Row], names: Collection[str]) -> list[Row]:
        """Put a null where an attribute exists and a company has none."""
        lacking = {name for name in names for row in rows if lacks(row, name)}
        if lacking - OPTIONAL:
            lacking &= OPTIONAL | self.attributes()
        return [with_nulls(row, lacking) for row in rows]


def _next(pages: Mapping[str, Any]) -> dict[str, str]:
    """Where the next page is: behind a cursor, by the description, or at the next number."""
    cursor = (pages.get("next") or {}).get("starting_after")
    return {"starting_after": str(cursor)} if cursor else {"page": str(int(pages["page"]) + 1)}
