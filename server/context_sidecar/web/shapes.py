"""The shapes of what goes into the API, which is checked by these schemas, and of what comes out,
which the tests hold against them."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import fields, validate

from context_sidecar.core.attention import Severity
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, State
from context_sidecar.core.reasons import Reason

_LONG = validate.Length(max=500)
_SHORT = validate.Length(max=100)


def _word(*words: str, **more: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(words), **more)


def _time(meaning: str) -> fields.DateTime:
    return fields.DateTime(allow_none=True, metadata={"description": meaning})


class ContextQuery(Schema):
    """What may be said beside the record or account."""

    card = fields.String(
        load_default="", validate=_SHORT,
        metadata={"description": "Which card; without it the first that is declared here."},
    )  # fmt: skip
    locale = fields.String(
        load_default="", validate=_SHORT,
        metadata={"description": "In which language and region's formats, such as `de-AT`."},
    )  # fmt: skip
    install = fields.String(
        load_default="", validate=_SHORT,
        metadata={"description": "Which install of the host tool, for a key where it has several."},
    )  # fmt: skip


class NamedRecordSchema(Schema):
    """The record that a host's page shows."""

    type = fields.String(required=True, validate=validate.Length(min=1, max=100))
    id = fields.String(required=True, validate=validate.Length(min=1, max=500))
    keys = fields.Dict(
        keys=fields.String(validate=_SHORT),
        values=fields.String(validate=_LONG),
        load_default=dict,
        validate=validate.Length(max=20),
        metadata={"description": "What the record says about its customer, by the keys' names."},
    )


class RenewedSchema(Schema):
    """A token, and when it stops working."""

    token = fields.String(required=True)
    expires_at = fields.DateTime(required=True)


class GrantedSchema(RenewedSchema):
    """A token for a record, and where its card is to be had."""

    context_url = fields.Url(required=True, metadata={"format": "uri"})


class RecordSchema(Schema):
    """What people have on screen."""

    host = fields.String(required=True)
    type = fields.String(required=True)
    id = fields.String(required=True)


class AccountSchema(Schema):
    """The one account that the record is about, and by what it was found."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    link = fields.String()
    matched_by = fields.String(required=True)
    matched_value = fields.String(required=True)


class AttentionSchema(Schema):
    """A line to notice first; with `judged` false it could not be decided."""

    severity = _word(*Severity, required=True)
    judged = fields.Boolean(required=True)
    say = fields.String(required=True)
    because = fields.List(fields.String(), required=True)


class SourceSchema(Schema):
    """The source of truth."""

    id = fields.String(required=True)
    label = fields.String(required=True)
    link = fields.String()
    runbook = fields.String()


class OwnerSchema(Schema):
    """The team that owns it."""

    team = fields.String(required=True)
    label = fields.String(required=True)


class ReadingSchema(Schema):
    """A value, and how far to trust it."""

    field = fields.String(required=True)
    label = fields.String(required=True)
    type = _word(*FieldType, required=True)
    value = fields.Raw(
        required=True, allow_none=True,
        metadata={"description": "There only where it may be shown: `fresh` and `stale`."},
    )  # fmt: skip
    display = fields.String(required=True, metadata={"description": "What stands in its place."})
    state = _word(*State, required=True)
    message = fields.String(required=True, metadata={"description": "Why, who has it, what next."})
    answer = _word(*AnswerKind, required=True)
    age = _word(*Age, required=True)
    fetch = _word(*Fetch, required=True)
    reason = _word(*Reason, required=True, allow_none=True)
    as_of = _time("The source's own time for the value.")
    confirmed_at = _time("When a complete answer of the source last said so.")
    stale_at = _time("When it turns stale by time alone.")
    expire_at = _time("When it expires by time alone.")
    next_try_at = _time("When a failing source is asked again.")
    source = fields.Nested(SourceSchema, required=True)
    owner = fields.Nested(OwnerSchema, required=True)


class AnswerSchema(Schema):
    """One card about one record: every value, and how far to trust it."""

    record = fields.Nested(RecordSchema, required=True)
    account = fields.Nested(AccountSchema, required=True, allow_none=True)
    match = fields.Dict(required=True, metadata={"description": "One account, none or several."})
    card = fields.String(required=True)
    title = fields.String(required=True)
    decision = fields.String(required=True)
    generated_at = fields.DateTime(required=True)
    complete = fields.Boolean(
        required=True, metadata={"description": "False while something is on its way."}
    )
    check_again_at = _time("When to ask again; nothing changes before.")
    attention = fields.List(fields.Nested(AttentionSchema), required=True)
    notices = fields.List(fields.Dict(), required=True)
    readings = fields.List(fields.Nested(ReadingSchema), required=True)


class ProblemSchema(Schema):
    """What is wrong with a request (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(
        required=True, metadata={"description": "Finds the request in the deployment's log."}
    )
