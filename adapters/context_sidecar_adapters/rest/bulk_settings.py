"""The settings of `in_bulk`: how everybody's rows are read at once, where one account is one call.

What counts is read whole each time: all open deals, all active projects. That is one call for some
hundreds of rows, it is complete where it is read to its end, and what was closed, moved or deleted
is not in it. Where a list cannot be filtered to what counts, `changes` says how the API tells what
has changed since a time, and what is gone: then the engine keeps what counts, and reads changes
only (`context_sidecar.core.index`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from context_sidecar.settings import Duration, Expression
from marshmallow import Schema, fields, post_load, validate

from context_sidecar_adapters.rest.changes import ChangesQuery, InBulk
from context_sidecar_adapters.rest.described import about
from context_sidecar_adapters.rest.paging import OnePage
from context_sidecar_adapters.rest.query_settings import QuerySchema, query_of
from context_sidecar_adapters.rest.request import Request


class ChangesSchema(Schema):
    """How a list tells what has changed."""

    since = fields.String(
        required=True,
        metadata=about(
            "The parameter that takes a time (2026-01-31T08:00:00Z), so that all that has changed "
            "since is listed, the oldest change first. Its value in params is the beginning."
        ),
    )
    id = Expression(required=True, metadata=about("The own id of a row."))
    at = Expression(required=True, metadata=about("When a row changed last, in ISO 8601."))
    gone = fields.List(
        fields.Dict(keys=fields.String(), values=fields.String()),
        required=True,
        validate=validate.Length(min=1),
        metadata=about(
            "The parameters with which the same list has what is gone instead, such as "
            "[{filter: deleted}]. Where the API does not tell what is gone, nothing can be kept."
        ),
    )
    is_gone = Expression(
        required=True,
        metadata=about(
            "What says of a row that it is gone, such as deleted || spam. One of which it does not "
            "hold comes where the API ignores the parameters, and nothing is taken for gone then."
        ),
    )
    overlap = Duration(
        load_default=timedelta(minutes=5),
        metadata=about("How late a change may show up in the list."),
    )
    anew = Duration(
        load_default=timedelta(days=1),
        metadata=about("After how long all is read from the beginning again."),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> ChangesQuery:
        return ChangesQuery(**data)


class InBulkSchema(QuerySchema):
    """A request for the rows of everybody, each of which says whose it is."""

    may_hold = frozenset()

    least = fields.Integer(
        data_key="from",
        load_default=20,
        validate=validate.Range(2),
        metadata=about(
            "From so many accounts on that nobody waits for, or from as many as it took calls the "
            "last time."
        ),
    )

    changes = fields.Nested(
        ChangesSchema,
        load_default=None,
        metadata=about(
            "How it tells what has changed since a time, where it cannot be filtered to what "
            "counts: then what counts is kept in memory, and only changes are read."
        ),
    )

    def lacking(self, request: Request, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """See `RequestSchema`."""
        yield from super().lacking(request, data)
        if data.get("changes") and request.method != "get":
            yield "changes", "they are asked for by a parameter, in a get"
        if data.get("changes") and "names" in request.placeholders:
            yield "changes", "what is kept is the same for all fields: leave {names} out"
        if data.get("changes") and isinstance(data.get("paging"), OnePage):
            yield "paging", "changes are read page by page: say how it is told that there are more"

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> InBulk:
        least, changes = data.pop("least"), data.pop("changes")
        return InBulk(query_of(data), least, changes)


def mistakes(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with how many accounts are asked for at once, each with its setting."""
    from_list, in_bulk = data.get("from_list"), data.get("in_bulk")
    several = data.get("batch", 1) > 1
    if from_list and in_bulk:
        yield "in_bulk", "expected either from_list or in_bulk"
    if from_list and (several or data.get("many") == "list"):
        yield "from_list", "the list stands in for a call that gives one account its one row"
    if in_bulk and several:
        yield "in_bulk", "it stands in for a call that takes one account"
    for name in ("from_list", "in_bulk"):
        if data.get(name) and not several and not data.get("key"):
            yield name, "key has to say whose a row is"
    if isinstance(in_bulk, InBulk) and in_bulk.changes:
        yield from _unkept(data)
    evidence = data.get("known") or data.get("any_key")
    if in_bulk and data.get("many") == "list" and not evidence:
        yield "in_bulk", "known has to find the keys of which everybody's rows have none"


def _unkept(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what a lookup has that what is kept of its rows does not tell."""
    if data.get("many") != "list" or not data.get("known"):
        yield "in_bulk", "changes are of lists, whose empty ones known tells"
    for name in (
        "as_of", "canary", "hidden", "ignore_case", "lasts_until", "late_after", "proof", "sums",
    ):  # fmt: skip
        if data.get(name):
            yield name, "not together with in_bulk.changes"
