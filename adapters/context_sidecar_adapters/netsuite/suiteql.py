"""SuiteQL by REST: what is asked, and whether the answer is whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from context_sidecar import Http, Reason, Response, Row, SourceError, nothing_shown

from context_sidecar_adapters.netsuite.refusals import explain, lacks_record, lost_columns

PAGE = 1000
PATH = "/query/v1/suiteql"
IN_ORDER = "ORDER BY id"
HEADERS = {"Prefer": "transient"}
FORMS = {"display": "BUILTIN.DF({})", "day": "TO_CHAR({}, 'YYYY-MM-DD')"}
"""What can be made of a column: what people see of it, and a date that everybody reads."""

NAME = re.compile(rf"(({'|'.join(FORMS)})\.)?[A-Za-z]\w*", re.ASCII)
ALIAS = {form: f"sc_{form}_" for form in FORMS}


class SuiteQL:
    """Queries of one account."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def rows(self, query: str) -> tuple[list[Row], datetime]:
        """Return all rows of *query*, which says in which order, and NetSuite's own time.

        Raises:
            SourceError: BAD_RESPONSE, not as many as were announced.
        """
        return self._all(query, self._ask(query, 0, PAGE))

    def rows_beside(self, query: str, table: str) -> tuple[list[Row], datetime] | None:
        """As `rows`, of a *query* that needs *table*; None where there is none, or none that our
        role is shown, which NetSuite does not tell apart."""
        answer = self._ask(query, 0, PAGE, accept=[HTTPStatus.BAD_REQUEST])
        if answer.status != HTTPStatus.BAD_REQUEST:
            return self._all(query, answer)
        if lacks_record(answer.json(), table):
            return None
        raise _refusal(answer)

    def any(self, query: str) -> bool:
        """Whether *query* finds a row."""
        return bool(self._ask(query, 0, 1).json()["items"])

    def find(
        self, table: str, where: str, needed: Collection[str], optional: Collection[str]
    ) -> list[Row]:
        """Return the rows of *table* within *where*, by their ids, each with all columns; those of
        *optional* that NetSuite does not know, or does not show to our role, are left out."""
        columns = sorted({*needed, *optional})
        query = _select(columns, table, where)
        answer = self._ask(query, 0, PAGE, accept=[HTTPStatus.BAD_REQUEST])
        if answer.status == HTTPStatus.BAD_REQUEST:
            left = set(optional) - _lost(answer, optional)
            return self.find(table, where, needed, left)
        return [_read(row, columns) for row in self._all(query, answer)[0]]

    def prove(self, table: str, where: str) -> None:
        """Make sure that our role is shown rows of *table* within *where*.

        Raises:
            SourceError: PERMISSION_DENIED, it is shown none.
        """
        answer = self._ask(_select(["id"], table, f"WHERE {where}"), 0, 1).json()
        if not [row["id"] for row in answer["items"]]:
            raise nothing_shown(f"we are shown no {table} where {where}")

    def _all(self, query: str, answer: Response) -> tuple[list[Row], datetime]:
        page = answer.json()
        rows: dict[str, Row] = {}
        announced, read = page["totalResults"], 0
        while True:
            new = {str(row["id"]): row for row in page["items"]}
            nothing_new = new.keys() <= rows.keys()
            rows |= new
            read += len(page["items"])
            if not page["hasMore"] or nothing_new or read > announced:
                break
            answer = self._ask(query, read, PAGE)
            page = answer.json()
        if len(rows) != announced:
            raise SourceError(Reason.BAD_RESPONSE, "not as many rows as NetSuite announced")
        return list(rows.values()), parsedate_to_datetime(answer.headers["date"])

    def _ask(self, query: str, offset: int, limit: int, accept: Collection[int] = ()) -> Response:
        params = {"limit": str(limit), "offset": str(offset)}
        body = {"q": query}
        return self._http.post(PATH, json=body, params=params, headers=HEADERS, accept=accept)


def listed(values: Iterable[str]) -> str:
    """Return *values* as texts of SuiteQL, between commas."""
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _select(columns: Collection[str], table: str, where: str) -> str:
    return " ".join(("SELECT", ", ".join(map(_column, columns)), "FROM", table, where, IN_ORDER))


def _column(name: str) -> str:
    """What is selected for *name*: `BUILTIN.DF(salesrep) AS sc_display_salesrep`."""
    form, _, column = name.rpartition(".")
    return f"{FORMS[form].format(column)} AS {ALIAS[form]}{column}" if form else column


def _read(row: Mapping[str, Any], columns: Collection[str]) -> Row:
    """The values of *row* under the names that were asked for; what is left out, is null."""
    told: dict[str, Any] = {}
    for name in columns:
        form, _, column = name.rpartition(".")
        value = row.get(f"{ALIAS[form] if form else ''}{column}".lower())
        place = told.setdefault(form, {}) if form else told
        place[column] = value
    return told


def _lost(answer: Response, optional: Collection[str]) -> set[str]:
    """Which of *optional* a query is refused for."""
    names = lost_columns(answer.json())
    lost = {one for one in optional if one.rpartition(".")[2].lower() in names}
    if not lost:
        raise _refusal(answer)
    return lost


def _refusal(answer: Response) -> SourceError:
    said = explain(answer) if "o:errorDetails" in answer.json() else None
    return said or SourceError(Reason.BAD_RESPONSE, "a query is refused (400)")
