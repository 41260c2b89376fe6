"""Companies, by whatever key they are known, and all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from context_sidecar import (
    Answers,
    Cause,
    Http,
    Reason,
    Response,
    Row,
    Rows,
    SourceError,
    intact,
    nothing_shown,
)

from context_sidecar_adapters.gainsight import described
from context_sidecar_adapters.gainsight.refusals import says_none, why_refused

PATH = "/v1/data/objects/query/Company"
BATCH = 500
PAGE = 5000
CANARY = 1
NEEDED = {"Gsid", "Name"}
"""What every company has: one without came without its content."""

EXACT = {"SfdcAccountId"}
"""Fields in which upper and lower case make different keys."""


class Companies:
    """The companies of an organization; *by* is the field that holds the account's key."""

    def __init__(self, http: Http, by: str) -> None:
        self._http, self._by = http, by

    def answers(
        self, keys: Sequence[str], names: Collection[str], link: Callable[[Row], str]
    ) -> Answers:
        """Return the answer to each of *keys*, whole as far as *names* go."""
        reader = Rows(
            lambda row: row[self._by],
            link=link,
            name=lambda row: f"{row['Name']} ({row['Gsid']})",
            same=str if self._by in EXACT else str.lower,
        )
        found = reader.proved(keys, lambda asked: self._having(asked, names), self.prove)
        return intact(found, NEEDED)

    def all(self, names: Collection[str]) -> list[Row]:
        """Return all companies."""
        self.prove()
        return self._find({}, names)

    def prove(self) -> None:
        """Make sure that there are companies that have a key.

        Raises:
            SourceError: PERMISSION_DENIED, there are none.
        """
        rows = self._find(_where(self._by, "IS_NOT_NULL", []), (), limit=CANARY)
        if not rows or rows[0][self._by] in {None, ""}:
            raise nothing_shown(f"we are shown no company that has {self._by}")

    def _having(self, keys: Sequence[str], names: Collection[str]) -> list[Row]:
        return self._find(_where(self._by, "IN", list(keys)), names)

    def _find(
        self, where: Mapping[str, Any], names: Collection[str], *, limit: int = PAGE
    ) -> list[Row]:
        """The rows within *where*, with *names*; those that are no fields are left out."""
        needed = {*NEEDED, self._by}
        optional = {name for name in names if not name.endswith("__gr")}
        select = {one.removesuffix(described.LABEL) for one in needed | optional}
        first = self._ask(select, where, 0, limit)
        if refused := why_refused(first):
            lost = self._lost(select, refused)
            if lost & needed:
                raise _changed(lost & needed, refused)
            left = {one for one in optional if one.removesuffix(described.LABEL) not in lost}
            return self._find(where, left, limit=limit)
        rows = self._all(select, where, first)
        there = (needed | optional) - self._unsaid(rows, select)
        return [_read(row, there) for row in rows]

    def _unsaid(self, rows: Collection[Row], select: Collection[str]) -> set[str]:
        """Which of *select* are no fields, of those that no row says anything of."""
        said = {name.lower() for row in rows for name in row}
        silent = {name for name in select if name.lower() not in said}
        return described.unknown(self._http, silent) if rows and silent else set()

    def _lost(self, select: Collection[str], refused: SourceError) -> set[str]:
        """Which of *select* a query is refused for, as they are no fields."""
        if refused.reason is not Reason.BAD_RESPONSE or not refused.code:
            raise refused
        lost = described.unknown(self._http, select)
        if not lost:
            raise refused
        return lost

    def _all(self, select: Collection[str], where: Mapping[str, Any], first: Response) -> list[Row]:
        """All rows within *where*, from the first page on. There are no more once a page is not
        full; in the list of all companies once one is empty, as its pages may be smaller than what
        we ask for. Whether the first row is 0 or 1 is documented both ways, so that one may come
        twice.

        Raises:
            SourceError: BAD_RESPONSE, a page has nothing new.
        """
        rows: dict[str, Row] = {}
        page, read = _records(first), 0
        while page:
            new = {str(_read(row, ["Gsid"])["Gsid"]): row for row in page}
            if new.keys() <= rows.keys():
                raise SourceError(Reason.BAD_RESPONSE, "a page of companies came twice")
            rows |= new
            read += len(page)
            if where and len(page) < PAGE:
                break
            page = _records(self._ask(select, where, read, PAGE))
        return list(rows.values())

    def _ask(
        self, select: Collection[str], where: Mapping[str, Any], offset: int, limit: int
    ) -> Response:
        query = {"select": sorted(select), "orderBy": {"Gsid": "asc"}, "limit": limit}
        body = {**query, **where, "offset": offset}
        return self._http.post(PATH, json=body, accept=[HTTPStatus.BAD_REQUEST])


def _records(answer: Response) -> list[Row]:
    if refused := why_refused(answer):
        raise refused
    body = answer.json()
    if says_none(body):
        return []
    data = body["data"]
    return list(data["records"] if isinstance(data, Mapping) else data)


def _where(field: str, operator: str, values: list[str]) -> Mapping[str, Any]:
    condition = {"name": field, "alias": "A", "value": values, "operator": operator}
    return {"where": {"conditions": [condition], "expression": "A"}}


def _read(row: Row, names: Collection[str]) -> Row:
    """The values of *row* under the names that were asked for, whatever the case in which they come
    back; what is left out, is null, and a label that is left out is not there; nor is anything of a
    reference that comes in another form than by such names."""
    said = {name.lower(): value for name, value in row.items()}
    told: dict[str, Any] = {}
    for name in names:
        if name.endswith(described.LABEL) and name.lower() not in said:
            continue
        reference, _, field = name.rpartition(".")
        if reference and name.lower() not in said and reference.lower() in said:
            continue
        place = told.setdefault(reference, {}) if reference else told
        place[field] = said.get(name.lower())
    return told


def _changed(names: Collection[str], refused: SourceError) -> SourceError:
    return SourceError(
        Reason.SCHEMA_CHANGED,
        f"{' '.join(sorted(names))}: renamed or deleted",
        code=refused.code,
        request_id=refused.request_id,
        possible_causes=[Cause.RENAMED],
    )
