"""What an admin says of a NetSuite account."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate

ALGORITHMS = ["PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class Settings(Schema):
    """How to reach the account, and by what it knows a customer."""

    account_id = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^\w+$", error="expected the account's id, such as 1234567 or 1234567_SB1"
        ),
        metadata={"description": "Id of the account, such as 1234567, or 1234567_SB1."},
    )
    client_id = fields.String(
        required=True, metadata={"description": "Client id of the integration record."}
    )
    certificate_id = fields.String(
        required=True,
        metadata={"description": "Id that NetSuite gave to the certificate when it was mapped."},
    )
    private_key = SecretText(
        required=True,
        metadata={"description": "Private key (PEM) of that certificate.", "long": True},
    )
    algorithm = fields.String(
        load_default="PS256",
        validate=validate.OneOf(ALGORITHMS),
        metadata={"description": "What it signs with: PS256 with an RSA key, ES256 with another."},
    )
    by = fields.String(
        load_default="externalid",
        validate=validate.Regexp(
            r"^[A-Za-z]\w*$", error="expected the name of a column, such as externalid"
        ),
        metadata={
            "description": "Column of customers that holds the account's key: externalid, id, "
            "entityid, or one of your own."
        },
    )
    time_zone = TimeZone(
        load_default=ZoneInfo("UTC"),
        metadata={"description": "Time zone in which an invoice is overdue."},
    )
    url = Address(
        metadata={"description": "Address of the services, where it is not the account's own."}
    )
