"""What an admin says of an environment of Dynamics 365, or a company in Business Central."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from context_sidecar.settings import Address, SecretText, TimeZone
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

DATAVERSE, BUSINESS_CENTRAL = "dataverse", "business_central"
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class Settings(Schema):
    """Which service it is, how to reach it, and by what it knows an account."""

    service = fields.String(
        load_default=DATAVERSE,
        validate=validate.OneOf([DATAVERSE, BUSINESS_CENTRAL]),
        metadata={"description": "Which service: dataverse (Dynamics 365), or business_central."},
    )
    url = Address(
        required=True,
        metadata={
            "description": "Address of the environment, such as https://acme.crm4.dynamics.com, "
            "or https://api.businesscentral.dynamics.com."
        },
    )
    tenant_id = fields.String(
        required=True,
        validate=validate.Regexp(
            rf"^({GUID}|[\w.-]+)$",
            error="expected the tenant's id or domain, such as acme.onmicrosoft.com",
        ),
        metadata={"description": "Id or domain of the tenant in Microsoft Entra ID."},
    )
    client_id = fields.String(required=True, metadata={"description": "Client id of the app."})
    client_secret = SecretText(metadata={"description": "Client secret of the app."})
    private_key = SecretText(
        metadata={
            "description": "Private key and certificate (PEM) of the app, instead of a secret.",
            "long": True,
        }
    )
    environment = fields.String(
        load_default="Production",
        validate=validate.Regexp(
            r"^[\w-]+$", error="expected the name of an environment, such as Production"
        ),
        metadata={"description": "Environment in Business Central."},
    )
    company_id = fields.String(
        validate=validate.Regexp(
            rf"^{GUID}$",
            error="expected the company's id, such as e9a2b1c4-3d5f-4a6b-8c7d-9e0f1a2b3c4d",
        ),
        metadata={"description": "Id of the company in Business Central."},
    )
    by = fields.String(
        validate=validate.Regexp(
            r"^[A-Za-z]\w*$", error="expected the name of a property, such as accountnumber"
        ),
        metadata={
            "description": "Property that holds the account's key: accountnumber where it is not "
            "said, number in Business Central; or accountid, or id."
        },
    )
    time_zone = TimeZone(
        load_default=ZoneInfo("UTC"),
        metadata={
            "description": "Time zone in which an invoice is overdue, and an entitlement ends."
        },
    )
    login_url = Address(
        load_default="https://login.microsoftonline.com",
        metadata={"description": "Where Microsoft gives out tokens."},
    )

    @validates_schema
    def _whole(self, data: Mapping[str, Any], **_: Any) -> None:
        if len(data.keys() & {"client_secret", "private_key"}) != 1:
            raise ValidationError("expected client_secret or private_key", "client_secret")
        if (data["service"] == BUSINESS_CENTRAL) != ("company_id" in data):
            raise ValidationError("goes with service: business_central", "company_id")
