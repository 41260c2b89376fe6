"""What an admin says of a site of Jira."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from context_sidecar.settings import Address, SecretText
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

ORGANIZATIONS = {"organization_id": "id", "organization_name": "name"}
"""Ways of an issue to name its customer by an organization, and what of that is the key."""


class Settings(Schema):
    """How to reach Jira, which projects count, and by what an issue names its customer."""

    url = Address(
        required=True,
        metadata={"description": "The site's address, such as https://acme.atlassian.net."},
    )
    user = fields.String(metadata={"description": "E-mail address of the API token's user."})
    api_token = SecretText(metadata={"description": "API token, for use with `user`."})
    client_id = fields.String(
        metadata={"description": "Client ID of a service account's OAuth 2 credential."}
    )
    client_secret = SecretText(metadata={"description": "Secret of that credential."})
    cloud_id = fields.String(
        validate=validate.Regexp(
            r"^[0-9a-f-]{36}$",
            error="expected the site's id, such as e9a2b1c4-3d5f-4a6b-8c7d-9e0f1a2b3c4d",
        ),
        metadata={
            "description": "The site's id, as /_edge/tenant_info tells it; needed for OAuth 2 "
            "and for API tokens with scopes."
        },
    )
    projects = fields.List(
        fields.String(
            validate=validate.Regexp(
                r"^[A-Z][A-Z0-9_]*$",
                error="expected the key of a project, in capitals, such as SUP",
            )
        ),
        required=True,
        validate=validate.Length(min=1, max=50),
        metadata={"description": "Keys of the projects whose issues count."},
    )
    by = fields.String(
        load_default="organization_id",
        validate=validate.OneOf([*ORGANIZATIONS, "customer_field"]),
        metadata={
            "description": "What of an issue is the account's key: its organization's id or "
            "name, or a field."
        },
    )
    customer_field = fields.String(
        validate=validate.Regexp(
            r"^(customfield_\d+|labels|components)$",
            error="expected labels, components, or a field's id, such as customfield_10042",
        ),
        metadata={
            "description": "Id of the field that holds the account's key, one that has choices "
            "or labels: customfield_10042, labels or components."
        },
    )
    api_url = Address(
        load_default="https://api.atlassian.com",
        metadata={"description": "Where Atlassian answers for a `cloud_id`."},
    )
    token_url = Address(
        load_default="https://auth.atlassian.com/oauth/token",
        metadata={"description": "Where Atlassian gives out tokens."},
    )

    @validates_schema
    def _one_way_to_sign_in(self, data: Mapping[str, Any], **_: Any) -> None:
        given = data.keys() & {"user", "api_token", "client_id", "client_secret"}
        if "client_id" in given and "cloud_id" not in data:
            raise ValidationError("expected the site's id, by which OAuth 2 goes", "cloud_id")
        if given not in ({"user", "api_token"}, {"client_id", "client_secret"}):
            raise ValidationError("expected user and api_token, or an OAuth client", "user")
        if (data["by"] == "customer_field") != ("customer_field" in data):
            raise ValidationError("goes with by: customer_field", "customer_field")
