"""OData as both services speak it: what is asked, and whether the answer is whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from context_sidecar import Http, Reason, Response, Row, SourceError, Walk, nothing_shown

from context_sidecar_adapters.dataverse.refusals import explain, lost_property

FORMATTED = "@OData.Community.Display.V1.FormattedValue"
PAGE = 500
PREFER = f'odata.maxpagesize={PAGE},odata.include-annotations="{FORMATTED[1:]}"'
COUNTED = 5000
"""Dataverse counts no further."""

NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?", re.ASCII)
"""A property, or one of what a reference leads to: `primarycontactid.emailaddress1`."""


class OData:
    """The sets of a service. A row has its properties by name, and below `display` what people see
    of them, where the service says it."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def find(
        self,
        kind: str,
        where: str,
        needed: Collection[str],
        optional: Collection[str] = (),
        **more: str,
    ) -> tuple[list[Row], datetime]:
        """Return all rows of the set *kind* that *where* finds, and the service's own time.

        Args:
            kind: the set, such as `accounts`.
            where: an OData filter, or "" for all.
            needed: the properties that must be there.
            optional: what is left out where the service does not know it.
            more: further options, such as `orderby`.

        Raises:
            SourceError: BAD_RESPONSE, not as many as were announced.
        """
        options = {**more, "count": "true", **_selected({*needed, *optional})}
        if where:
            options["filter"] = where
        params = {f"${name}": value for name, value in options.items()}
        answer = self._http.get(f"/{kind}", params=params, accept=[HTTPStatus.BAD_REQUEST])
        if answer.status == HTTPStatus.BAD_REQUEST:
            left = set(optional) - _lost(answer, optional)
            return self.find(kind, where, needed, left, **more)
        return self._all(answer)

    def prove(self, kind: str, property: str, empty: str) -> None:
        """Make sure that we are shown rows of *kind* whose *property* is not *empty*.

        Raises:
            SourceError: PERMISSION_DENIED, we are shown none.
        """
        where = f"{property} ne {empty}"
        params = {"$select": property, "$filter": where, "$top": "1"}
        rows = self._http.get(f"/{kind}", params=params).json()["value"]
        if not [row[property] for row in rows]:
            raise nothing_shown(f"we are shown no {kind} that have a {property}")

    def secured(self) -> set[str]:
        """Return the columns of accounts that Dataverse secures: what our user may not read of
        them, is null."""
        path = "/EntityDefinitions(LogicalName='account')/Attributes"
        params = {"$select": "LogicalName", "$filter": "IsSecured eq true"}
        return {row["LogicalName"] for row in self._http.get(path, params=params).json()["value"]}

    def _all(self, first: Response) -> tuple[list[Row], datetime]:
        page = first.json()
        announced, rows = page["@odata.count"], list(page["value"])
        answer, walk = first, Walk()
        while following := page.get("@odata.nextLink"):
            answer = self._http.get(walk.to(following))
            page = answer.json()
            rows += page["value"]
            if not page["value"] or len(rows) > announced < COUNTED:
                break
        if len(rows) < announced or len(rows) > announced < COUNTED:
            raise SourceError(Reason.BAD_RESPONSE, "not as many rows as were announced")
        return list(map(plain, rows)), parsedate_to_datetime(answer.headers["date"])


def plain(row: Mapping[str, Any]) -> Row:
    """Return the properties of *row*, with what is shown of them below `display`."""
    shown = {
        name.partition("@")[0]: value for name, value in row.items() if name.endswith(FORMATTED)
    }
    return {name: value for name, value in row.items() if "@" not in name} | {"display": shown}


def one_of(property: str, values: Iterable[str]) -> str:
    """Return a filter for rows whose *property*, an id, is one of *values*."""
    return f"({' or '.join(f'{property} eq {value}' for value in values)})"


def quoted(value: str) -> str:
    """Return *value* as an OData text."""
    return "'" + value.replace("'", "''") + "'"


def asked(names: Collection[str]) -> set[str]:
    """Return the properties that *names* are read from."""
    properties = {name.removeprefix("display.") for name in names} - {"display"}
    return set(filter(NAME.fullmatch, properties))


def _selected(properties: Collection[str]) -> dict[str, str]:
    """`$select` and `$expand` for *properties*."""
    own = sorted(name for name in properties if "." not in name)
    below: dict[str, list[str]] = {}
    for name in sorted(set(properties) - set(own)):
        root, _, rest = name.partition(".")
        below.setdefault(root, []).append(rest)
    expanded = ",".join(f"{root}($select={','.join(names)})" for root, names in below.items())
    return {"select": ",".join(own)} | ({"expand": expanded} if expanded else {})


def _lost(answer: Response, optional: Collection[str]) -> set[str]:
    """Which of *optional* a query is refused for."""
    body = answer.json()
    name = lost_property(body)
    lost = {one for one in optional if name in one.split(".")}
    if not lost:
        said = explain(answer) if "error" in body else None
        raise said or SourceError(Reason.BAD_RESPONSE, "a query is refused (400)")
    return lost
