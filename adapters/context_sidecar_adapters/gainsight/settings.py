"""What an admin says of a Gainsight organization."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate


class Settings(Schema):
    """How to reach the organization, and by what it knows a company."""

    url = Address(
        required=True,
        metadata={"description": "Its domain, such as https://acme.gainsightcloud.com."},
    )
    access_key = SecretText(
        required=True,
        metadata={"description": "Access key of the connection Gainsight API (Connectors 2.0)."},
    )
    by = fields.String(
        load_default="SfdcAccountId",
        validate=validate.Regexp(
            r"^[A-Za-z]\w*$", error="expected the name of a field, such as SfdcAccountId"
        ),
        metadata={
            "description": "Field of companies that holds the account's key: SfdcAccountId, Gsid, "
            "Name, or one of your own, such as Account_Number__gc."
        },
    )
    time_zone = TimeZone(
        load_default=ZoneInfo("UTC"),
        metadata={"description": "Time zone in which the dates of companies begin."},
    )
