"""What an admin says of a database of Odoo."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate


class Settings(Schema):
    """How to reach the database, and by what it knows an account."""

    url = Address(
        required=True,
        metadata={"description": "Address of Odoo, such as https://acme.odoo.com."},
    )
    database = fields.String(
        metadata={"description": "Name of the database, where one server has several."}
    )
    api_key = SecretText(required=True, metadata={"description": "API key of our user."})
    by = fields.String(
        load_default="ref",
        validate=validate.Regexp(
            r"^[a-z]\w*$", error="expected the technical name of a field, such as ref"
        ),
        metadata={
            "description": "Field of a partner that holds the account's key: ref (its "
            "reference), id, vat, or one of your own."
        },
    )
    companies = fields.List(
        fields.Integer(strict=True),
        load_default=[],
        metadata={
            "description": "Ids of the companies whose records count; by default all that our "
            "user may see."
        },
    )
    time_zone = TimeZone(
        load_default=ZoneInfo("UTC"),
        metadata={"description": "Time zone in which an invoice is overdue."},
    )
