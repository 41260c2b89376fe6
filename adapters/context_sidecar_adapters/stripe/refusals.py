"""What Stripe says when it refuses."""

from __future__ import annotations

import re
from http import HTTPStatus

from context_sidecar import Cause, Reason, Response, SourceError

_REASONS = {
    HTTPStatus.UNAUTHORIZED: Reason.CREDENTIAL_EXPIRED,
    HTTPStatus.FORBIDDEN: Reason.PERMISSION_DENIED,
    HTTPStatus.TOO_MANY_REQUESTS: Reason.RATE_LIMITED,
}

_CAUSES = {
    "api_key_expired": Cause.TOKEN_EXPIRED,
    "global-rate": Cause.BURST_LIMIT,
    "endpoint-rate": Cause.BURST_LIMIT,
    "resource-specific": Cause.BURST_LIMIT,
    "global-concurrency": Cause.CONCURRENCY_LIMIT,
    "endpoint-concurrency": Cause.CONCURRENCY_LIMIT,
}
"""By the error's code, or by Stripe-Rate-Limited-Reason (Stripe's page on rate limits)."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal: by its message where that tells causes apart, else by its status."""
    error = response.json()["error"]
    code, said = str(error.get("code") or error["type"]), str(error.get("message") or "")
    if "a similar object exists in" in said:
        return SourceError(Reason.NOT_CONFIGURED, "the key is one of the other mode", code=code)
    if re.search(r"\bIP address\b", said):
        causes = [Cause.ADDRESS_NOT_ALLOWED]
        return SourceError(Reason.IP_NOT_ALLOWED, code=code, certain=False, possible_causes=causes)
    if "Stripe API version" in said:
        return SourceError(Reason.ENDPOINT_GONE, "its version is not served", code=code)
    reason = _REASONS.get(HTTPStatus(response.status))
    if reason is None:
        return None
    code = response.headers.get("stripe-rate-limited-reason", code)
    lacking = re.search(r"'(rak_\w+)' permission", said)
    detail, causes = (f"needs {lacking[1]}", [Cause.MISSING_SCOPE]) if lacking else ("", [])
    causes += [_CAUSES[code]] if code in _CAUSES else []
    return SourceError(reason, detail, code=code, possible_causes=causes)


def denies(response: Response) -> bool:
    """Whether *response* is Stripe's own word that there is no such object, and no wrong address.

    Raises:
        SourceError: it is a 404 of another kind.
    """
    if response.status != HTTPStatus.NOT_FOUND:
        return False
    said = response.json() if response.content[:1] == b"{" else {}
    if error := "error" in said and explain(response):
        raise error
    if said.get("error", {}).get("code") != "resource_missing":
        raise SourceError(Reason.ENDPOINT_GONE, "no API answers there", certain=False)
    return True
