"""Conversations that are open, by the people who take part in them."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from context_sidecar import Http, Reason, Row, SourceError

PAGE = 150
FILTERS = 15
"""How many filters a group of a search takes, and so how many people are asked for at once."""

SEARCHES = 10
"""Past so many searches all that is open is read instead."""

OPEN = {"field": "open", "operator": "=", "value": True}


class Conversations:
    """The conversations of a workspace."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def open_of(self, people: Mapping[str, Collection[str]]) -> dict[str, list[Row]]:
        """Return the open conversations of each key's *people*, the last changed first.

        Raises:
            SourceError: SCHEMA_CHANGED, a conversation of nobody that was asked for.
        """
        ids = sorted({one for several in people.values() for one in several})
        rows: dict[str, Row] = {}
        if len(ids) > FILTERS * SEARCHES:
            rows = self._search(OPEN)
        else:
            for start in range(0, len(ids), FILTERS):
                rows |= self._of(ids[start : start + FILTERS])
        # The index lags behind, and still has some that are closed by now.
        opened = [row for row in rows.values() if row["open"]]
        opened.sort(key=lambda row: int(row["updated_at"]), reverse=True)
        wanted = {key: set(several) for key, several in people.items()}
        return {key: [row for row in opened if wanted[key] & _people(row)] for key in wanted}

    def _of(self, ids: Collection[str]) -> dict[str, Row]:
        theirs = {"field": "contact_ids", "operator": "IN", "value": list(ids)}
        rows = self._search({"operator": "AND", "value": [OPEN, theirs]})
        if not all(_people(row) & set(ids) for row in rows.values()):
            detail = "a conversation of nobody that was asked for: the filter is not applied"
            raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)
        return rows

    def _search(self, query: Mapping[str, Any]) -> dict[str, Row]:
        """All conversations that *query* finds, by id."""
        rows: dict[str, Row] = {}
        pagination: dict[str, Any] = {"per_page": PAGE}
        while True:
            asked = {"query": query, "pagination": pagination}
            page = self._http.post("/conversations/search", json=asked).json()
            rows |= {row["id"]: row for row in page["conversations"]}
            after = (page["pages"].get("next") or {}).get("starting_after")
            if not after:
                break
            if after == pagination.get("starting_after"):
                raise SourceError(Reason.BAD_RESPONSE, "pages that go in circles")
            pagination["starting_after"] = after
        if len(rows) != page["total_count"]:
            raise SourceError(Reason.BAD_RESPONSE, "conversations changed while they were read")
        return rows


def moment(seconds: int | None) -> str | None:
    """Return a time of Intercom's as text."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def plain(text: str) -> str:
    """Return the words of a title, which may be HTML."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split())


def _people(conversation: Row) -> set[str]:
    return {person["id"] for person in conversation["contacts"]["contacts"]}
