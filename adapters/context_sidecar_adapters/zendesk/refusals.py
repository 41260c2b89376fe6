"""What Zendesk says when it refuses, and what it tells of its limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from context_sidecar import Cause, Quota, Reason, Response, SourceError

REASONS = {
    "Couldn't authenticate you": Reason.CREDENTIAL_EXPIRED,
    "invalid_token": Reason.CREDENTIAL_EXPIRED,
    "Forbidden": Reason.PERMISSION_DENIED,
    "insufficient_scope": Reason.PERMISSION_DENIED,
    "InvalidEndpoint": Reason.ENDPOINT_GONE,
    "APIRateLimitExceeded": Reason.RATE_LIMITED,
    "unavailable": Reason.SERVER_ERROR,
}
CAUSES = {
    "Couldn't authenticate you": (Cause.TOKEN_REVOKED, Cause.USER_UNKNOWN, Cause.SUSPENDED),
    "invalid_token": (Cause.TOKEN_EXPIRED, Cause.TOKEN_REVOKED),
    "Forbidden": (Cause.MISSING_PERMISSION, Cause.ADDRESS_NOT_ALLOWED),
    "insufficient_scope": (Cause.MISSING_SCOPE,),
    "APIRateLimitExceeded": (Cause.BURST_LIMIT,),
    "unavailable": (Cause.MAINTENANCE,),
}
"""What each may stand for; Zendesk says no more than its one sentence."""

_SEARCH = "zendesk-ratelimit-search-index"
QUOTAS = (
    Quota(
        "account", timedelta(minutes=1), left="ratelimit-remaining", limit="ratelimit-limit",
        resets="ratelimit-reset",
    ),
    Quota(
        "search", timedelta(minutes=1), left=f"{_SEARCH}/remaining", limit=f"{_SEARCH}/total",
        resets=f"{_SEARCH}/resets", path="/search",
    ),
    Quota("search export", timedelta(minutes=1), limit=100, path="/search/export"),
)  # fmt: skip
"""Zendesk's pages on rate limits and on avoiding them: for the whole account, and in a header of
its own for an endpoint that has a limit of its own; both in seconds. Of the export of searches only
the reference says it."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal: when a limit is over, or what it stands for by its code."""
    wait = response.headers.get("ratelimit-reset")
    if response.status == HTTPStatus.TOO_MANY_REQUESTS and "retry-after" not in response.headers:
        return SourceError(Reason.RATE_LIMITED, retry_after=float(wait) if wait else None)
    error = response.json()["error"]
    code = error["title"] if isinstance(error, Mapping) else error
    if code not in REASONS:
        return None
    return SourceError(REASONS[code], code=code, possible_causes=CAUSES.get(code, ()))
