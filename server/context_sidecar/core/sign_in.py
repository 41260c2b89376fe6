"""How we prove to a source who we are: each way as data; the engine carries it out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from context_sidecar.core.secrets import Secret


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
class ClientCredentials:
    """Sign in by OAuth 2 client credentials (RFC 6749, 4.4)."""

    token_url: str
    client_id: str
    client_secret: Secret
    scope: str = ""
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class JwtBearer:
    """Sign in by a JWT that we sign (RFC 7523): RS256 over issuer, subject, audience, expiry."""

    token_url: str
    issuer: str
    subject: str
    audience: str
    private_key: Secret
    lifetime: timedelta = timedelta(minutes=3)


SignIn = Bearer | Basic | HeaderKey | ClientCredentials | JwtBearer
