"""What an admin says of an instance of ServiceNow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from context_sidecar.settings import Address, SecretText
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

NAME = validate.Regexp(
    r"^[a-z]\w*$",
    error="expected the name of a table or column, in lower case, such as u_account_number",
)


class Settings(Schema):
    """How to reach the instance, in which tables it keeps customers, and by what it knows one."""

    url = Address(
        required=True,
        metadata={"description": "Address of the instance, such as https://acme.service-now.com."},
    )
    user = fields.String(metadata={"description": "User to sign in as."})
    password = SecretText(metadata={"description": "That user's password."})
    client_id = fields.String(
        metadata={"description": "Client id of an OAuth application, instead of both."}
    )
    client_secret = SecretText(metadata={"description": "Client secret of that application."})
    accounts_table = fields.String(
        load_default="customer_account",
        validate=NAME,
        metadata={
            "description": "Table of accounts: customer_account, or core_company without Customer "
            "Service Management."
        },
    )
    by = fields.String(
        load_default="number",
        validate=NAME,
        metadata={"description": "Column of that table that holds the account's key."},
    )
    tickets_table = fields.String(
        load_default="sn_customerservice_case",
        validate=NAME,
        metadata={"description": "Table of tickets: sn_customerservice_case, or incident."},
    )
    account_field = fields.String(
        load_default="account",
        validate=NAME,
        metadata={
            "description": "Column in which a ticket names its account; company for incidents."
        },
    )
    contact_field = fields.String(
        load_default="contact",
        validate=NAME,
        metadata={
            "description": "Column in which a ticket names its person; caller_id for incidents."
        },
    )

    @validates_schema
    def _one_way_to_sign_in(self, data: Mapping[str, Any], **_: Any) -> None:
        given = data.keys() & {"user", "password", "client_id", "client_secret"}
        if given not in ({"user", "password"}, {"client_id", "client_secret"}):
            raise ValidationError("expected user and password, or an OAuth client", "user")
