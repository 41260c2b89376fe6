"""The tickets that organizations have open: of one by a search, of many by the export of one.

From "Search" of the Support API reference. A search shows the first hundred and counts all; to ask
it for each of a thousand organizations takes a thousand calls. The export of a search gives all
open tickets of the account, a page of up to a thousand in a call, and says after which page there
are no more: so it is whole, and who is not among them has none open. Nothing of it is kept: what
was solved, deleted or merged is not in the next one. Zendesk's incremental exports would have to be
kept and brought up to date by whoever reads them, ten calls a minute, with every ticket ever made
to begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from context_sidecar import Http, Reason, Row, Rows, SourceError, Walk, each_once

PAGE = 100
EXPORTED = 500
"""Tickets on a page of an export, which are a few kilobytes each."""

DONE = {"solved", "closed"}
OPEN = "status<solved"

Opened = tuple[list[Row], int]
"""An organization's open tickets, the last changed first, and how many there are; of many only the
first hundred."""


def of_one(http: Http, organization: str) -> Opened:
    """Return what the *organization* with this id has open."""
    page = http.get(
        "/search",
        params={
            "query": f"type:ticket organization:{organization} {OPEN}",
            "sort_by": "updated_at",
            "sort_order": "desc",
            "per_page": str(PAGE),
        },
    ).json()
    rows = whole(page["results"], min(page["count"], PAGE))
    ours = Rows(lambda row: row["organization_id"]).grouped([organization], rows)[organization]
    open_now = [row for row in ours if row["status"] not in DONE]
    return open_now, page["count"] - len(ours) + len(open_now)


def of_many(http: Http, organizations: Iterable[str]) -> dict[str, Opened]:
    """Return what each of the *organizations* with these ids has open."""
    opened: dict[str, list[Row]] = {one: [] for one in organizations}
    for row in each_once(_everybodys(http), lambda row: row["id"]):
        if row["status"] not in DONE and (owner := str(row["organization_id"])) in opened:
            opened[owner].append(row)
    for rows in opened.values():
        rows.sort(key=lambda row: str(row["updated_at"]), reverse=True)
    return {one: (rows[:PAGE], len(rows)) for one, rows in opened.items()}


def _everybodys(http: Http) -> Iterator[Row]:
    params = {"query": OPEN, "filter[type]": "ticket", "page[size]": str(EXPORTED)}
    walk = Walk()
    while True:
        page = http.get("/search/export", params=params).json()
        yield from page["results"]
        if not page["meta"]["has_more"]:
            return
        params["page[after]"] = walk.to(page["meta"]["after_cursor"])


def item(ticket: Row, url: str) -> Mapping[str, object]:
    """Return what is given of a *ticket* of the Zendesk at *url*."""
    return {
        "id": str(ticket["id"]),
        "title": ticket["subject"],
        "status": ticket["status"],
        "priority": ticket["priority"],
        "created_at": ticket["created_at"],
        "updated_at": ticket["updated_at"],
        "url": f"{url}/agent/tickets/{ticket['id']}",
    }


def whole(rows: Sequence[Row], announced: int) -> list[Row]:
    """Return *rows*.

    Raises:
        SourceError: BAD_RESPONSE, they are not as many as were *announced*.
    """
    if len(rows) != announced:
        raise SourceError(Reason.BAD_RESPONSE, "not as many rows as Zendesk announced")
    return each_once(rows, lambda row: row["id"])
