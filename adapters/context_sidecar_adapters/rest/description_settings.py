"""The settings of how an API describes the fields of its rows."""

from __future__ import annotations

from typing import Any

from context_sidecar import FieldType
from context_sidecar.settings import Expression
from marshmallow import fields, post_load

from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.description import Description
from context_sidecar_adapters.rest.query_settings import QuerySchema, query_of


class DescriptionSchema(QuerySchema):
    """How fields of a lookup's rows are described."""

    way = Expression(
        required=True,
        metadata=about(
            "Where a described field says how it is read out of a row: its name, or the names that "
            "lead to it, such as ['custom_fields', key]. One without is left out."
        ),
    )
    label = expression("Where it says what people call it.")
    type = expression("Where it says its type.")
    types = fields.Dict(
        keys=fields.String(),
        values=fields.Enum(FieldType, by_value=True),
        load_default=dict,
        metadata=about("What these types are of ours; one that is not among them is none."),
    )
    choices = expression(
        "Where a choice says what may be chosen: a list of texts, or of pairs of a code and its "
        "words, such as options[].[to_string(id), label]."
    )
    words = expression(
        "Where the answer has, beside its rows, the words of choices that a row names by their "
        "codes alone: a list of pairs, such as included[].[id, attributes.name]."
    )
    dialect = expression(
        "How it is written, as the dialect of a field, such as is_money && 'minor'."
    )
    currency = expression(
        "Of an amount, the names that lead to its currency in a row, such as ['deal', 'currency']."
    )
    id = expression("Where it says its id, if that stays when its name changes.")
    out_of_use = expression("What in it shows that it was put out of use, such as archived_at.")
    given = expression(
        "Which fields the lookup gives, such as contains(['code', 'name'], name), where it asks "
        "for some by name. Default: all."
    )
    besides = fields.Dict(
        keys=fields.String(),
        values=fields.Enum(FieldType, by_value=True),
        load_default=dict,
        metadata=about("What a row has besides, that is not described: {name: text}."),
    )

    by_name = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether the fields stand in an object by their names. Each has its own as `name` then."
        ),
    )

    omits_nulls = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether a row leaves out what has no value. What it lacks is none then, where such a "
            "field is described; otherwise it is not known."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Description:
        return Description(query_of(data), **data)
