"""The Table API and the Aggregate API: what is asked, and whether the answer is whole.

A query is no filter to be relied on: what it cannot read of it, ServiceNow leaves out. So every row
says itself why it is there, and where there is none, one is looked for that must be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from context_sidecar import (
    Cause,
    Http,
    Reason,
    Response,
    Row,
    Rows,
    SourceError,
    each_once,
    filtered,
    nothing_shown,
)

from context_sidecar_adapters.servicenow.belongings import Kind
from context_sidecar_adapters.servicenow.refusals import cut, hidden
from context_sidecar_adapters.servicenow.rows import read

PAGE = 1000
FEW = 10
TRUE = {"true", "1"}
NEWEST_FIRST = "^ORDERBYDESCsys_updated_on"


class Tables:
    """The tables of an instance. A row has its values by column, as ServiceNow stores them, with
    times as ISO 8601, and below `display` as it shows them; what is empty is null."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def having(
        self,
        table: str,
        by: str,
        keys: Collection[str],
        columns: Collection[str],
        optional: Collection[str] = (),
    ) -> tuple[list[Row], int]:
        """Return the rows of *table* whose *by* is one of *keys*, and how many there are: more
        where some may not be read. A few hundred at most."""
        if not keys:
            return [], 0
        query = f"{by}IN{','.join(keys)}"
        rows, total = self._page(table, query, {by, *columns}, optional)
        Rows(lambda row: row[by], same=str.lower).grouped(list(keys), rows)
        if total > PAGE:
            detail = "far more rows than keys: the filter is not applied"
            raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)
        return rows, total

    def every(
        self, table: str, columns: Collection[str], optional: Collection[str]
    ) -> Iterator[Row]:
        """Return all rows of *table*.

        Raises:
            SourceError: PERMISSION_DENIED, some may not be read.
        """
        offset, total = 0, 1
        while offset < total:
            rows, total = self._page(table, "ORDERBYsys_id", columns, optional, offset=offset)
            if len(rows) < min(PAGE, total - offset):
                raise hidden(table)
            yield from rows
            offset += PAGE

    def one(self, table: str, id: str, columns: Collection[str]) -> Row | None:
        """Return the row of *table* with the sys_id *id*; None where it is not there or may not be
        read, which ServiceNow does not tell apart."""
        path, parts = f"/table/{table}/{{id}}", {"id": id}
        missing = HTTPStatus.NOT_FOUND
        answer = self._http.get(path, parts, params=_shown(columns), accept=[missing])
        body = _body(answer)
        if answer.status != missing:
            return read(body["result"])
        if body["error"]["message"] != "No Record found":
            raise SourceError(Reason.ENDPOINT_GONE, "no API answers there", certain=False)
        return None

    def active_of(self, kind: Kind, accounts: Collection[str]) -> dict[str, tuple[list[Row], int]]:
        """Return the active rows of *kind* of each of *accounts*, the last changed first, and how
        many there are; of many only the first.

        Raises:
            SourceError: PERMISSION_DENIED, some may not be read.
        """
        ids = sorted(accounts)
        if not ids:
            return {}
        query = f"{_active(kind, ids)}{NEWEST_FIRST}"
        rows, total = self._page(kind.table, query, kind.columns)
        once = each_once(rows, lambda row: row["number"])
        active = filtered(once, lambda row: row["active"] in TRUE)
        grouped = Rows(lambda row: row[kind.account]).grouped(ids, active)
        if len(rows) < min(PAGE, total):
            raise hidden(kind.table)
        if not all(grouped.values()):
            self.prove(kind.table, kind.account)
        if total > PAGE and len(ids) > 1:
            half = len(ids) // 2
            return self.active_of(kind, ids[:half]) | self.active_of(kind, ids[half:])
        if total > PAGE:
            return {ids[0]: (rows, total)}
        return {one: (mine, len(mine)) for one, mine in grouped.items()}

    def counts(self, kind: Kind, accounts: Collection[str]) -> dict[str, dict[str, int]]:
        """Return how many active rows of *kind* each of *accounts* has, by priority."""
        ids = sorted(accounts)
        if not ids:
            return {}
        params = {
            "sysparm_query": _active(kind, ids),
            "sysparm_count": "true",
            "sysparm_group_by": f"{kind.account},active,priority",
        }
        result = _body(self._http.get(f"/stats/{kind.table}", params=params))
        groups = filtered(map(_group, result["result"]), lambda row: row["active"] in TRUE)
        found = Rows(lambda row: row[kind.account]).grouped(ids, groups)
        if not all(found.values()):
            self.prove(kind.table, kind.account)
        return {one: _by_priority(mine) for one, mine in found.items()}

    def prove(self, table: str, by: str) -> int:
        """Make sure that we are shown rows of *table* that have something in *by*, and that
        ServiceNow knows that column; return how many there are.

        Raises:
            SourceError: SCHEMA_CHANGED, it does not, or PERMISSION_DENIED, we are not.
        """
        query = f"{by}ISNOTEMPTY{NEWEST_FIRST}"
        rows, total = self._page(table, query, {by}, limit=FEW)
        if not rows:
            detail = f"we are shown no record of {table} that has a {by}"
            causes = Cause.MISSING_PERMISSION, Cause.RENAMED, Cause.NOTHING_THERE
            raise nothing_shown(detail, causes)
        filtered(rows, lambda row: row[by] is not None)
        return total

    def rows(self, table: str, query: str, columns: Collection[str]) -> list[Row]:
        """Return all rows of *table* that *query* finds, of a thousand at most."""
        rows, total = self._page(table, query, columns)
        if len(rows) < total:
            raise hidden(table)
        return rows

    def own_roles(self) -> set[str]:
        """Return the names of the roles that our user has, as far as it may read them."""
        query, name = "user=javascript:gs.getUserID()^state=active", "role.name"
        rows, _ = self._page("sys_user_has_role", query, (), {name})
        return {str(row[name]) for row in rows if row.get(name)}

    def _page(
        self,
        table: str,
        query: str,
        columns: Collection[str],
        optional: Collection[str] = (),
        *,
        offset: int = 0,
        limit: int | None = None,
    ) -> tuple[list[Row], int]:
        params = {
            **_shown({*columns, *optional}),
            "sysparm_query": query,
            "sysparm_limit": str(limit or PAGE),
            "sysparm_offset": str(offset),
        }
        answer = self._http.get(f"/table/{table}", params=params)
        rows = list(map(read, _body(answer)["result"]))
        for column in sorted({"sys_id", *columns}):
            if not all(column in row for row in rows):
                detail = f"{table}.{column}: renamed, deleted or hidden from our user"
                raise SourceError(
                    Reason.SCHEMA_CHANGED, detail, certain=False,
                    possible_causes=(Cause.RENAMED, Cause.HIDDEN),
                )  # fmt: skip
        return rows, int(answer.headers["x-total-count"])


def _active(kind: Kind, ids: Collection[str]) -> str:
    return f"{kind.account}IN{','.join(ids)}^active=true"


def _shown(columns: Collection[str]) -> dict[str, str]:
    return {
        "sysparm_fields": ",".join(sorted({"sys_id", *columns})),
        "sysparm_display_value": "all",
        "sysparm_exclude_reference_link": "true",
    }


def _group(one: Mapping[str, Any]) -> Row:
    named = {cell["field"]: cell["value"] for cell in one["groupby_fields"]}
    return {**named, "count": int(one["stats"]["count"])}


def _by_priority(groups: Collection[Row]) -> dict[str, int]:
    """How many there are by priority: those whose `active` is written `1` are a group of their own
    beside those where it is `true`."""
    counted: Counter[str] = Counter()
    for row in groups:
        counted[str(row["priority"])] += row["count"]
    return dict(counted)


def _body(answer: Response) -> Any:
    """The answer's JSON, if that is what it is, and whole."""
    if answer.content.lstrip()[:1] == b"<":
        detail = "a page for people, as of an instance that hibernates"
        causes = Cause.MAINTENANCE, Cause.WRONG_ADDRESS
        raise SourceError(Reason.SERVER_ERROR, detail, certain=False, possible_causes=causes)
    body = answer.json()
    if "result" in body and body.get("error"):
        raise cut(body["error"])
    return body
