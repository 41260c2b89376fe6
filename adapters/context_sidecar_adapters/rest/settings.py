"""The settings of `rest`: the small language in which an API is declared."""

from __future__ import annotations

import re
from typing import Any

import jmespath
from context_sidecar import Reason
from context_sidecar.settings import Address, Expression, LinkTemplate, TimeZone
from context_sidecar.sign_in_settings import SignInSetting
from jmespath.exceptions import JMESPathError
from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from .judgement import Rule
from .lookups import AccountsQuery, LookupQuery, RecordQuery
from .query_settings import (
    STATUS,
    QuerySchema,
    RequestSchema,
    about,
    expression,
    query_of,
    request_of,
)
from .request import Request

_REASONS = [
    reason.value
    for reason in Reason
    if reason not in {Reason.BUSY, Reason.CIRCUIT_OPEN, Reason.NOT_CONFIGURED}
]


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


class _Keyed(QuerySchema):
    """A query for keys."""

    key = expression(
        "Where a row says which key it answers; compared with what was asked. Required unless the "
        "path names the key."
    )

    @validates_schema
    def _check_key(self, data: dict[str, Any], **kwargs: Any) -> None:
        path = data.get("get", data.get("post", ""))
        if "{key}" not in path and not data["key"]:
            raise ValidationError(
                "required: a search that ignores its filter can only be found out by what the "
                "rows say themselves",
                "key",
            )


class _Lookup(_Keyed):
    """One named lookup."""

    may_hold = frozenset({"key", "keys"})

    batch = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 1000),
        metadata=about("How many keys one call may ask for; above 1 they are sent as {keys}."),
    )
    many = fields.String(
        load_default="one",
        validate=validate.OneOf(["one", "list"]),
        metadata=about(
            "one: a key has one row, and two are a doubt. list: the answer is all rows of a key."
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
    canary = fields.String(
        load_default="",
        metadata=about(
            "A key that must always be found. It is asked for before none is believed, and by "
            "the check."
        ),
    )

    @validates_schema
    def _check_batch(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not {"get", "post"} & data.keys():
            return
        expected = "keys" if data["batch"] > 1 else "key"
        found = request_of(dict(data)).placeholders
        if expected not in found or len(found & {"key", "keys"}) > 1:
            raise ValidationError(
                f"a batch of {data['batch']} needs {{{expected}}} in the request, and nothing else",
                "batch",
            )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> LookupQuery:
        many = data.pop("many") == "list"
        return LookupQuery(query_of(data), many=many, **data)


class _Accounts(QuerySchema):
    link = _Link()

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> AccountsQuery:
        return AccountsQuery(query_of(data), **data)


class _Record(_Keyed):
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


class _Check(RequestSchema):
    says = expression("What in the answer names whom we are signed in as.")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> tuple[Request, str]:
        return request_of(data), data["says"]


class _Rule(Schema):
    status = fields.List(STATUS, load_default=list, metadata=about("The statuses it is about."))
    when = expression("What in the body shows it. null, false, 0 and empty are no.")
    reason = fields.String(
        required=True,
        validate=validate.OneOf(_REASONS),
        metadata=about("What it means, in our words."),
    )
    code = expression("Where the body has the vendor's own code, for the log.")
    certain = fields.Boolean(
        load_default=True,
        metadata=about("false where the vendor answers several causes in this same way."),
    )

    @validates_schema
    def _check_rule(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not data["status"] and not data["when"]:
            raise ValidationError("expected a status, when, or both", "status")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> Rule:
        return Rule(
            Reason(data["reason"]), frozenset(data["status"]), data["when"], data["code"],
            certain=data["certain"],
        )  # fmt: skip


class RestSettings(Schema):
    """What `settings` of a source with `adapter: rest` hold."""

    base_url = Address(
        required=True, metadata=about("Where the API lives; every path is below it.")
    )
    sign_in = SignInSetting(
        load_default=None, metadata=about("How we prove who we are. Default: not at all.")
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata=about("Headers of every call. They are no place for a secret; sign_in is."),
    )
    time_zone = TimeZone(
        load_default=None,
        metadata=about("The zone of times that have none. Without it, such a time is no time."),
    )
    media_types = fields.List(
        fields.String(),
        load_default=list,
        metadata=about("Media types besides JSON's own under which this API sends JSON."),
    )
    ok = expression("What in the body of a success shows that it is one, such as `success`.")
    errors = fields.List(
        fields.Nested(_Rule),
        load_default=list,
        metadata=about(
            "How this API says no where its statuses do not tell, the first that fits; judged on "
            "every answer, successes included."
        ),
    )
    check = fields.Nested(
        _Check,
        required=True,
        metadata=about("The cheapest call that proves that the settings work."),
    )
    lookups = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(_Lookup),
        load_default=dict,
        metadata=about("The questions that fields ask, by name; account is the usual one."),
    )
    accounts = fields.Nested(
        _Accounts, load_default=None, metadata=about("How all accounts are listed.")
    )
    records = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(_Record),
        load_default=dict,
        metadata=about("How a record's keys are read, by the record's type, such as ticket."),
    )
