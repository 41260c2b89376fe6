"""The shapes of what goes into the API, which is checked by these schemas, and of tokens and
problems that come out."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields, validate

_LONG = validate.Length(max=500)
_SHORT = validate.Length(max=100)


class ContextQuery(Schema):
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

    context_url = fields.String(required=True)


class ProblemSchema(Schema):
    """What is wrong with a request (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    instance = fields.String(
        required=True, metadata={"description": "Finds the request in the deployment's log."}
    )
