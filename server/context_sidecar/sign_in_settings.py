"""The setting `sign_in`, for adapters that leave it to `sidecar.yaml` how we prove who we are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    Basic,
    Bearer,
    ClientCredentials,
    HeaderKey,
    JwtBearer,
    SignIn,
)
from context_sidecar.settings import Address, Duration, SecretText, Variants

_HEADER_NAME = validate.Regexp(
    r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", error="expected the name of a header, such as X-Api-Key"
)


def _text(description: str, **more: Any) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(min=1),
        metadata={"description": description},
        **more,
    )


def _secret(description: str, *, alone: bool = False) -> SecretText:
    return SecretText(required=True, alone=alone, metadata={"description": description})


_TOKENS_FROM = "The address that gives out tokens."


class _None(Schema):
    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> None:
        return None


class _Bearer(Schema):
    token = _secret("The token.", alone=True)
    scheme = fields.String(
        load_default="Bearer",
        validate=_HEADER_NAME,
        metadata={"description": "The word before the token in the header Authorization."},
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return Bearer(**data)


class _Basic(Schema):
    user = _text("The user's name.")
    password = _secret("The user's password, or what the vendor wants in its place.")

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return Basic(**data)


class _BasicKey(Schema):
    key = _secret("The key, which is sent as the user's name.", alone=True)
    password = fields.String(
        load_default="X",
        metadata={"description": "What the vendor wants beside it, often anything or nothing."},
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return Basic(data["key"], Secret(data["password"]))


class _Header(Schema):
    header = fields.String(
        required=True,
        validate=_HEADER_NAME,
        metadata={"description": "The header that carries the key, such as X-Api-Key."},
    )
    key = _secret("The key.", alone=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return HeaderKey(**data)


class _ClientCredentials(Schema):
    token_url = Address(required=True, metadata={"description": _TOKENS_FROM})
    client_id = _text("The client's id.")
    client_secret = _secret("The client's secret.")
    scope = fields.String(
        load_default="", metadata={"description": "The scopes to ask for, with blanks between."}
    )
    in_body = fields.Boolean(
        load_default=False,
        metadata={"description": "Send the client's id and secret in the body, not the header."},
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return ClientCredentials(**data)


class _JwtBearer(Schema):
    token_url = Address(required=True, metadata={"description": _TOKENS_FROM})
    issuer = _text("Who signs: the client's id.")
    subject = _text("Whom we act as: the integration's user.")
    audience = _text("For whom the assertion is meant, as the vendor says.")
    private_key = _secret("The RSA key that signs, in PEM.")
    lifetime = Duration(
        load_default=timedelta(minutes=3),
        metadata={"description": "How long an assertion may be used."},
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return JwtBearer(**data)


class SignInSetting(Variants):
    """How we prove to a source who we are; loads as a `SignIn`, or None for `type: none`."""

    def __init__(self, **kwargs: Any) -> None:
        schemas = {
            "none": _None,
            "bearer": _Bearer,
            "basic": _Basic,
            "basic_key": _BasicKey,
            "header": _Header,
            "client_credentials": _ClientCredentials,
            "jwt_bearer": _JwtBearer,
        }
        super().__init__(schemas, **kwargs)
