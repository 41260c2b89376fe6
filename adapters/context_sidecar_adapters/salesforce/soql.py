"""SOQL by way of the REST API: what is asked, what comes back, and what it says when it refuses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from context_sidecar import (
    Cause,
    Http,
    Quota,
    Reason,
    Response,
    Row,
    Scope,
    SourceError,
    Walk,
    each_once,
    nothing_shown,
)

NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", re.ASCII)
"""A column, or one of a related record: `Owner.Name`."""

LOST = re.compile(r"(?:No such column|Didn't understand relationship) '(\w+)'")

REASONS = {
    "INVALID_SESSION_ID": Reason.CREDENTIAL_EXPIRED,
    "INVALID_AUTH_HEADER": Reason.CREDENTIAL_EXPIRED,
    "REQUEST_LIMIT_EXCEEDED": Reason.RATE_LIMITED,
    "API_DISABLED_FOR_ORG": Reason.PERMISSION_DENIED,
    "INSUFFICIENT_ACCESS": Reason.PERMISSION_DENIED,
    "TXN_SECURITY_METERING_ERROR": Reason.PERMISSION_DENIED,
    "INVALID_TYPE": Reason.PERMISSION_DENIED,
    "INVALID_FIELD": Reason.SCHEMA_CHANGED,
    "UNSUPPORTED_API_VERSION": Reason.ENDPOINT_GONE,
    "QUERY_TIMEOUT": Reason.TIMEOUT,
    "SERVER_UNAVAILABLE": Reason.SERVER_ERROR,
}
AMBIGUOUS = {
    "INVALID_SESSION_ID": (
        Cause.TOKEN_EXPIRED, Cause.WRONG_INSTANCE, Cause.SESSION_LOCKED, Cause.API_NOT_ENABLED,
    ),
    "INVALID_TYPE": (Cause.HIDDEN, Cause.RENAMED),
    "INVALID_FIELD": (Cause.RENAMED, Cause.HIDDEN),
}  # fmt: skip
"""Codes that Salesforce gives for several causes, and which."""

CAUSES = {
    "REQUEST_LIMIT_EXCEEDED": (Cause.DAILY_QUOTA,),
    "API_DISABLED_FOR_ORG": (Cause.API_NOT_ENABLED,),
    "INSUFFICIENT_ACCESS": (Cause.MISSING_PERMISSION,),
    "SERVER_UNAVAILABLE": (Cause.MAINTENANCE,),
}
"""Codes that stand for one cause."""

QUOTAS = (Quota("daily", timedelta(days=1), used="sforce-limit-info/api-usage"),)
"""Calls of the whole org in the last 24 hours, on every answer (REST API developer guide)."""

RIGHTS = {"Create": "createable", "Edit": "updateable", "Delete": "deletable"}
"""What a description of an object says of our user's rights, by what Salesforce's pages call it."""


class Soql:
    """Queries of one version of an org's REST API; `data` is its path, `/services/data/v62.0`."""

    def __init__(self, http: Http, data: str) -> None:
        self._http, self._data = http, data

    def every(self, type: str, columns: Collection[str]) -> Iterator[Row]:
        """Return all records of *type*."""
        answer = self._http.get(f"{self._data}/query", params={"q": _select(type, columns)})
        return self._rows(_json(answer))

    def find(
        self,
        type: str,
        by: str,
        keys: Collection[str],
        columns: Collection[str],
        *,
        optional: Collection[str] = (),
        also: str = "",
    ) -> list[Row]:
        """Return the records of *type* whose *by* is one of *keys*.

        Args:
            type: the object's API name.
            by: the column that holds the key.
            keys: what is looked for, as text.
            columns: what must be there.
            optional: what is left out where Salesforce does not know it or does not show it to us.
            also: further conditions, and the order.

        Raises:
            SourceError: PERMISSION_DENIED, no record of *type* is shown to us at all.
        """
        if not keys:
            return []
        where = f"{by} IN ({', '.join(map(quoted, keys))}){also}"
        query = f"{_select(type, {by, *columns, *optional})} WHERE {where}"
        found, any_at_all = self._ask(query, _any(type))
        lost = {name for name in optional if _lost(found) & set(name.split("."))}
        if lost:
            left = set(optional) - lost
            return self.find(type, by, keys, columns, optional=left, also=also)
        rows = each_once(self._rows(_body(found)), lambda row: row["Id"])
        if not rows:
            _prove(any_at_all)
        return rows

    def masters(self, type: str, ids: Collection[str]) -> dict[str, str]:
        """Return what the records are called that those with *ids* were merged into, by these ids;
        none where Salesforce does not tell."""
        columns = "Id", "MasterRecordId", "MasterRecord.Name"
        query = f"{_select(type, columns)} WHERE Id IN ({', '.join(map(quoted, ids))})"
        [found] = self._ask(query, resource="queryAll")
        if found["httpStatusCode"] != HTTPStatus.OK:
            return {}
        rows = [row for row in self._rows(found["body"]) if row["MasterRecord"]]
        return {
            row["Id"]: f"{row['MasterRecord']['Name']} ({row['MasterRecordId']})" for row in rows
        }

    def prove(self, type: str) -> None:
        """Make sure that we are shown records of *type*, if there are any."""
        _prove(*self._ask(_any(type)))

    def rights(self, types: Collection[str]) -> Scope:
        """Return what our user may do to records of *types*, as each is described to it."""
        missing: list[str] = []
        excess: list[str] = []
        held: list[str] = []
        for kind in types:
            path, hidden = f"{self._data}/sobjects/{kind}/describe", HTTPStatus.NOT_FOUND
            answer = self._http.get(path, accept=[hidden])
            told = {} if answer.status == hidden else _json(answer)
            (held if told.get("queryable") else missing).append(f"Read on {kind}")
            excess += [f"{right} on {kind}" for right, at in RIGHTS.items() if told.get(at)]
        return Scope(tuple(missing), tuple(excess), held=tuple(held))

    def _ask(self, *queries: str, resource: str = "query") -> list[Any]:
        """Run queries in one composite request; return its parts, each with a status of its own."""
        parts = [
            {
                "method": "GET",
                "url": f"{self._data}/{resource}?{urlencode({'q': query})}",
                "referenceId": f"part{number}",
            }
            for number, query in enumerate(queries)
        ]
        body = {"allOrNone": False, "compositeRequest": parts}
        answer = _json(self._http.post(f"{self._data}/composite", json=body))
        answered = {part["referenceId"]: part for part in answer["compositeResponse"]}
        return [answered[part["referenceId"]] for part in parts]

    def _rows(self, page: Any) -> Iterator[Row]:
        """The rows of all pages, from the first page on."""
        left, walk = page["totalSize"], Walk()
        while page["records"]:
            yield from page["records"]
            left -= len(page["records"])
            if page["done"] or left <= 0:
                break
            page = _json(self._http.get(walk.to(page["nextRecordsUrl"])))
        if left:
            raise SourceError(Reason.BAD_RESPONSE, "not as many rows as Salesforce announced")


def explain(response: Response) -> SourceError | None:
    """Read a refusal: a list of errors, or what is left to its status."""
    return _refusal(response.json()) if response.content[:1] == b"[" else None


def quoted(value: str) -> str:
    """Return *value* as a SOQL text."""
    return "'" + re.sub(r"(['\\])", r"\\\1", value) + "'"


def _select(type: str, columns: Collection[str]) -> str:
    return " ".join(("SELECT", ", ".join(sorted(columns)), "FROM", type))


def _any(type: str) -> str:
    return _select(type, ["Id"]) + " LIMIT 1"


def _refusal(errors: Any) -> SourceError | None:
    found = next((error for error in errors if error["errorCode"] in REASONS), None)
    if found is None:
        return None
    code = found["errorCode"]
    lost = " ".join(sorted(_columns(errors)))
    detail = f"{lost}: renamed, deleted or hidden from our user" if lost else ""
    causes = {**CAUSES, **AMBIGUOUS}.get(code, ())
    if code == "REQUEST_LIMIT_EXCEEDED" and "Concurrent" in found["message"]:
        causes = (Cause.CONCURRENCY_LIMIT,)
    return SourceError(
        REASONS[code], detail, code=code, certain=code not in AMBIGUOUS, possible_causes=causes
    )


def _columns(errors: Any) -> set[str]:
    """The columns and relationships that a query was refused for."""
    return {found[1] for error in errors for found in LOST.finditer(error["message"])}


def _lost(part: Any) -> set[str]:
    return set() if part["httpStatusCode"] == HTTPStatus.OK else _columns(part["body"])


def _body(part: Any) -> Any:
    if part["httpStatusCode"] == HTTPStatus.OK:
        return part["body"]
    unknown = SourceError(Reason.BAD_RESPONSE, f"a query was refused ({part['httpStatusCode']})")
    raise _refusal(part["body"]) or unknown


def _prove(part: Any) -> None:
    """Salesforce leaves out what is hidden from us: without any record, none is no answer."""
    if not _body(part)["records"]:
        detail = "we are shown no record at all: View All is missing, or there are none yet"
        raise nothing_shown(detail)


def _json(response: Response) -> Any:
    if response.content.lstrip()[:1] == b"<":
        raise SourceError(Reason.SERVER_ERROR, "a page for people, as during maintenance")
    return response.json()
