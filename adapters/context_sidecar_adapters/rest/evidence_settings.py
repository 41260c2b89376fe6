"""The settings of what a none, and above all an empty list, is believed by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from context_sidecar.settings import Expression
from marshmallow import Schema, fields, post_load, validate

from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.lookups import LookupQuery
from context_sidecar_adapters.rest.paging import OnePage
from context_sidecar_adapters.rest.query import NotFound, Query
from context_sidecar_adapters.rest.query_settings import RequestSchema, request_of
from context_sidecar_adapters.rest.request import Request


class ProofSchema(RequestSchema):
    """A call whose answer has a row for whoever is shown any at all."""

    select = Expression(
        load_default="@", metadata=about("Where the row, or the list of rows, is in its answer.")
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Query:
        return Query(request_of(data), data["select"], "", OnePage(1), NotFound())


class EvidenceSchema(Schema):
    """What shows that there is a key, and that we are shown what is under it."""

    canary = fields.String(
        load_default="",
        metadata=about(
            "A key that must always be found. It is asked for before none is believed, and by "
            "the check."
        ),
    )
    canary_of = fields.String(
        load_default="",
        metadata=about(
            "The lookup whose `canary` is asked for before none is believed here, where keys are "
            "of another kind: who may not see that one may not see what stands under these either."
        ),
    )
    proof = fields.Nested(
        ProofSchema,
        load_default=None,
        metadata=about(
            "A call that shows some row of this kind, whosever it is, to everybody who may see "
            "such. Where a lookup's own answer has no row at all, it is made before that is "
            "believed."
        ),
    )
    sees_all = expression(
        "What in the check's answer shows, beside its own sees_all, that nothing of this kind is "
        "hidden from us. Looked at again before a none or a list of this lookup is believed; where "
        "it does not hold, `sidecar doctor` says so of the lookups that are used."
    )
    always = fields.List(
        fields.String(
            validate=validate.Regexp(
                r"^\w+(\.\w+)*$",
                error="expected the name of what every row has, such as name or custom_fields",
            )
        ),
        load_default=list,
        metadata=about(
            "What every row has by the API's reference, and never as null: [name, custom_fields], "
            "dotted where it goes deeper. A row without it came without its content, and nothing "
            "that it lacks is none. Required where a description says `omits_nulls`."
        ),
    )
    omits_nulls = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether a row leaves out what has no value, where everybody's rows are read: it has "
            "none of what it lacks and another row has. A name that no row has is a changed "
            "schema, and a row that has nothing but its key is not believed."
        ),
    )
    found_by = expression(
        "Where others' rows come although the source is told the keys, as a row may be found by "
        "several and is counted for one: where it says all that it is found by. One that names "
        "none of those that were asked for shows that the filter was ignored."
    )
    known = fields.String(
        load_default="",
        metadata=about(
            "The lookup that finds a key if there is such. An empty list is believed only of a key "
            "that it finds, that has rows which do not count, or that the path names (a wrong one "
            "is not found there). Any other key is not known to the source."
        ),
    )
    any_key = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether no lookup can find a key, as people write into a row what they like: then an "
            "empty list is believed once the canary is found."
        ),
    )


def mistakes(request: Request, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a lookup's evidence, each with the setting it is about."""
    if (
        any(getattr(one, "omits_nulls", False) for one in data.get("described", ()))
        and data.get("always") == []
    ):
        yield "always", "required with omits_nulls: else a row that lost all would have nothing"
    if data.get("omits_nulls") and not data.get("everyone"):
        yield "omits_nulls", "only with everyone: by others' rows is told what there may be"
    told = bool(request.placeholders & {"key", "keys"})
    if data.get("everyone") and told and data.get("found_by") == "":
        yield "found_by", "required: else others' rows alone would pass for none of those asked for"
    if data.get("found_by") and not (data.get("everyone") and told):
        yield "found_by", "only with everyone, and with {keys} in the request"
    for name in ("known", "any_key"):
        if data.get(name) and data.get("many") != "list":
            yield name, "only a list can be empty"
    if data.get("any_key") and data.get("known"):
        yield "any_key", "known is what finds the keys that there are"
    if data.get("any_key") and request.addresses:
        yield "any_key", "the path names the key, which is not found where there is no such"


def unfit(lookups: Mapping[str, LookupQuery]) -> Iterator[tuple[str, str]]:
    """Yield which of *lookups* names as `known` one that does not find keys by itself, or as
    `canary_of` one that there is not, and why."""
    for name, query in lookups.items():
        if query.canary_of and query.canary_of not in lookups:
            yield name, f"canary_of: there is no lookup {query.canary_of}"
        if query.known and query.known not in lookups:
            yield name, f"there is no lookup {query.known}"
        elif query.known and (query.known == name or lookups[query.known].known):
            yield name, f"{query.known} does not find keys by itself"
