"""What an admin says of a Request Tracker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from context_sidecar.settings import Address, SecretText
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

NAME = validate.Regexp(r"^[^'\"{}\\]+$", error="expected a name without quotes, such as Support")


class Settings(Schema):
    """How to reach RT, and how its tickets name their customer."""

    url = Address(
        required=True,
        metadata={"description": "Address of RT as people open it in the browser."},
    )
    user = fields.String(metadata={"description": "Name of the user that we sign in as."})
    password = SecretText(metadata={"description": "Password of that user."})
    token = SecretText(metadata={"description": "That user's token, instead of both."})
    queues = fields.List(
        fields.String(validate=NAME),
        required=True,
        validate=validate.Length(min=1),
        metadata={"description": "Names of the queues whose tickets count."},
    )
    by = fields.String(
        load_default="customer_field",
        validate=validate.OneOf(["customer_field", "requestor_domain"]),
        metadata={
            "description": "What ties a ticket to an account: a custom field, or the domain "
            "(subdomains included) of a requestor's e-mail address."
        },
    )
    customer_field = fields.String(
        load_default="Customer",
        validate=NAME,
        metadata={"description": "Name of the custom field that holds the account's key."},
    )

    priorities = fields.Dict(
        keys=fields.Integer(),
        values=fields.String(),
        load_default={0: "Low", 50: "Medium", 100: "High"},
        metadata={
            "description": "From which number on a priority has which name, as RT's own "
            "$PriorityAsString has it; {} for RTs that show numbers."
        },
    )

    @validates_schema
    def _one_way_to_sign_in(self, data: Mapping[str, Any], **_: Any) -> None:
        given = data.keys() & {"user", "password", "token"}
        if given not in ({"user", "password"}, {"token"}):
            raise ValidationError("expected user and password, or token alone", "user")
