"""Searches of tickets in TicketSQL, and the proof that RT would have shown what it did not show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any

from context_sidecar import Cause, Http, Reason, Response, Row, Scope, SourceError, nothing_shown

PAGE = 100
WHOLE = 1000
"""More tickets than this are not read page by page."""

INACTIVE = "Status = '__Inactive__'"
"""What is true of no open ticket. Which statuses of a lifecycle are active REST2 does not tell; in
TicketSQL `__Active__` and `__Inactive__` stand for them, whatever their names."""

IGNORED = "the filter is not applied"

ACTIONS = {"correspond": "ReplyToTicket", "comment": "CommentOnTicket", "lifecycle": "ModifyTicket"}
"""What RT links to at a ticket (REST2, `_hyperlinks`) only where our user has the right."""

SHOWN = {
    "fields": "Subject,Status,Priority,Created,LastUpdated,Queue,Requestors,CustomFields",
    "fields[Queue]": "Name",
    "fields[Requestors]": "EmailAddress,RealName",
    "orderby": "LastUpdated",
    "order": "DESC",
}


class Tickets:
    """The tickets of some *queues*, by their names."""

    def __init__(self, http: Http, queues: Sequence[str]) -> None:
        self._http, self._queues = http, queues

    def search(self, query: str) -> tuple[list[Row], int]:
        """Return the tickets that *query* finds, the last changed first, and how many there are:
        more than are returned, the first page, where more than `WHOLE` were found.

        Raises:
            SourceError: BAD_RESPONSE, tickets changed between the pages.
        """
        page = self._page(query)
        total, rows = page["total"], {identity(row): row for row in page["items"]}
        last = 1 if total > WHOLE else -(-total // PAGE)
        for number in range(2, last + 1):
            rows |= {identity(row): row for row in self._page(query, number)["items"]}
        if len(rows) != min(total, last * PAGE):
            raise SourceError(Reason.BAD_RESPONSE, "tickets changed while their pages were read")
        return list(rows.values()), total

    def deny(self, query: str, contrary: str) -> None:
        """Make sure that RT finds no ticket of *query* of which the *contrary* of a part of it is
        true, too.

        Raises:
            SourceError: SCHEMA_CHANGED, it does: it leaves that part out.
        """
        if self._page(f"{query} AND {contrary}", per_page=1)["total"]:
            detail = f"tickets are found of which the contrary is true, {contrary}: {IGNORED}"
            raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)

    def prove(self, seen: Collection[str], custom_field: str) -> set[str]:
        """Make sure that RT would have shown us tickets, had there been any; return the names of
        the custom fields that it shows us, in lower case.

        Args:
            seen: ids of the queues of which a ticket was shown just now.
            custom_field: what the search went by, or "".

        Raises:
            SourceError: SCHEMA_CHANGED, a queue does not have the custom field, or hides it, or a
                ticket is of none of the queues; PERMISSION_DENIED, a queue is hidden from us, or
                all its tickets are.
        """
        shown: set[str] = set()
        ours: set[str] = set()
        for name in self._queues:
            queue = self._http.get("/queue/{name}", {"name": name}).json()
            fields = {field["name"].casefold() for field in queue["TicketCustomFields"]}
            if custom_field and custom_field.casefold() not in fields:
                detail = f"queue {name} has no field {custom_field}, or SeeCustomField is missing"
                causes = Cause.RENAMED, Cause.MISSING_PERMISSION
                raise SourceError(
                    Reason.SCHEMA_CHANGED, detail, certain=False, possible_causes=causes
                )
            shown |= fields
            ours.add(identity(queue))
            any_ticket = f"Queue = {quoted(name)}"
            if identity(queue) not in seen and not self._page(any_ticket, per_page=1)["total"]:
                detail = (
                    f"queue {name} shows us no ticket at all: ShowTicket is missing, or it is new"
                )
                raise nothing_shown(detail)
        if not ours.issuperset(seen):
            detail = f"a ticket of a queue that was not asked for: {IGNORED}"
            raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)
        return shown

    def rights(self) -> Scope:
        """Return what our user may do to a ticket beyond seeing it, as RT offers it there, such as
        ReplyToTicket: to the first ticket of the first queue that has one."""
        for name in self._queues:
            rows = self._page(f"Queue = {quoted(name)}", per_page=1)["items"]
            if rows:
                shown = self._http.get("/ticket/{id}", {"id": identity(rows[0])}).json()
                refs = {link["ref"] for link in shown.get("_hyperlinks", ())}
                return Scope(excess=tuple(one for ref, one in ACTIONS.items() if ref in refs))
        return Scope(untold=("any ticket, at which RT tells what our user may do",))

    def _page(self, query: str, page: int = 1, per_page: int = PAGE) -> Any:
        # POST, because queries outgrow an address, and hold what logs need not know.
        place = {"page": str(page), "per_page": str(per_page)}
        found = self._http.post("/tickets", form={"query": query, **place, **SHOWN}).json()
        if found["total"] is None:
            detail = "RT does not say how many tickets there are: turn $UseSQLForACLChecks on"
            raise SourceError(Reason.PERMISSION_DENIED, detail)
        return found


def identity(thing: Row) -> str:
    """Return RT's id of *thing*, which comes as a number or as text."""
    return str(thing["id"])


def quoted(value: str) -> str:
    """Return *value* as a text of TicketSQL."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def explain(response: Response) -> SourceError | None:
    """Read a refusal."""
    if response.status != HTTPStatus.FORBIDDEN:
        return None
    detail = "a right is missing, or it does not exist: RT says the same of both"
    causes = Cause.MISSING_PERMISSION, Cause.RENAMED
    return SourceError(Reason.PERMISSION_DENIED, detail, certain=False, possible_causes=causes)


def values(row: Row, field: str) -> list[str]:
    """Return the values of a ticket's custom field."""
    # Where no custom field may be seen at all, there is "" instead of a list.
    named = [one for one in row["CustomFields"] or () if one["name"].casefold() == field.casefold()]
    return [value for one in named for value in one["values"]]


def moment(text: str | None) -> str | None:
    """Return a time of RT's, which says 1970 where it means never."""
    return None if not text or text.startswith("1970-01-01") else text
