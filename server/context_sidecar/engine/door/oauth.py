"""OAuth 2: getting tokens from token endpoints, and reading why there are none."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus

import jwt

from context_sidecar.core.errors import SourceError
from context_sidecar.core.http import Response
from context_sidecar.core.reasons import Reason
from context_sidecar.core.sign_in import ClientCredentials, JwtBearer
from context_sidecar.engine.door.refusals import reason_of
from context_sidecar.engine.door.tokens import Token

USUAL_LIFETIME = timedelta(minutes=30)
"""For token endpoints that do not say how long their tokens live (Salesforce's does not)."""

RENEWED_BEFORE = timedelta(seconds=60)
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""Statuses with which a token endpoint says in its own words why there is no token."""

PostForm = Callable[[str, Mapping[str, str], Mapping[str, str]], Response]
"""Posts a form (second) with headers (third) to an address; gives an answer of 2xx or `REFUSED`.

Raises:
    SourceError: there was no such answer.
"""


def basic(user: str, password: str) -> str:
    """Return the pair that stands for *user* and *password* (RFC 7617)."""
    return b64encode(f"{user}:{password}".encode()).decode()


def token_for_client(how: ClientCredentials, post: PostForm, now: datetime) -> Token:
    """Get a token by a client's credentials (RFC 6749, 4.4).

    Raises:
        SourceError: there is none, and why.
    """
    form = {"grant_type": "client_credentials"}
    if how.scope:
        form["scope"] = how.scope
    secret = how.client_secret.reveal()
    if how.in_body:
        form |= {"client_id": how.client_id, "client_secret": secret}
        return _read(post(how.token_url, form, {}), now)
    # RFC 6749, 2.3.1: both are form-encoded before they become a Basic pair.
    pair = basic(quote_plus(how.client_id), quote_plus(secret))
    return _read(post(how.token_url, form, {"Authorization": f"Basic {pair}"}), now)


def token_by_jwt(how: JwtBearer, post: PostForm, now: datetime) -> Token:
    """Get a token by a JWT that we sign (RFC 7523, 2.1).

    Raises:
        SourceError: there is none, and why.
    """
    claims = {
        "iss": how.issuer,
        "sub": how.subject,
        "aud": how.audience,
        "iat": now,
        "exp": now + how.lifetime,
    }
    try:
        assertion = jwt.encode(claims, how.private_key.reveal(), algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError):
        assertion = ""
    if not assertion:
        raise SourceError(Reason.NOT_CONFIGURED, "the private key is no RSA key in PEM form")
    form = {"grant_type": JWT_GRANT, "assertion": assertion}
    return _read(post(how.token_url, form, {}), now)


def _read(answer: Response, now: datetime) -> Token:
    said = _said(answer)
    value = said.get("access_token")
    if not _is_good(answer) or not isinstance(value, str) or not value:
        raise _refusal(answer, said)
    scheme = str(said.get("token_type") or "Bearer")
    scheme = "Bearer" if scheme.casefold() == "bearer" else scheme
    lifetime = _lifetime(said.get("expires_in"))
    until = now + lifetime - min(RENEWED_BEFORE, lifetime / 10)
    return Token({"Authorization": f"{scheme} {value}"}, value, until)


def _lifetime(seconds: object) -> timedelta:
    try:
        lifetime = timedelta(seconds=float(str(seconds)))
    except (ValueError, OverflowError):
        return USUAL_LIFETIME
    return lifetime if lifetime > timedelta(0) else USUAL_LIFETIME


def _refusal(answer: Response, said: Mapping[str, Any]) -> SourceError:
    """Read an error of a token endpoint (RFC 6749, 5.2). Its description is the vendor's own text,
    for people; only one wording is known to mean something: Salesforce's `ip restricted`."""
    code = str(said.get("error") or "")
    description = str(said.get("error_description") or "no token in the answer")
    detail = f"signing in: {answer.status}: {description}"
    if "ip restricted" in description.casefold():
        return SourceError(Reason.IP_NOT_ALLOWED, detail, code=code)
    by_status = Reason.BAD_RESPONSE if _is_good(answer) else reason_of(answer.status)
    return SourceError(_REFUSALS.get(code, by_status), detail, code=code)


def _is_good(answer: Response) -> bool:
    return answer.status not in REFUSED


_REFUSALS = {
    "invalid_grant": Reason.CREDENTIAL_EXPIRED,
    "invalid_client": Reason.CREDENTIAL_EXPIRED,
    "invalid_client_id": Reason.CREDENTIAL_EXPIRED,
    "unauthorized_client": Reason.PERMISSION_DENIED,
    "invalid_scope": Reason.PERMISSION_DENIED,
    "access_denied": Reason.PERMISSION_DENIED,
    "invalid_request": Reason.NOT_CONFIGURED,
    "unsupported_grant_type": Reason.NOT_CONFIGURED,
    "server_error": Reason.SERVER_ERROR,
    "temporarily_unavailable": Reason.SERVER_ERROR,
}


def _said(answer: Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except SourceError:
        return {}
    return said if isinstance(said, Mapping) else {}
