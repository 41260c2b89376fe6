"""Companies, by whatever key they are known, and all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from context_sidecar import Answers, Cause, Http, Reason, Row, Rows, SourceError

from context_sidecar_adapters.gainsight import described
from context_sidecar_adapters.gainsight.refusals import refusal, says_none

PATH = "/v1/data/objects/query/Company"
BATCH = 500
PAGE = 5000
CANARY = 1
NEEDED = {"Gsid", "Name"}
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
            same=str if self._by in EXACT else str.casefold,
        )
        return reader.proved(keys, lambda asked: self._having(asked, names), self.prove)

    def all(self, names: Collection[str]) -> list[Row]:
        """Return all companies."""
        self.prove()
        return self._find(self._every, names)

    def prove(self) -> None:
        """Make sure that there are companies that have a key.

        Raises:
            SourceError: PERMISSION_DENIED, there are none.
        """
        where = _where(self._by, "IS_NOT_NULL", [])
        rows = self._find(lambda select: self._page(select, where, 0, CANARY), ())
        if not rows or rows[0][self._by] in {None, ""}:
            detail = f"we are shown no company that has {self._by}"
            causes = Cause.MISSING_PERMISSION, Cause.NOTHING_THERE
            raise SourceError(
                Reason.PERMISSION_DENIED, detail, certain=False, possible_causes=causes
            )

    def _having(self, keys: Sequence[str], names: Collection[str]) -> list[Row]:
        where = _where(self._by, "IN", list(keys))
        return self._find(lambda select: self._rows(select, where), names)

    def _find(
        self, read: Callable[[Collection[str]], list[Row]], names: Collection[str]
    ) -> list[Row]:
        """The rows that *read* gives, with *names*; those that are no fields are left out."""
        needed = {*NEEDED, self._by}
        optional = {name for name in names if not name.endswith("__gr")}
        select = {one.removesuffix(described.LABEL) for one in needed | optional}
        try:
            rows = read(select)
        except SourceError as refused:
            if refused.reason is not Reason.BAD_RESPONSE or not refused.code:
                raise
            lost = described.unknown(self._http, select)
            if not lost:
                raise
            if lost & needed:
                raise _changed(lost & needed, refused) from refused
            optional = {one for one in optional if one.removesuffix(described.LABEL) not in lost}
            rows = read(select - lost)
        return [_read(row, needed | optional) for row in rows]

    def _rows(self, select: Collection[str], where: Mapping[str, Any]) -> list[Row]:
        """The rows within *where*: there are no more once a page is not full."""
        rows: dict[str, Row] = {}
        for page in self._pages(select, where):
            rows |= page
            if len(page) < PAGE:
                break
        return list(rows.values())

    def _every(self, select: Collection[str]) -> list[Row]:
        """All rows: there are no more once a page is empty, since pages may be smaller than what
        we ask for."""
        rows: dict[str, Row] = {}
        for page in self._pages(select, {}):
            rows |= page
        return list(rows.values())

    def _pages(
        self, select: Collection[str], where: Mapping[str, Any]
    ) -> Iterator[Mapping[str, Row]]:
        """Pages until one is empty, the rows of each by their ids. Whether the first row is 0 or 1
        is documented both ways, so that one may come twice.

        Raises:
            SourceError: BAD_RESPONSE, a page has nothing new.
        """
        seen: set[str] = set()
        read = 0
        while page := self._page(select, where, read, PAGE):
            read += len(page)
            rows = {str(_read(row, ["Gsid"])["Gsid"]): row for row in page}
            if rows.keys() <= seen:
                raise SourceError(Reason.BAD_RESPONSE, "a page of companies came twice")
            seen |= rows.keys()
            yield rows

    def _page(
        self, select: Collection[str], where: Mapping[str, Any], offset: int, limit: int
    ) -> list[Row]:
        query = {"select": sorted(select), "orderBy": {"Gsid": "asc"}, "limit": limit}
        body = {**query, **where, "offset": offset}
        answer = self._http.post(PATH, json=body, accept=[HTTPStatus.BAD_REQUEST])
        told = answer.json()
        if answer.status == HTTPStatus.BAD_REQUEST or not told["result"]:
            if says_none(told):
                return []
            raise refusal(told)
        data = told["data"]
        page: list[Row] = data["records"] if isinstance(data, Mapping) else data
        return page


def _where(field: str, operator: str, values: list[str]) -> Mapping[str, Any]:
    condition = {"name": field, "alias": "A", "value": values, "operator": operator}
    return {"where": {"conditions": [condition], "expression": "A"}}


def _read(row: Row, names: Collection[str]) -> Row:
    """The values of *row* under the names that were asked for, whatever the case in which they come
    back; what is left out, is null, and a label that is left out is not there."""
    said = {name.lower(): value for name, value in row.items()}
    told: dict[str, Any] = {}
    for name in names:
        if name.endswith(described.LABEL) and name.lower() not in said:
            continue
        reference, _, field = name.rpartition(".")
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
