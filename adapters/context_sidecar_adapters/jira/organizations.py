"""The organizations of Jira Service Management, and the proof that we are shown all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from http import HTTPStatus

from context_sidecar import Cause, Http, Reason, Row, SourceError, is_number

from context_sidecar_adapters.jira import issue_fields

FIELD = "com.atlassian.servicedesk:sd-customer-organizations"
PAGE = 50
FEW = 3
"""Up to so many are asked for one by one, more are looked for in the list."""

AGENT = "SERVICEDESK_AGENT"
PATH = "/rest/servicedeskapi/organization"


class Organizations:
    """The organizations of a site; a row has at least `id` and `name`."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def find(self, by: str, keys: Collection[str]) -> list[Row]:
        """Return those whose *by* (`id` or `name`) is among *keys*.

        Raises:
            SourceError: PERMISSION_DENIED, some are not found, and we are not shown all.
        """
        if by == "id" and len(keys) <= FEW:
            found = [row for key in keys for row in self._one(key)]
        else:
            wanted = {key.lower() for key in keys}
            found = [row for row in self.every() if row[by].lower() in wanted]
        if len(found) < len(keys):
            self.prove()
        return found

    def every(self) -> Iterator[Row]:
        """Return all."""
        start, more = 0, True
        while more:
            params = {"start": str(start), "limit": str(PAGE)}
            page = self._http.get(PATH, params=params).json()
            yield from page["values"]
            more = not page["isLastPage"]
            if page["start"] != start or (more and not page["values"]):
                raise SourceError(Reason.BAD_RESPONSE, "a list that does not come to its end")
            start += len(page["values"])

    def prove(self) -> None:
        """Make sure that we are an agent, to whom all organizations are shown."""
        path, asked = "/rest/api/3/mypermissions", {"permissions": AGENT}
        found = self._http.get(path, params=asked).json()["permissions"][AGENT]
        if found["havePermission"] is not True:
            self._http.get("/rest/api/3/myself")
            detail = "our user is no agent, and is shown no organizations but its own"
            raise SourceError(Reason.PERMISSION_DENIED, detail)

    def field(self) -> str:
        """Return the id of the field in which an issue has its organizations."""
        found = field_among(issue_fields.listed(self._http))
        if not found:
            detail = (
                "there is no field Organizations: it is hidden, or Jira has no service projects"
            )
            raise SourceError(
                Reason.SCHEMA_CHANGED, detail, certain=False,
                possible_causes=(Cause.HIDDEN, Cause.NOTHING_THERE),
            )  # fmt: skip
        return found

    def _one(self, key: str) -> list[Row]:
        if not is_number(key):
            return []
        missing = HTTPStatus.NOT_FOUND
        answer = self._http.get(f"{PATH}/{{id}}", {"id": key}, accept=[missing])
        return [] if answer.status == missing else [answer.json()]


def field_among(rows: Iterable[Row]) -> str:
    """Return the id of that of the fields *rows* in which an issue has its organizations; "" where
    there is none."""
    found = (row["id"] for row in rows if row.get("schema", {}).get("custom") == FIELD)
    return str(next(found, ""))
