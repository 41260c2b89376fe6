"""What an admin says of an organisation in Xero."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, fields, validate

SCOPES = "accounting.contacts.read accounting.invoices.read"
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class Settings(Schema):
    """How to reach the organisation, and by what it knows an account."""

    app = fields.String(
        load_default="custom_connection",
        validate=validate.OneOf(["custom_connection", "web_app"]),
        metadata={"description": "What kind of app it is at Xero; a person connects a web app."},
    )
    client_id = fields.String(required=True, metadata={"description": "Client id of the app."})
    client_secret = SecretText(required=True, metadata={"description": "Client secret of the app."})
    scope = fields.String(
        load_default=SCOPES,
        metadata={"description": "What to ask for, of that which the app may."},
    )
    tenant_id = fields.String(
        validate=validate.Regexp(
            rf"^{GUID}$",
            error="expected the organisation's id, such as e9a2b1c4-3d5f-4a6b-8c7d-9e0f1a2b3c4d",
        ),
        metadata={
            "description": "Id of the organisation. Of a web app, `sidecar doctor` tells it; "
            "of a custom connection, it makes sure."
        },
    )
    time_zone = TimeZone(
        load_default=ZoneInfo("UTC"),
        metadata={"description": "Time zone of the organisation: in it an invoice is overdue."},
    )
    by = fields.String(
        load_default="ContactID",
        validate=validate.OneOf(["ContactID", "ContactNumber", "AccountNumber"]),
        metadata={"description": "What of a contact is the account's key."},
    )
    url = Address(
        load_default="https://api.xero.com", metadata={"description": "Address of Xero's API."}
    )
    token_url = Address(
        load_default="https://identity.xero.com/connect/token",
        metadata={"description": "Where Xero gives out tokens."},
    )
    authorize_url = Address(
        load_default="https://login.xero.com/identity/connect/authorize",
        metadata={"description": "Xero's page where somebody lets a web app in."},
    )
    app_url = Address(
        load_default="https://go.xero.com",
        metadata={"description": "Address of Xero's pages, for links."},
    )
