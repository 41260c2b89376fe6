"""Proves to a source who we are: carries out what `context_sidecar.core.sign_in` declares.

A fetched token is shared by all calls: one of them fetches it while the others wait, it is renewed
shortly before it expires, and once more where the source refuses it sooner. Some vendors count
refused sign-ins and lock the user out, so nothing here tries twice.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any, Protocol
from urllib.parse import quote_plus

import jwt

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.http import Response
from context_sidecar.core.reasons import Reason
from context_sidecar.core.sign_in import (
    Basic,
    Bearer,
    ClientCredentials,
    HeaderKey,
    JwtBearer,
    SignIn,
)
from context_sidecar.engine import deadline
from context_sidecar.engine.refusals import reason_of

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


class SignedIn(Protocol):
    """A way of signing in, ready to use."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers that prove who we are.

        Raises:
            SourceError: there is no token to be had.
        """

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Whether there are other headers to try after the source refused these.

        Raises:
            SourceError: there is no other token to be had.
        """

    def secrets(self) -> frozenset[str]:
        """Return all that must not be seen."""


def sign_in(how: SignIn | None, post: PostForm, clock: Clock) -> SignedIn:
    """Make *how* ready to use."""
    match how:
        case None:
            return _Fixed({}, frozenset())
        case Bearer(token, scheme):
            return _Fixed({"Authorization": f"{scheme} {token.reveal()}"}, {token.reveal()})
        case Basic(user, password):
            pair = _basic(user, password.reveal())
            return _Fixed({"Authorization": f"Basic {pair}"}, {password.reveal(), pair})
        case HeaderKey(header, key):
            return _Fixed({header: key.reveal()}, {key.reveal()})
        case ClientCredentials():
            return _Token(lambda: _ask_as_client(how, post), {how.client_secret.reveal()}, clock)
        case JwtBearer():
            return _Token(
                lambda: _ask_by_jwt(how, post, clock()), {how.private_key.reveal()}, clock
            )


class _Fixed:
    """The same headers every time."""

    def __init__(self, headers: Mapping[str, str], secrets: set[str] | frozenset[str]) -> None:
        self._headers, self._secrets = headers, frozenset(secrets)

    def headers(self) -> Mapping[str, str]:
        return self._headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        return False

    def secrets(self) -> frozenset[str]:
        return self._secrets


@dataclass(frozen=True, slots=True)
class _Fetched:
    headers: Mapping[str, str]
    value: str
    until: datetime


class _Token:
    """A token from a token endpoint, fetched by one call for all."""

    def __init__(self, ask: Callable[[], Response], secrets: set[str], clock: Clock) -> None:
        self._ask, self._secrets, self._clock = ask, secrets, clock
        self._lock = Lock()  # guards the two below
        self._token: _Fetched | None = None
        self._flight: Future[_Fetched] | None = None

    def headers(self) -> Mapping[str, str]:
        token = self._token
        if token is None or self._clock() >= token.until:
            token = self._fetch(instead_of=token)
        return token.headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        token = self._token
        if token is None or token.headers == refused:
            self._fetch(instead_of=token)
        return True

    def secrets(self) -> frozenset[str]:
        token = self._token
        return frozenset(self._secrets | ({token.value} if token else set()))

    def _fetch(self, instead_of: _Fetched | None) -> _Fetched:
        with self._lock:
            if self._token is not None and self._token is not instead_of:
                return self._token
            flight, mine = self._flight, self._flight is None
            if flight is None:
                flight = self._flight = Future()
        if mine:
            self._carry_out(flight)
        try:
            return flight.result(deadline.for_one_call(0))
        except TimeoutError:
            pass
        raise SourceError(Reason.TIMEOUT, "no token in time")

    def _carry_out(self, flight: Future[_Fetched]) -> None:
        try:
            token = _read_token(self._ask(), self._clock())
        except BaseException as error:  # noqa: BLE001  whoever waits must not wait for ever
            with self._lock:
                self._flight = None
            flight.set_exception(error)
        else:
            with self._lock:
                self._token, self._flight = token, None
            flight.set_result(token)


def _ask_as_client(how: ClientCredentials, post: PostForm) -> Response:
    form = {"grant_type": "client_credentials"}
    if how.scope:
        form["scope"] = how.scope
    secret = how.client_secret.reveal()
    if how.in_body:
        return post(
            how.token_url, {**form, "client_id": how.client_id, "client_secret": secret}, {}
        )
    # RFC 6749, 2.3.1: both are form-encoded before they become a Basic pair.
    pair = _basic(quote_plus(how.client_id), quote_plus(secret))
    return post(how.token_url, form, {"Authorization": f"Basic {pair}"})


def _ask_by_jwt(how: JwtBearer, post: PostForm, now: datetime) -> Response:
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
    return post(how.token_url, {"grant_type": JWT_GRANT, "assertion": assertion}, {})


def _read_token(answer: Response, now: datetime) -> _Fetched:
    said = _said(answer)
    value = said.get("access_token")
    if not _is_good(answer) or not isinstance(value, str) or not value:
        raise _refusal(answer, said)
    scheme = str(said.get("token_type") or "Bearer")
    scheme = "Bearer" if scheme.casefold() == "bearer" else scheme
    lifetime = _lifetime(said.get("expires_in"))
    until = now + lifetime - min(RENEWED_BEFORE, lifetime / 10)
    return _Fetched({"Authorization": f"{scheme} {value}"}, value, until)


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


def _basic(user: str, password: str) -> str:
    return b64encode(f"{user}:{password}".encode()).decode()
