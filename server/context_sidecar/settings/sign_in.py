"""The setting `sign_in`, for adapters that leave it to `sidecar.yaml` how we prove who we are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    ALGORITHMS,
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    ClientKey,
    HeaderKey,
    JwtBearer,
    SignIn,
)
from context_sidecar.settings import Address, Duration, SecretText, Variants

_WORD = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
"""What the names of headers and of schemes are made of: a token (RFC 9110, 5.6.2)."""


def _text(description: str, **more: Any) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Length(min=1),
        metadata={"description": description},
        **more,
    )


def _secret(description: str, *, alone: bool = False, required: bool = True) -> SecretText:
    return SecretText(required=required, alone=alone, metadata={"description": description})


def _algorithm() -> fields.String:
    return fields.String(
        load_default="RS256",
        validate=validate.OneOf(ALGORITHMS),
        metadata={"description": "What the key signs with: RS or PS for an RSA key, else ES."},
    )


def _key_id() -> fields.String:
    return fields.String(
        load_default="",
        metadata={"description": "The vendor's name for the key (`kid`), where it wants it."},
    )


def _texts(description: str) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata={"description": description},
    )


_TOKENS_FROM = "The address that gives out tokens."


class _None(Schema):
    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> None:
        return None


class _Bearer(Schema):
    token = _secret("The token.", alone=True)
    scheme = fields.String(
        load_default="Bearer",
        validate=validate.Regexp(_WORD, error="expected one word, such as Bearer"),
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
        validate=validate.Regexp(_WORD, error="expected the name of a header, such as X-Api-Key"),
        metadata={"description": "The header that carries the key, such as X-Api-Key."},
    )
    key = _secret("The key.", alone=True)

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return HeaderKey(**data)


_PEM = "The key that signs, in PEM; with its certificate behind it, that one's end is known too."


class _Client(Schema):
    """A client that proves itself by a secret, or by a key that signs."""

    token_url = Address(required=True, metadata={"description": _TOKENS_FROM})
    client_id = _text("The client's id.")
    client_secret = _secret("The client's secret.", required=False)
    private_key = _secret(f"In place of a secret. {_PEM}", required=False)
    algorithm = _algorithm()
    key_id = _key_id()
    audience = fields.String(
        load_default="",
        metadata={"description": "For whom the JWT is meant, if not for the token address."},
    )
    claims = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"description": "What else the vendor wants in the JWT."},
    )
    scope = fields.String(
        load_default="", metadata={"description": "The scopes to ask for, with blanks between."}
    )
    in_body = fields.Boolean(
        load_default=False,
        metadata={"description": "Send the client's id and secret in the body, not the header."},
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **kwargs: Any) -> None:
        if {"client_secret", "private_key"} <= data.keys():
            raise ValidationError("expected one of client_secret and private_key", "private_key")

    def _with_secret(self, data: dict[str, Any]) -> dict[str, Any]:
        names = ("private_key", "algorithm", "key_id", "audience", "claims")
        key = {name: data.pop(name) for name in names if name in data}
        secret = data.pop("client_secret", None)
        return data | {"client_secret": ClientKey(**key) if "private_key" in key else secret}


class _ClientCredentials(_Client):
    @validates_schema
    def _check_secret(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not {"client_secret", "private_key"} & data.keys():
            raise ValidationError(
                "expected the client's secret, or a private_key that signs", "client_secret"
            )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return ClientCredentials(**self._with_secret(data))


class _AuthorizationCode(_Client):
    authorize_url = Address(
        required=True, metadata={"description": "The vendor's page where a person lets us in."}
    )
    parameters = _texts("What that page wants to be told besides.")
    headers = _texts("What the token address wants to be told besides.")
    expects = _texts("What the vendor must say when it sends the person back.")
    unused = Duration(
        metadata={"description": "How long what renews the token lives unused, if it is not told."}
    )

    @post_load
    def _make(self, data: dict[str, Any], **kwargs: Any) -> SignIn:
        return AuthorizationCode(**self._with_secret(data))


class _JwtBearer(Schema):
    token_url = Address(required=True, metadata={"description": _TOKENS_FROM})
    issuer = _text("Who signs: the client's id.")
    subject = _text("Whom we act as: the integration's user.")
    audience = _text("For whom the assertion is meant, as the vendor says.")
    private_key = _secret(_PEM)
    algorithm = _algorithm()
    key_id = _key_id()
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
            "authorization_code": _AuthorizationCode,
        }
        super().__init__(schemas, **kwargs)
