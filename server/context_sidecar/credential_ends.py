"""When a credential ends, as far as it says so itself: a JWT, and a key's certificate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import scrypt

import jwt
from cryptography.x509 import Certificate, load_pem_x509_certificate

from context_sidecar.core.kept_ends import ToldEnd
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import (
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    ClientKey,
    HeaderKey,
    JwtBearer,
    SignIn,
)
from context_sidecar.core.source import Source

_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


def end_of(how: SignIn | None, certificate: Callable[[], str] = str) -> datetime | None:
    """Return when the first of what *how* signs in with ends, and of the *certificate* beside it,
    as PEM; None where none of it says so."""
    try:
        beside = _end_of_certificate(certificate())
    except Exception:  # noqa: BLE001  an adapter reads it, which may be anybody's code
        beside = None
    return min(filter(None, (beside, *map(_end, _secrets(how)))), default=None)


def fingerprint(source: Source) -> str:
    """Return what tells the credential of *source* from the one before it."""
    return _digest((source.system, *_secrets_in(source.settings)))


def told_end(told: Mapping[str, ToldEnd], source: Source) -> datetime | None:
    """Return when the credential of *source* ends, as its system *told* of this very one."""
    end = told.get(source.id)
    return end.ends if end and end.credential == fingerprint(source) else None


def certificate_in(pem: str) -> Certificate | None:
    """Return the certificate that stands beside a key; None where there is none that is one."""
    found = _CERTIFICATE.search(pem)
    try:
        return load_pem_x509_certificate(found[0].encode()) if found else None
    except ValueError:
        return None


def _secrets_in(part: object) -> Iterator[Secret]:
    if isinstance(part, Secret):
        yield part
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _secrets_in(one)


@cache
def _digest(parts: tuple[str | Secret, ...]) -> str:
    """It is kept in the database: it must be hard to guess from it what is secret."""
    texts = [part.reveal() if isinstance(part, Secret) else part for part in parts]
    text = "\0".join(texts).encode()
    return scrypt(text, salt=b"context-sidecar", n=2**12, r=8, p=1, dklen=16).hex()


def _end_of_certificate(pem: str) -> datetime | None:
    certificate = certificate_in(pem)
    return certificate.not_valid_after_utc if certificate else None


def _secrets(how: SignIn | None) -> Iterator[Secret]:
    match how:
        case Bearer(token, _):
            yield token
        case Basic(user, password):
            yield from (one for one in (user, password) if isinstance(one, Secret))
        case HeaderKey(_, key):
            yield key
        case JwtBearer():
            yield how.private_key
        case ClientCredentials() | AuthorizationCode():
            secret = how.client_secret
            if secret:
                yield secret.private_key if isinstance(secret, ClientKey) else secret


@cache
def _end(secret: Secret) -> datetime | None:
    text = secret.reveal()
    if end := _end_of_certificate(text):
        return end
    try:
        # Whether it is genuine is the vendor's to say; we only read until when it says it is good.
        claims = jwt.decode(text, options={"verify_signature": False})
        return datetime.fromtimestamp(float(claims["exp"]), UTC)
    except (jwt.PyJWTError, LookupError, TypeError, ValueError, OverflowError, OSError):
        return None
