"""Everybody's rows, read at once: whole each time, or what has changed since a time, oldest first,
and in other lists what is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from context_sidecar import (
    Adapter,
    Answers,
    ChangedRow,
    ChangesPage,
    Feeds,
    Reason,
    Row,
    SourceError,
    key_text,
    own_time,
)

from context_sidecar_adapters.rest.judgement import Judgement
from context_sidecar_adapters.rest.paging import Page
from context_sidecar_adapters.rest.query import Query, check_rows, check_total, search
from context_sidecar_adapters.rest.request import Blanks
from context_sidecar_adapters.rest.shape import check_properties
from context_sidecar_adapters.rest.strict import holds

FromRows = Callable[[Mapping[str, Sequence[Row]], Collection[str]], Answers]
"""Gives the answers to keys whose rows are given."""

Read = Callable[[Row], tuple[str | None, Row | None]]
"""Reads whose a row is, and what is given of it if it counts."""


@dataclass(frozen=True, slots=True)
class ChangesQuery:
    """How changes are asked for: by the parameter `since`, whose first value stands in the request
    itself. `id` and `at` are JMESPath expressions into a row, `gone` the parameters that ask for
    what is gone instead, one list after the other, and `is_gone` holds for each row of these."""

    since: str
    id: str
    at: str
    gone: Sequence[Mapping[str, str]]
    is_gone: str
    overlap: timedelta
    anew: timedelta

    def feeds(
        self, adapter: Adapter, judge: Judgement, query: Query, read: Read, answers: FromRows
    ) -> Feeds:
        """Return how the engine reads them, of the list that *query* asks for."""
        page = partial(self._page, adapter, judge, query)
        return Feeds(
            partial(page, {}, read),
            tuple(partial(page, params, self._taken) for params in self.gone),
            answers,
            self.overlap,
            self.anew,
        )

    def _page(
        self, adapter: Adapter, judge: Judgement, query: Query, params: Mapping[str, str],
        read: Read, since: datetime | None,
    ) -> ChangesPage:  # fmt: skip
        """Read the first page since a time: the next is asked for by the time of its last row."""
        began = {self.since: since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")} if since else {}
        request = replace(query.request, params={**query.request.params, **params, **began})
        page = next(replace(query, request=request).pages(adapter, judge, Blanks()))
        check_rows(page.rows)
        more = query.paging.after(query.paging.first(), page, len(page.rows)) is not None
        if not more:
            check_total(len(page.rows), page.total)
        zone = adapter.settings["time_zone"]
        rows = [self._row(row, zone, read) for row in page.rows]
        return ChangesPage(rows, more, _told_at(page))

    def _taken(self, row: Row) -> tuple[None, None]:
        if not holds(self.is_gone, row):
            detail = f"what is there among what is gone ({self.is_gone}): the filter is not applied"
            raise SourceError(Reason.SCHEMA_CHANGED, detail, certain=False)
        return None, None

    def _row(self, row: Row, zone: Any, read: Read) -> ChangedRow:
        check_properties(row, [self.id, self.at])
        name = key_text(search(self.id, row))
        at = own_time(search(self.at, row), "", zone)
        if name is None or at is None:
            raise SourceError(Reason.SCHEMA_CHANGED, "a changed row has no id or no time")
        return ChangedRow(name, at, *read(row))


@dataclass(frozen=True, slots=True)
class InBulk:
    """How everybody's rows are read at once, from `least` keys on; by what has changed, where it is
    said how `changes` are read."""

    query: Query
    least: int
    changes: ChangesQuery | None = None


def _told_at(page: Page) -> datetime:
    told_at = own_time(page.response.headers.get("date"), "%a, %d %b %Y %H:%M:%S GMT", UTC)
    if told_at is None:
        detail = "an answer does not say when it was given (Date)"
        raise SourceError(Reason.BAD_RESPONSE, detail)
    return told_at
