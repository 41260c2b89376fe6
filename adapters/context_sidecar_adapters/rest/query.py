"""A request and the rows in its answer: where they are, whether they are all, what means none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import jmespath
from context_sidecar import Adapter, Found, Reason, Response, SourceError, nothing_shown

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.paging import OnePage, Page, Paging, Step
from context_sidecar_adapters.rest.pairs import keyed
from context_sidecar_adapters.rest.request import Blanks, Request


@dataclass(frozen=True, slots=True)
class NotFound:
    """How the API says that there is nothing under a key: by status, or by what the body says.
    `empty` says that with such a status there may be no body at all."""

    status: frozenset[int] = frozenset()
    when: str = ""
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A request, and where in its answer the rows are. `pairs` are the lists in a row that are
    objects by right: where each thing that is listed has its name, and its value."""

    request: Request
    select: str
    total: str
    paging: Paging
    not_found: NotFound
    pairs: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def denies(self) -> bool:
        """Whether its address names the key, and is not found where there is no such."""
        return self.request.addresses and bool(self.not_found.status or self.not_found.when)

    def pages(self, adapter: Adapter, judge: Judgement, blanks: Blanks) -> Iterator[Page]:
        """Yield the pages of the answer."""
        first = self.paging.first()

        def fetch(step: Step) -> Page:
            response = self._send(adapter, blanks, step)
            return self._page(judge, response, first=step == first)

        return self.paging.walk(fetch)

    def prove(self, adapter: Adapter, judge: Judgement, empty: Query) -> None:
        """Check that some row is shown, whosever it is, where *empty* has just shown none. If that
        is the very same question, it has been answered.

        Raises:
            SourceError: PERMISSION_DENIED, as it seems: there is none.
        """
        answered = (self.request, self.select) == (empty.request, empty.select)
        if answered or not next(self.pages(adapter, judge, Blanks())).rows:
            raise nothing_shown("no row of this kind is shown to us, whosever it may be")

    def _send(self, adapter: Adapter, blanks: Blanks, step: Step) -> Response:
        if step.address:
            start = adapter.settings["base_url"].rstrip("/") + self.request.path
            return adapter.http.get(urljoin(start, step.address), accept=self._accepted)
        return self.request.send(adapter, blanks, dict(step.arguments), self._accepted)

    @property
    def _accepted(self) -> frozenset[int]:
        """The statuses that are answers besides a success: a page is a part by right."""
        parts = () if isinstance(self.paging, OnePage) else (HTTPStatus.PARTIAL_CONTENT,)
        return self.not_found.status | {*parts}

    def _page(self, judge: Judgement, response: Response, *, first: bool) -> Page:
        if response.status in self.not_found.status:
            if response.content or not self.not_found.empty:
                judge.denial(response)
            _check_first(first=first)
            return Page([], None, response, denied=True, ended=True)
        body = judge.body(response)
        if self.not_found.when and jmespath.search(self.not_found.when, body):
            _check_first(first=first)
            return Page([], body, response, denied=self.request.addresses, ended=True)
        return Page(self._rows(body), body, response, self._total(body))

    def _rows(self, body: Any) -> list[Any]:
        found = jmespath.search(self.select, body)
        if isinstance(found, Mapping):
            found = [found]
        if not isinstance(found, list):
            raise SourceError(Reason.SCHEMA_CHANGED, f"neither a row nor a list at {self.select}")
        return [keyed(row, self.pairs) for row in found] if self.pairs else found

    def _total(self, body: Any) -> int | None:
        if not self.total:
            return None
        found = jmespath.search(self.total, body)
        if isinstance(found, bool) or not re.fullmatch(r"\d+", str(found), re.ASCII):
            raise SourceError(Reason.SCHEMA_CHANGED, f"no number at {self.total}")
        return int(found)


def _check_first(*, first: bool) -> None:
    """Under a key that has a first page, a later one that is not found was lost."""
    if not first:
        raise SourceError(Reason.BAD_RESPONSE, "the answer was cut: a later page is not found")


def total_of(pages: Iterable[Page]) -> int | None:
    """Return the largest number of rows that one of *pages* says there are in all."""
    return max((page.total for page in pages if page.total is not None), default=None)


def check_total(seen: int, total: int | None) -> None:
    """Check that the *seen* rows are all the *total* that the source says there are.

    Raises:
        SourceError: BAD_RESPONSE, the answer was cut.
    """
    if total is not None and seen < total:
        raise SourceError(Reason.BAD_RESPONSE, f"the answer was cut: {seen} rows of {total}")


def search(path: str, row: Any) -> Any:
    """Return what *row* has at *path*, and None where there is no path."""
    return jmespath.search(path, row) if path else None


def said(row: Any) -> str:
    """Return what *row* says, alike for rows that are equal."""
    return json.dumps(row, sort_keys=True)


def check_rows(rows: Sequence[Any]) -> None:
    """Check that *rows* are objects.

    Raises:
        SourceError: SCHEMA_CHANGED, one is none.
    """
    if not all(isinstance(row, Mapping) for row in rows):
        raise SourceError(Reason.SCHEMA_CHANGED, "a row is no object")


def with_total(answer: Found, total: int | None) -> Found:
    """Return *answer*, a list, with how many there are in *total*, where the source says so."""
    assert isinstance(answer.data, list)
    if total is None:
        return answer
    return replace(answer, data={"items": answer.data, "total": max(total, len(answer.data))})
