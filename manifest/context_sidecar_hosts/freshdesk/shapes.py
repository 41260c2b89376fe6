"""The files of an app of the Freshworks platform, each as far as a card has a use for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

LOCATIONS: Mapping[str, tuple[str, ...]] = {
    "support_ticket": ("ticket_sidebar", "ticket_requester_info", "new_ticket_requester_info"),
    "support_contact": ("contact_sidebar",),
}
"""The places in sight that Freshdesk's modules have."""

_LONGEST_DELAY = 1500


class Page(Schema):
    """What a location shows."""

    url = fields.String(required=True)
    icon = fields.String(required=True)


class Common(Schema):
    """What belongs to no place. Without `location`: Freshdesk's stand in modules of its own, and an
    empty one is refused."""

    requests = fields.Dict(
        keys=fields.String(validate=validate.Regexp(r"[\w-]+$")),
        values=fields.Dict(validate=validate.Length(max=0)),
        required=True,
    )


def _module(name: str) -> fields.Nested:
    places = fields.Dict(
        keys=fields.String(validate=validate.OneOf(LOCATIONS[name])),
        values=fields.Nested(Page),
        required=True,
        validate=validate.Length(min=1),
    )
    return fields.Nested(Schema.from_dict({"location": places}))


def _modules() -> dict[str, fields.Field[Any]]:
    common = fields.Nested(Common, required=True)
    return {"common": common, **{name: _module(name) for name in LOCATIONS}}


class Engines(Schema):
    """What the app was made for."""

    node = fields.String(required=True, validate=validate.Regexp(r"\d+\.\d+\.\d+$"))
    fdk = fields.String(required=True, validate=validate.Regexp(r"\d+\.\d+\.\d+$"))


class Manifest(Schema):
    """manifest.json, with no more in it than these."""

    platform_version = fields.String(
        required=True, data_key="platform-version", validate=validate.Equal("3.0")
    )
    modules = fields.Nested(
        Schema.from_dict(_modules()),
        required=True,
        validate=validate.Length(min=2, error="at least one module apart from common is needed"),
    )
    engines = fields.Nested(Engines, required=True)


class Request(Schema):
    """What a request is like. Without `body`: it comes with the call."""

    protocol = fields.String(required=True, validate=validate.Equal("https"))
    method = fields.String(required=True, validate=validate.OneOf(["GET", "POST"]))
    host = fields.String(
        required=True,
        validate=validate.Regexp(
            r"(?=.{1,253}$)([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z0-9-]{2,63}$",
            error="expected a whole domain name, without a port: Freshworks asks no other; "
            "see public_url",
        ),
    )
    path = fields.String(required=True, validate=validate.Regexp(r"/"))
    headers = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Options(Schema):
    """How often a request is repeated."""

    max_attempts = fields.Integer(
        strict=True, data_key="maxAttempts", validate=validate.Range(min=1, max=5)
    )
    retry_delay = fields.Integer(
        strict=True, data_key="retryDelay", validate=validate.Range(min=0, max=_LONGEST_DELAY)
    )


class Template(Schema):
    """One of config/requests.json."""

    schema = fields.Nested(Request, required=True)
    options = fields.Nested(Options, load_default=dict)


class Parameter(Schema):
    """One of config/iparams.json: what an admin fills in when the app is installed."""

    display_name = fields.String(required=True, validate=validate.Length(min=1))
    description = fields.String()
    type = fields.String(required=True, validate=validate.OneOf(["text"]))
    required = fields.Boolean(truthy={True}, falsy={False})
    secure = fields.Boolean(truthy={True}, falsy={False})
