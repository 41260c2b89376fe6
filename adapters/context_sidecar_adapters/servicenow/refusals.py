"""What ServiceNow says when it refuses: a message, and a detail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from context_sidecar import Cause, Reason, Response, SourceError

_REFUSED = (
    Cause.WRONG_PASSWORD, Cause.TOKEN_EXPIRED, Cause.LOCKED_OUT, Cause.ADDRESS_NOT_ALLOWED,
)  # fmt: skip
"""One answer for a sign-in that is wrong, and for one that an access policy does not let in."""

_SAID = (
    (r"User Not Authenticated", Reason.CREDENTIAL_EXPIRED, _REFUSED),
    (r"User Not Authorized|Insufficient rights", Reason.PERMISSION_DENIED,
     (Cause.MISSING_PERMISSION,)),
    (r"Invalid table", Reason.ENDPOINT_GONE, (Cause.RENAMED, Cause.PLAN)),
    (r"Rate limit", Reason.RATE_LIMITED, (Cause.BURST_LIMIT,)),
    (r"maximum execution time", Reason.TIMEOUT, (Cause.SLOWED_DOWN,)),
)  # fmt: skip
_CERTAIN = {Reason.PERMISSION_DENIED, Reason.RATE_LIMITED}


def explain(response: Response) -> SourceError | None:
    """Read a refusal by its message, or by the header that asks for a second factor."""
    if response.headers.get("x-mfa_token") == "invalid":
        detail = "our user needs a second factor: exempt it, or sign in by OAuth"
        return SourceError(Reason.CREDENTIAL_EXPIRED, detail, code="X-MFA_TOKEN")
    error = _said(response.json()["error"])
    if error and error.reason is Reason.RATE_LIMITED:
        error.retry_after = _wait(response)
    return error


def cut(error: Mapping[str, object]) -> SourceError:
    """Return the failure that an answer's *error* beside its rows stands for."""
    detail = "ServiceNow says itself that its answer is not whole"
    return _said(error) or SourceError(Reason.BAD_RESPONSE, detail)


def hidden(table: str) -> SourceError:
    """Return the failure of which ServiceNow says no more than that there are more rows."""
    return SourceError(
        Reason.PERMISSION_DENIED,
        f"records of {table} are counted and not shown to us",
        certain=False,
        possible_causes=(Cause.HIDDEN, Cause.MISSING_PERMISSION),
    )


def _said(error: Mapping[str, object]) -> SourceError | None:
    message = f"{error['message']} {error.get('detail') or ''}"
    for wording, reason, causes in _SAID:
        if found := re.search(wording, message):
            certain = reason in _CERTAIN
            return SourceError(reason, code=found[0], certain=certain, possible_causes=causes)
    return None


def _wait(response: Response) -> float | None:
    """Until the hour ends, by ServiceNow's own clock, where it does not say how long."""
    reset, now = response.headers.get("x-ratelimit-reset"), response.headers.get("date")
    limited = response.status == HTTPStatus.TOO_MANY_REQUESTS
    if not limited or "retry-after" in response.headers or not reset or not now:
        return None
    wait = float(reset) - parsedate_to_datetime(now).timestamp()
    return wait if wait > 0 else None
