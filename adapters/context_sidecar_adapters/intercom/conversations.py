"""Conversations that are open, by the people who take part in them.

A conversation names its people, and no company
(https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations).
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from context_sidecar import Http, Reason, Row, SourceError, Walk

from context_sidecar_adapters.intercom.lists import FILTERS
from context_sidecar_adapters.intercom.people import companies_of

PAGE = 150
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
        opened = _opened(rows)
        wanted = {key: set(several) for key, several in people.items()}
        return {key: [row for row in opened if wanted[key] & _people(row)] for key in wanted}

    def open_of_companies(self, companies: Mapping[str, str]) -> dict[str, list[Row]]:
        """Return the open conversations of each key's company, of which Intercom's own id is given,
        the last changed first: of all that are open, those whose people belong to it."""
        opened = _opened(self._search(OPEN))
        belongs = companies_of(self._http, {one for row in opened for one in _people(row)})
        owned = [
            (row, {owner for one in _people(row) for owner in belongs.get(one, ())})
            for row in opened
        ]
        return {
            key: [row for row, owners in owned if one in owners] for key, one in companies.items()
        }

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
        walk = Walk()
        while True:
            asked = {"query": query, "pagination": pagination}
            page = self._http.post("/conversations/search", json=asked).json()
            rows |= {row["id"]: row for row in page["conversations"]}
            after = (page["pages"].get("next") or {}).get("starting_after")
            if not after:
                break
            pagination["starting_after"] = walk.to(after)
        if len(rows) != page["total_count"]:
            raise SourceError(Reason.BAD_RESPONSE, "conversations changed while they were read")
        return rows


def item(conversation: Row, inbox: str) -> dict[str, object]:
    """Return what a list says of a *conversation*, which opens below the address *inbox*."""
    source = conversation.get("source") or {}
    title = plain(conversation["title"] or source.get("subject") or "")
    return {
        "id": conversation["id"],
        "title": title or f"Conversation {conversation['id']}",
        "status": conversation["state"],
        "priority": "priority" if conversation["priority"] == "priority" else None,
        "created_at": moment(conversation["created_at"]),
        "updated_at": moment(conversation["updated_at"]),
        "url": f"{inbox}/{conversation['id']}",
    }


def moment(seconds: int | None) -> str | None:
    """Return a time of Intercom's as text."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def plain(text: str) -> str:
    """Return the words of a title, which may be HTML."""
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split())


def _opened(rows: Mapping[str, Row]) -> list[Row]:
    """Those of *rows* that are open, the last changed first: the index lags behind, and still has
    some that are closed by now."""
    opened = [row for row in rows.values() if row["open"]]
    return sorted(opened, key=lambda row: int(row["updated_at"]), reverse=True)


def _people(conversation: Row) -> set[str]:
    return {person["id"] for person in conversation["contacts"]["contacts"]}
