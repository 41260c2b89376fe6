"""What Intercom says when it refuses: a list of errors, each with a code."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from context_sidecar import Cause, Quota, Reason, Response, SourceError, Unit

_REASONS = {
    "unauthorized": Reason.CREDENTIAL_EXPIRED,
    "token_unauthorized": Reason.CREDENTIAL_EXPIRED,
    "token_not_found": Reason.CREDENTIAL_EXPIRED,
    "token_expired": Reason.CREDENTIAL_EXPIRED,
    "token_revoked": Reason.CREDENTIAL_EXPIRED,
    "token_suspended": Reason.CREDENTIAL_EXPIRED,
    "token_blocked": Reason.CREDENTIAL_EXPIRED,
    "forbidden": Reason.PERMISSION_DENIED,
    "action_forbidden": Reason.PERMISSION_DENIED,
    "api_plan_restricted": Reason.PERMISSION_DENIED,
    "intercom_version_invalid": Reason.ENDPOINT_GONE,
    "rate_limit_exceeded": Reason.RATE_LIMITED,
    "server_error": Reason.SERVER_ERROR,
    "service_unavailable": Reason.SERVER_ERROR,
    "scroll_exists": Reason.SERVER_ERROR,
}
_AMBIGUOUS = {"token_unauthorized"}
"""Said of a token that is no longer good, and of one that lacks a permission."""

_CAUSES = {
    "token_unauthorized": (Cause.TOKEN_REVOKED, Cause.MISSING_SCOPE),
    "token_expired": (Cause.TOKEN_EXPIRED,),
    "token_revoked": (Cause.TOKEN_REVOKED,),
    "token_suspended": (Cause.SUSPENDED,),
    "forbidden": (Cause.MISSING_PERMISSION,),
    "api_plan_restricted": (Cause.PLAN,),
    "rate_limit_exceeded": (Cause.BURST_LIMIT,),
}

_DETAILS = {"scroll_exists": "somebody else reads all companies just now"}

QUOTAS = (
    Quota(
        "ten seconds", timedelta(seconds=10), left="x-ratelimit-remaining",
        limit="x-ratelimit-limit", resets="x-ratelimit-reset", unit=Unit.EPOCH_SECONDS,
    ),
)  # fmt: skip
"""Intercom's page on rate limiting: a sixth of the minute's calls in each ten seconds."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal by the code of its first error."""
    body = response.json()
    code = body["errors"][0]["code"]
    if code not in _REASONS:
        return None
    return SourceError(
        _REASONS[code],
        _DETAILS.get(code, ""),
        code=code,
        retry_after=_wait(response),
        request_id=body.get("request_id") or "",
        certain=code not in _AMBIGUOUS,
        possible_causes=_CAUSES.get(code, ()),
    )


def denies(response: Response, code: str) -> bool:
    """Whether *response* is Intercom's own word that there is no such thing, and no wrong address.

    Raises:
        SourceError: it is a 404 of another kind.
    """
    if response.status != HTTPStatus.NOT_FOUND:
        return False
    said = response.json() if response.content[:1] == b"{" else {}
    codes = {error["code"] for error in said.get("errors", ())}
    if not codes & {code, "not_found"}:
        raise SourceError(Reason.ENDPOINT_GONE, "no API answers there", certain=False)
    return True


def _wait(response: Response) -> float | None:
    """Until the window ends, by Intercom's own clock."""
    reset, now = response.headers.get("x-ratelimit-reset"), response.headers.get("date")
    if response.status != HTTPStatus.TOO_MANY_REQUESTS or not reset or not now:
        return None
    wait = float(reset) - parsedate_to_datetime(now).timestamp()
    return wait if wait > 0 else None
