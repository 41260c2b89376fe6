"""The settings of `in_bulk`: how everybody's rows are read at once, where one account is one call.

What counts is read whole each time: all open deals, all active projects. That is one call for some
hundreds of rows, it is complete where it is read to its end, and what was closed, moved or deleted
is not in it. A list of what has changed since the last time would be shorter, but somebody would
have to keep everything that was ever in it, and hear of all that leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import fields, post_load, validate

from context_sidecar_adapters.rest.described import about
from context_sidecar_adapters.rest.query import InBulk
from context_sidecar_adapters.rest.query_settings import QuerySchema, query_of


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

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> InBulk:
        least = data.pop("least")
        return InBulk(query_of(data), least)


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
    evidence = data.get("known") or data.get("any_key")
    if in_bulk and data.get("many") == "list" and not evidence:
        yield "in_bulk", "known has to find the keys of which everybody's rows have none"
