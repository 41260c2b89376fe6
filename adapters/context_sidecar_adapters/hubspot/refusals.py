"""What HubSpot says when it refuses, and what it tells of its limits."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from context_sidecar import Cause, Quota, Reason, Response, SourceError

REASONS = {
    "EXPIRED_AUTHENTICATION": Reason.CREDENTIAL_EXPIRED,
    "INVALID_AUTHENTICATION": Reason.CREDENTIAL_EXPIRED,
    "MISSING_SCOPES": Reason.PERMISSION_DENIED,
    "VALIDATION_ERROR": Reason.SCHEMA_CHANGED,
}
CAUSES = {
    "EXPIRED_AUTHENTICATION": (Cause.TOKEN_EXPIRED,),
    "INVALID_AUTHENTICATION": (Cause.TOKEN_REVOKED, Cause.DISCONNECTED),
    "MISSING_SCOPES": (Cause.MISSING_SCOPE,),
    "VALIDATION_ERROR": (Cause.RENAMED, Cause.HIDDEN),
}
ODD_STATUSES = {
    423: (Reason.SERVER_ERROR, "the account is locked for a moment", ()),
    477: (
        Reason.SERVER_ERROR, "the account is being moved to another data centre",
        (Cause.MAINTENANCE,),
    ),
    530: (Reason.CREDENTIAL_EXPIRED, "the token is no token", ()),
}  # fmt: skip
BUDGETS = {
    "TEN_SECONDLY_ROLLING": Cause.BURST_LIMIT,
    "SECONDLY": Cause.BURST_LIMIT,
    "DAILY": Cause.DAILY_QUOTA,
}
ENDPOINTS = {"SECONDLY": "search"}
"""Whose budget it is, where it is one of an endpoint alone."""

WAITS = {"TEN_SECONDLY_ROLLING": 10.0, "SECONDLY": 1.0}
"""Seconds until a budget is whole again, where HubSpot does not say it; a daily one is not here."""

_SAID = "x-hubspot-ratelimit"
QUOTAS = (
    Quota(
        "ten seconds", timedelta(seconds=10), left=f"{_SAID}-remaining", limit=f"{_SAID}-max",
    ),
    Quota(
        "daily", timedelta(days=1), left=f"{_SAID}-daily-remaining", limit=f"{_SAID}-daily",
    ),
    Quota("search", timedelta(seconds=1), limit=5, path="/crm/v3/objects/*/search"),
)  # fmt: skip
"""HubSpot's API usage guidelines. Neither of the first two tells when it is whole again: the first
moves along, the second is at midnight in the time zone of the HubSpot account. The answers of
searches tell nothing of any limit."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal by its status, where HubSpot has one of its own, else by its body."""
    if response.status in ODD_STATUSES:
        reason, detail, causes = ODD_STATUSES[response.status]
        certain = response.status != HTTPStatus.LOCKED
        return SourceError(reason, detail, certain=certain, possible_causes=causes)
    body = response.json()
    error = _over_budget(response, body) or _refused(body)
    if error:
        error.request_id = body.get("correlationId") or ""
    return error


def _over_budget(response: Response, body: Any) -> SourceError | None:
    if response.status != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    policy = body.get("policyName") or ""
    wait = None if "retry-after" in response.headers else WAITS.get(policy)
    causes = [BUDGETS[policy]] if policy in BUDGETS else []
    return SourceError(
        Reason.RATE_LIMITED, policy, code=policy, retry_after=wait, possible_causes=causes,
        endpoint=ENDPOINTS.get(policy, ""),
    )  # fmt: skip


def _refused(body: Any) -> SourceError | None:
    code = body["category"]
    if code not in REASONS:
        return None
    contexts = [error.get("context") or {} for error in body.get("errors") or ()]
    lacking = [scope for one in contexts for scope in one.get("requiredGranularScopes", ())]
    detail = f"needs {', '.join(lacking)}" if lacking else ""
    return SourceError(
        REASONS[code], detail, code=code, certain=code != "VALIDATION_ERROR",
        possible_causes=CAUSES[code],
    )  # fmt: skip
