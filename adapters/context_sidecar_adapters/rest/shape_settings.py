"""The settings of which rows count, and of what is given of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from context_sidecar.settings import Expression
from marshmallow import Schema, fields

from context_sidecar_adapters.rest.described import about, expression


class ShapeSchema(Schema):
    """What a lookup makes of its rows."""

    counts = expression(
        "Which rows count, of those that the source gives, where it cannot be asked for them "
        "alone. What is asked for its truth must be true or false, and what is compared of one "
        "type, or null with null: else it is a changed schema."
    )
    late_after = expression(
        "Where a row has the day by which it is to be done: only those count whose day is over, in "
        "time_zone (UTC unless said), by the source's own clock. One without a day is not late."
    )
    lasts_until = expression(
        "Where a row has its last day: only those count whose day is not over, as late_after has "
        "it. One without a day goes on."
    )
    archived = expression(
        "Which row is archived, inactive or deleted in the source, such as !active, read as "
        "`counts` is. It counts only where its key has no other, and cards say that it is archived."
    )
    gives = fields.Dict(
        keys=fields.String(),
        values=Expression(),
        load_default=dict,
        metadata=about(
            "What is given of a row, each a JMESPath expression into it; a property that a row "
            "lacks is a changed schema, but for what may be left_out. Default: the row as it is."
        ),
    )
    words = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.String()),
        load_default=dict,
        metadata=about("What numbers and codes stand for: {priority: {1: low, 2: high}}."),
    )
    left_out = fields.List(
        fields.String(),
        load_default=list,
        metadata=about(
            "What of gives is read from a property that the API leaves out of a row which has no "
            "value there. It is left out of what is given, too: whether that is none, or the "
            "property is called otherwise by now, is told from other rows."
        ),
    )
    hidden = fields.Dict(
        keys=fields.String(),
        values=Expression(),
        load_default=dict,
        metadata=about(
            "What of gives the API shows only to those who may see it, and gives another value for "
            "to the rest: a condition on the row under which that is so, such as "
            "{budget: '!has_budget_access'}. Nothing is known of it then, and that is said."
        ),
    )


def mistakes(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with what a lookup gives, each with the setting it is about."""
    if data.get("archived") and data.get("many") == "list":
        yield "archived", "only a lookup that gives one row says that it is; `counts` picks of many"
    gives = data.get("gives", {})
    for setting in ("words", "left_out", "hidden"):
        for name in sorted({*data.get(setting, ())} - gives.keys()):
            yield setting, f"gives has no {name}"
