"""What Xero says when it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from context_sidecar import Cause, Quota, Reason, Response, SourceError

_SAID: Mapping[str, tuple[Reason, str, tuple[Cause, ...]]] = {
    "TokenExpired": (Reason.CREDENTIAL_EXPIRED, "", (Cause.TOKEN_EXPIRED,)),
    "TokenInvalidSignature": (Reason.CREDENTIAL_EXPIRED, "", ()),
    "AuthorizationUnsuccessful": (
        Reason.PERMISSION_DENIED, "a scope is missing", (Cause.MISSING_SCOPE,),
    ),
    "AuthenticationUnsuccessful": (
        Reason.PERMISSION_DENIED,
        "the connection was cut, or the id is another organisation's",
        (Cause.DISCONNECTED, Cause.WRONG_INSTANCE),
    ),
}  # fmt: skip
_LIMITS = {
    "minute": Cause.BURST_LIMIT,
    "appminute": Cause.BURST_LIMIT,
    "concurrent": Cause.CONCURRENCY_LIMIT,
    "day": Cause.DAILY_QUOTA,
}
"""By X-Rate-Limit-Problem (Xero's page on API limits)."""

_AMBIGUOUS = {"AuthenticationUnsuccessful"}

QUOTAS = (
    Quota("minute", timedelta(minutes=1), left="x-minlimit-remaining", limit=60),
    Quota("daily", timedelta(days=1), left="x-daylimit-remaining", limit=5_000),
    Quota("app", timedelta(minutes=1), left="x-appminlimit-remaining", limit=10_000),
)
"""Xero's page on API limits, which tells the wholes; its answers tell what is left of them."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal: which limit it was, or what its detail begins with."""
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        which = response.headers.get("x-rate-limit-problem", "")
        causes = [cause for name, cause in _LIMITS.items() if name == which.lower()]
        return SourceError(Reason.RATE_LIMITED, code=which, possible_causes=causes)
    said = response.json()
    if said.get("Type") == "QueryParseException":
        return SourceError(Reason.SCHEMA_CHANGED, code=said["Type"], certain=False)
    code = str(said["Detail"]).partition(":")[0]
    if code not in _SAID:
        return None
    reason, detail, possible = _SAID[code]
    return SourceError(
        reason, detail, code=code, certain=code not in _AMBIGUOUS, possible_causes=possible
    )
