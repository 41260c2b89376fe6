"""What Xero lists, page by page, to the number that it announces."""

from __future__ import annotations

from collections.abc import Mapping

from context_sidecar import Http, Reason, Row, SourceError

PAGE = 500
"""Rows of a page: Xero gives up to 1,000, and each of an invoice brings its lines along."""


class Pages:
    """The lists of an organisation."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def every(self, kind: str, id: str, params: Mapping[str, str]) -> tuple[list[Row], object]:
        """Return all rows of the list *kind*, and Xero's own time of the last page.

        Args:
            kind: the list, by its name in the address and in the answer: `Contacts`.
            id: the column that tells rows apart.
            params: which rows, in which order.

        Raises:
            SourceError: BAD_RESPONSE, not as many as Xero announced.
        """
        rows: dict[str, Row] = {}
        page, last = 0, 1
        while page < last:
            page += 1
            place = {"page": str(page), "pageSize": str(PAGE)}
            answer = self._http.get(f"/{kind}", params={**params, **place}).json()
            announced = answer["pagination"]
            if announced["page"] != page:
                raise SourceError(Reason.BAD_RESPONSE, "another page than was asked for")
            rows |= {row[id]: row for row in answer[kind]}
            last = announced["pageCount"]
        if len(rows) != announced["itemCount"]:
            raise SourceError(Reason.BAD_RESPONSE, "not as many rows as Xero announced")
        return list(rows.values()), answer["DateTimeUTC"]

    def count(self, kind: str) -> int:
        """Return how many rows there are in the list *kind*."""
        place = {"page": "1", "pageSize": "1"}
        answer = self._http.get(f"/{kind}", params=place).json()
        return int(answer["pagination"]["itemCount"])
