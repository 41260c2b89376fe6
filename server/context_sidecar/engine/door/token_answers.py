"""What a token endpoint answers: tokens, or why there are none.

Authlib's own reading counts by the clock on the wall, and knows no reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from context_sidecar.core.errors import SourceError
from context_sidecar.core.grant import Tokens
from context_sidecar.core.http import Response
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.statuses import reason_of

USUAL_LIFETIME = timedelta(minutes=30)
"""For token endpoints that do not say how long their tokens live (Salesforce's does not)."""

RENEWED_BEFORE = timedelta(seconds=60)

REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""Statuses with which a token endpoint says in its own words why there is no token."""

PostForm = Callable[[str, str, Mapping[str, str]], Response]
"""Posts a body (second) with headers (third) to an address; gives an answer of 2xx or `REFUSED`.

Raises:
    SourceError: there was no such answer.
"""

ENDED = "invalid_grant"
"""What was granted has ended: it was taken back, is used up, or was never ours (RFC 6749, 5.2)."""

_LIFETIMES = (
    "refresh_token_expires_in",
    "refresh_expires_in",
    "x_refresh_token_expires_in",
)
"""Names under which vendors say how many seconds the token that renews lives: GitHub and Zendesk,
Keycloak, Intuit."""

_AT_MOST = "x_refresh_token_hard_expires_in"
"""Where Intuit says how many seconds it will be renewed at most: five years from the day on which
somebody has connected it (its blog, "Important changes to refresh token policy", 2025-11-12)."""


def read(
    answer: Response,
    now: datetime,
    unused: timedelta | None = None,
    *,
    before: Tokens | None = None,
) -> Tokens:
    """Return the tokens in *answer*.

    Args:
        answer: the token endpoint's.
        now: the present.
        unused: how long the token that renews lives, where the answer does not say.
        before: those that were renewed; what renewed them does so again, where there is no new one.

    Raises:
        SourceError: there are none, and why.
    """
    said = _said(answer)
    value = said.get("access_token")
    if not _is_good(answer) or not isinstance(value, str) or not value:
        raise _refusal(answer, said)
    scheme = str(said.get("token_type") or "Bearer")
    scheme = "Bearer" if scheme.casefold() == "bearer" else scheme
    lifetime = _lifetime(said.get("expires_in")) or USUAL_LIFETIME
    until = now + lifetime - min(RENEWED_BEFORE, lifetime / 10)
    refresh, refresh_until = _renewal(said, now, unused, before)
    at_most = _lifetime(said.get(_AT_MOST)) if refresh else None
    return Tokens(
        Secret(value), until, scheme, refresh, refresh_until, now + at_most if at_most else None
    )


def _renewal(
    said: Mapping[str, Any], now: datetime, unused: timedelta | None, before: Tokens | None
) -> tuple[Secret | None, datetime | None]:
    value = said.get("refresh_token")
    given = Secret(value) if isinstance(value, str) and value else None
    refresh = given or (before.refresh if before else None)
    if refresh is None:
        return None, None
    told = [lifetime for name in _LIFETIMES if (lifetime := _lifetime(said.get(name)))]
    lives = min(told) if told else unused
    if lives is None:
        return refresh, before.refresh_until if before and given is None else None
    return refresh, now + lives


def _lifetime(seconds: object) -> timedelta | None:
    """Read how long something lives; nought says in some systems that it does for ever."""
    try:
        lifetime = timedelta(seconds=float(str(seconds)))
    except (ValueError, OverflowError):
        return None
    return lifetime if timedelta(0) < lifetime < _FOR_EVER else None


_FOR_EVER = timedelta(days=36_500)


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
    ENDED: Reason.CREDENTIAL_EXPIRED,
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
