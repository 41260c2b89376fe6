"""The shapes of what goes into the API, which is checked by these schemas, and of tokens and
problems that come out."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import fields, validate

_NO_TIME = "Expected a time with its zone as RFC 3339 has it, such as 2026-11-23T08:59:30Z."
_LONG = validate.Length(max=500)
_SHORT = validate.Length(max=100)


class _Said(Schema):
    """What a request says: whoever wrote it is told what there is, where it says something else."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.error_messages |= {
            "type": "Expected an object, in braces.",
            "unknown": f"There is no such name here. Known: {', '.join(self.fields)}.",
        }


class ContextQuery(_Said):
    """What may be said beside the record or account."""

    card = fields.String(
        load_default="",
        validate=_SHORT,
        metadata={"description": "Which card; without it the first that is declared here."},
    )
    locale = fields.String(
        load_default="",
        validate=_SHORT,
        metadata={"description": "In which language and region's formats, such as `de-AT`."},
    )
    install = fields.String(
        load_default="",
        validate=_SHORT,
        metadata={"description": "Which install of the host tool, for a key where it has several."},
    )


class NamedRecordSchema(_Said):
    """The record that a host's page shows."""

    type = fields.String(required=True, validate=validate.Length(min=1, max=100))
    id = fields.String(required=True, validate=validate.Length(min=1, max=500))
    keys = fields.Dict(
        keys=fields.String(validate=_SHORT),
        values=fields.String(validate=_LONG),
        load_default=dict,
        validate=validate.Length(max=100),
        metadata={"description": "What the record says about its customer, by the keys' names."},
    )
    locale = fields.String(
        load_default="",
        validate=_SHORT,
        metadata={"description": "The visitor's, where only the page knows it, such as `de-AT`."},
    )
    time_zone = fields.String(
        load_default="",
        validate=_SHORT,
        metadata={"description": "The visitor's, such as `America/New_York`."},
    )


class RenewedSchema(Schema):
    """A token, and when it stops working."""

    token = fields.String(required=True)
    expires_at = fields.DateTime(required=True)


class GrantedSchema(RenewedSchema):
    """A token for a record, and where its card is to be had."""

    context_url = fields.String(required=True)


class SeenSchema(_Said):
    """Which card the visitor has on screen, in which language."""

    card = fields.String(load_default="", validate=_SHORT)
    locale = fields.String(load_default="", validate=_SHORT)


class RevealSchema(SeenSchema):
    """The field that was looked at."""

    field = fields.String(required=True, validate=_SHORT)


class DisputeSchema(RevealSchema):
    """The field whose value is wrong, and what the visitor says about it."""

    note = fields.String(load_default="", validate=_LONG)


class SummarySchema(Schema):
    """The card as text to paste; its last line has the receipt's code."""

    text = fields.String(required=True)
    code = fields.String(required=True)


class DisputedSchema(Schema):
    """That it is noted, in words, and the code of the receipt of what was on screen."""

    said = fields.String(required=True)
    code = fields.String(required=True)


class RevealedSchema(Schema):
    """The field that was noted."""

    field = fields.String(required=True)


class ProblemSchema(Schema):
    """What is wrong with a request (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(
        required=True, metadata={"description": "Finds the request in the deployment's log."}
    )


class _ChangedSchema(_Said):
    """What has changed: of which accounts, and in which of the source's answers about them."""

    keys = fields.List(
        fields.String(validate=validate.Length(min=1, max=500)),
        required=True,
        validate=validate.Length(
            min=1, max=1_000, error="Expected 1 to 1,000 keys; send more in further webhooks."
        ),
        metadata={"description": "The accounts' keys, as the source itself knows them."},
    )
    lookups = fields.List(
        fields.String(validate=_SHORT),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "Which lookups; without it all that fields read."},
    )


class PushedSchema(_Said):
    """What a source tells, in the form of Standard Webhooks."""

    type = fields.String(required=True, validate=validate.OneOf(["changed"]))
    timestamp = fields.AwareDateTime(
        format="iso",
        required=True,
        error_messages={"invalid": _NO_TIME, "invalid_awareness": _NO_TIME},
        metadata={"description": "When it has changed, by the source's own clock (RFC 3339)."},
    )
    data = fields.Nested(_ChangedSchema, required=True)


class TakenSchema(Schema):
    """That it was taken in."""

    repeated = fields.Boolean(
        required=True, metadata={"description": "Whether the same webhook was taken in before."}
    )
