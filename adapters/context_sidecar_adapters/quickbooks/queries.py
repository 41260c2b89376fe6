"""Data queries, page by page, as Intuit's page on data queries has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from context_sidecar import Http, Reason, Row, SourceError

from context_sidecar_adapters.quickbooks.refusals import fault_in, refusal

PAGE = 1_000
"""The most rows that a page may have; with more asked for, there would be no more."""

MINOR_VERSION = "75"


class Queries:
    """The queries of one company."""

    def __init__(self, http: Http, realm_id: str) -> None:
        self._http, self._realm_id = http, realm_id

    def rows(self, entity: str, where: str) -> tuple[list[Row], str]:
        """Return all rows of *entity* that are *where*, and QuickBooks' own time.

        Raises:
            SourceError: BAD_RESPONSE, a page has not as many as it says; or whatever went wrong.
        """
        rows: dict[str, Row] = {}
        start, more = 1, True
        while more:
            found, time = self._page(entity, where, start)
            new = {row["Id"]: row for row in found}
            if found and new.keys() <= rows.keys():
                raise SourceError(Reason.BAD_RESPONSE, "pages that go in circles")
            rows |= new
            start += PAGE
            more = len(found) == PAGE
        return list(rows.values()), time

    def few(self, entity: str, where: str) -> list[Row] | None:
        """Return the rows of *entity* that are *where*; None where a page may not have all."""
        found, _ = self._page(entity, where, 1)
        return None if len(found) == PAGE else found

    def count(self, entity: str, where: str = "") -> int:
        """Return how many rows of *entity* there are."""
        restricted = f" where {where}" if where else ""
        answer, _ = self._ask(f"select count(*) from {entity}{restricted}")  # noqa: S608  no values
        return int(answer["totalCount"])

    def company(self) -> Row:
        """Return the company's own row."""
        answer, _ = self._ask("select * from CompanyInfo")
        [row] = answer["CompanyInfo"]
        found: Row = row
        return found

    def _page(self, entity: str, where: str, start: int) -> tuple[list[Row], str]:
        statement = f"select * from {entity} where {where} orderby Id"  # noqa: S608
        answer, time = self._ask(f"{statement} startposition {start} maxresults {PAGE}")
        found: list[Row] = answer.get(entity, [])
        if len(found) != answer.get("maxResults", 0):
            raise SourceError(Reason.BAD_RESPONSE, "not as many rows as the page says it has")
        return found, time

    def _ask(self, statement: str) -> tuple[Mapping[str, Any], str]:
        params = {"query": statement, "minorversion": MINOR_VERSION}
        answer = self._http.get("/query", params=params).json()
        if fault := fault_in(answer):
            raise refusal(fault)
        return answer["QueryResponse"], answer["time"]


def one_of(values: Iterable[str]) -> str:
    """Return the list of *values* that `in` takes."""
    return f"({', '.join(map(quoted, values))})"


def quoted(value: str) -> str:
    """Return *value* as it stands in a query."""
    escaped = value.replace("'", "\\'")
    return f"'{escaped}'"
