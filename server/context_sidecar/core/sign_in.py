"""How we prove to a source who we are: each way as data; the engine carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from context_sidecar.core.secrets import Secret

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""What a JWT of ours may be signed with (RFC 7518, 3.1): RSA keys sign RS and PS, others ES."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Sign in with `Authorization: <scheme> <token>`."""

    token: Secret
    scheme: str = "Bearer"


@dataclass(frozen=True, slots=True)
class Basic:
    """Sign in with a user name and a password (RFC 7617). Some vendors want a key as the name."""

    user: str | Secret
    password: Secret


@dataclass(frozen=True, slots=True)
class HeaderKey:
    """Sign in with a key in a header of the vendor's own."""

    header: str
    key: Secret


@dataclass(frozen=True, slots=True)
class ClientKey:
    """What a client signs with that proves itself by a JWT in place of a secret (RFC 7523, 2.2,
    which OpenID Connect calls `private_key_jwt`).

    Args:
        private_key: the key in PEM, with its certificate behind it where there is one: that tells
            when it expires, and it is named in the JWT (`x5t#S256`), as Microsoft Entra wants it.
        algorithm: one of `ALGORITHMS`.
        key_id: the vendor's name for the key, which goes into the JWT's header as `kid`.
        audience: for whom the JWT is meant; the token endpoint's address where it does not say.
        claims: what the vendor wants in the JWT besides, such as NetSuite's `scope`.
        lifetime: how long a JWT may be used.
    """

    private_key: Secret
    algorithm: str = "RS256"
    key_id: str = ""
    audience: str = ""
    claims: Mapping[str, object] = field(default_factory=dict, hash=False)
    lifetime: timedelta = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Sign in by OAuth 2 client credentials (RFC 6749, 4.4). The secret is sent in the header, or
    *in_body*; a `ClientKey` signs instead."""

    token_url: str
    client_id: str
    client_secret: Secret | ClientKey
    scope: str = ""
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """Sign in by a JWT that we sign (RFC 7523, 2.1) over issuer, subject, audience and expiry."""

    token_url: str
    issuer: str
    subject: str
    audience: str
    private_key: Secret
    lifetime: timedelta = timedelta(minutes=3)
    algorithm: str = "RS256"
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """Sign in for a person who has let us in at the vendor's own page (RFC 6749, 4.1, with PKCE,
    RFC 7636), and as long as they do: by tokens that are kept, and renewed before they expire.

    Args:
        authorize_url: the vendor's page.
        token_url: the address that gives out tokens.
        client_id: the client's id.
        client_secret: its secret, or the key that it signs with; None for a public client.
        scope: what to ask for, with blanks between.
        in_body: whether id and secret go into the body, not the header.
        parameters: what the vendor's page wants to be told besides.
        headers: what the token endpoint wants to be told besides.
        expects: what the vendor must say when it sends the person back, such as QuickBooks'
            `realmId`: with another they have let us into another company than the one configured.
        unused: how long an unused refresh token lives, where the vendor's answers do not say.
    """

    authorize_url: str
    token_url: str
    client_id: str
    client_secret: Secret | ClientKey | None = None
    scope: str = ""
    in_body: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict, hash=False)
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    expects: Mapping[str, str] = field(default_factory=dict, hash=False)
    unused: timedelta | None = None


SignIn = Bearer | Basic | HeaderKey | ClientCredentials | JwtBearer | AuthorizationCode
