"""The lists below a company or a contact, page by page, and how much a search takes.

From Intercom's API reference 2.15, which in places says two things: a contact's companies are
`companies` by the description, and `data` by its example; the next page is behind a cursor by the
description, and at the next number by the guide.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from context_sidecar import Http, Reason, Row, SourceError

PAGE = 50
FILTERS = 15
"""How many filters a group of a search takes, and so how many people are asked for at once."""

FIRST = MappingProxyType({"page": "1"})


def page_of(http: Http, path: str, id: str, place: Mapping[str, str] = FIRST) -> Any:
    """Return the page at *place* of the list at *path*, which names the *id*."""
    return http.get(path, {"id": id}, params={**place, "per_page": str(PAGE)}).json()


def ids_of(http: Http, path: str, id: str, first: Any) -> set[str]:
    """Return the ids of all in the list at *path* that begins with the page *first*.

    Raises:
        SourceError: BAD_RESPONSE, they are not as many as Intercom announced.
    """
    page = first
    ids = _ids(page)
    while len(ids) < page["total_count"]:
        page = page_of(http, path, id, _next(page["pages"]))
        more = _ids(page)
        if not more - ids:
            raise SourceError(Reason.BAD_RESPONSE, "a list is shorter than Intercom announced")
        ids |= more
    return ids


def _ids(page: Any) -> set[str]:
    rows: list[Row] = page["companies"] if "companies" in page else page["data"]
    return {row["id"] for row in rows}


def _next(pages: Mapping[str, Any]) -> dict[str, str]:
    cursor = (pages.get("next") or {}).get("starting_after")
    return {"starting_after": str(cursor)} if cursor else {"page": str(int(pages["page"]) + 1)}
