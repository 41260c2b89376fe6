"""The settings of what is asked with a query: lookups, the list of accounts, records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jmespath
from context_sidecar.settings import Expression, LinkTemplate
from jmespath.exceptions import JMESPathError
from marshmallow import ValidationError, fields, post_load, validate

from context_sidecar_adapters.rest import bulk_settings, shape_settings
from context_sidecar_adapters.rest.described import about, expression
from context_sidecar_adapters.rest.description_settings import DescriptionSchema
from context_sidecar_adapters.rest.evidence_settings import EvidenceSchema, mistakes
from context_sidecar_adapters.rest.listing import AccountsQuery
from context_sidecar_adapters.rest.lookups import LookupQuery
from context_sidecar_adapters.rest.query_settings import (
    QuerySchema,
    query_of,
)
from context_sidecar_adapters.rest.records import RecordQuery
from context_sidecar_adapters.rest.request import Request
from context_sidecar_adapters.rest.shape import Shape


class _Link(LinkTemplate):
    """A link whose placeholders are JMESPath expressions into the row, or `{key}`."""

    def __init__(self) -> None:
        super().__init__(
            load_default="",
            metadata=about(
                "Where a row opens for a person, such as https://app.example.com/companies/{id}: "
                "each {name} is a JMESPath expression into the row, {key} is the key."
            ),
        )

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        for place in re.findall(r"\{([^{}]+)\}", text):
            try:
                jmespath.compile(place)
            except JMESPathError as error:
                raise ValidationError(f"{{{place}}} is no JMESPath expression") from error
        return text


def _is_pattern(text: str) -> None:
    try:
        re.compile(text)
    except re.error as error:
        raise ValidationError(f"expected a regular expression ({error})") from error


class _Keyed(QuerySchema):
    """A query for keys."""

    key = expression(
        "Where a row says which key it answers; compared with what was asked. Required unless the "
        "path names the key."
    )

    def lacking(self, request: Request, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """See `RequestSchema`."""
        yield from super().lacking(request, data)
        if not request.addresses and data.get("key") == "":
            yield "key", "required: only by what the rows say is an ignored filter found out"


class LookupSchema(_Keyed, EvidenceSchema, shape_settings.ShapeSchema):
    """One named lookup."""

    may_hold = frozenset({"key", "keys"})

    batch = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 1000),
        metadata=about("How many keys one call may ask for; above 1 they are sent as {keys}."),
    )
    everyone = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether the source gives others' rows, too, or everybody's, as it cannot be asked for "
            "some: those of other keys, and of none, are left out, and all pages are read for a "
            "batch of keys."
        ),
    )
    sums = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether a row has sums or counts over what is shown to us, which are less where "
            "something is hidden: then even what is found is believed only where sees_all holds."
        ),
    )
    form = fields.String(
        load_default="",
        validate=_is_pattern,
        metadata=about(
            "The form of a key, as a regular expression, such as [1-9][0-9]*: another is not asked "
            "for, where it would spoil the batch it is in."
        ),
    )
    many = fields.String(
        load_default="one",
        validate=validate.OneOf(["one", "list"]),
        metadata=about(
            "one: a key has one row, and two are a doubt. list: the answer is all rows of a key."
        ),
    )
    ignore_case = fields.Boolean(
        load_default=False,
        metadata=about(
            "Whether c-1 and C-1 are the same key to the source, as with domains and addresses."
        ),
    )
    name = expression("What a row is called, to tell several under one key apart.")
    link = _Link()
    as_of = expression("Where a row has the source's own time for it.")
    as_of_dialect = fields.String(
        load_default="",
        metadata=about(
            "How as_of is written: ISO 8601 by default, epoch_seconds, epoch_milliseconds, or a "
            "strptime pattern."
        ),
    )
    from_list = fields.Integer(
        load_default=0,
        validate=validate.Range(2),
        metadata=about(
            "From so many accounts on that nobody waits for, they are taken from the list of "
            "accounts: a call for each page of it instead of one for each account. Only where a "
            "listed row has all that a row of this lookup has."
        ),
    )
    in_bulk = fields.Nested(
        bulk_settings.InBulkSchema,
        load_default=None,
        metadata=about(
            "How everybody's rows of this lookup are read at once, for many accounts that nobody "
            "waits for: all open deals, instead of the deals of each account."
        ),
    )

    described = fields.List(
        fields.Nested(DescriptionSchema),
        load_default=list,
        metadata=about(
            "How the API describes the fields of a row, where it does, a call for each part of "
            "them: `sidecar explore` shows them all then, and it is noticed what becomes of one. "
            "Looked at a few times a day."
        ),
    )

    def lacking(self, request: Request, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """See `RequestSchema`."""
        yield from super().lacking(request, data)
        if data.get("described") and data.get("many") == "list":
            yield "described", "what is described is the row of a lookup that gives one"
        batch = data.get("batch", 1)
        expected = "keys" if batch > 1 else "key"
        yield from shape_settings.mistakes(data)
        yield from mistakes(request, data)
        yield from bulk_settings.mistakes(data)
        asked_for = request.placeholders & {"key", "keys"}
        if asked_for != {expected} and (asked_for or not data.get("everyone")):
            yield "batch", f"a batch of {batch} needs {{{expected}}} in the request, and no other"

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> LookupQuery:
        many = data.pop("many") == "list"
        shape = Shape(**{name: data.pop(name) for name in shape_settings.ShapeSchema().fields})
        return LookupQuery(query_of(data), many=many, shape=shape, **data)


class AccountsSchema(QuerySchema):
    """The list of all accounts."""

    link = _Link()
    counts = expression(
        "Which rows count, where others come as well, such as archived ones; read as that of a "
        "lookup."
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> AccountsQuery:
        return AccountsQuery(query_of(data), **data)


class RecordSchema(_Keyed):
    """The reading of one kind of record."""

    may_hold = frozenset({"key"})

    keys = fields.Dict(
        keys=fields.String(),
        values=Expression(),
        required=True,
        validate=validate.Length(min=1),
        metadata=about(
            "What the record says about its customer, each a JMESPath expression into the row: "
            "{requester_email: requester.email}."
        ),
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> RecordQuery:
        return RecordQuery(LookupQuery(query_of(data), key=data["key"]), data["keys"])
