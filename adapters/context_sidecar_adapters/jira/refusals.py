"""What Jira, and the gateway before it, says when it refuses."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from context_sidecar import Cause, Quota, Reason, Response, SourceError, Unit

_GONE_OR_HIDDEN = (Cause.RENAMED, Cause.HIDDEN)
_SAID = (
    (r"scope does not match", Reason.PERMISSION_DENIED, (Cause.MISSING_SCOPE,)),
    (r"\bIP\b.*\ballow", Reason.IP_NOT_ALLOWED, (Cause.ADDRESS_NOT_ALLOWED,)),
    (r"does not exist for the field 'project'", Reason.PERMISSION_DENIED, _GONE_OR_HIDDEN),
    (
        r"does not exist or (you do not have|this field cannot)",
        Reason.SCHEMA_CHANGED,
        _GONE_OR_HIDDEN,
    ),
    (r"(value|option) '.*' .*does not exist", Reason.SCHEMA_CHANGED, _GONE_OR_HIDDEN),
)
"""What a message says, by its wording, and of which causes."""

_CERTAIN = {Cause.MISSING_SCOPE}
"""Of what is documented. The wording of a refused address was seen, and is not promised."""

_BUDGETS = {"jira-burst-based": Cause.BURST_LIMIT, "jira-quota": Cause.HOURLY_QUOTA}
"""What is used up, by the beginning of RateLimit-Reason (Atlassian's page on rate limiting)."""

_OF_AN_ENDPOINT = "jira-burst-based"
"""Bursts count for each endpoint apart (Atlassian's guide on respecting rate limits)."""

QUOTAS = (
    Quota(
        "hourly", timedelta(hours=1), left="x-ratelimit-remaining", limit="x-ratelimit-limit",
        resets="x-ratelimit-reset", unit=Unit.ISO_8601,
    ),
)  # fmt: skip
"""Atlassian's page on rate limiting. One set of headers tells of bursts and of the quota of an
hour; until when, they say themselves."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal: its headers where they say more, else its messages."""
    headers = response.headers
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return _over_budget(headers.get("ratelimit-reason", ""))
    if headers.get("x-seraph-loginreason", "").startswith("AUTHENTICATION_DENIED"):
        detail = "Jira wants a CAPTCHA of our user: sign in once in a browser"
        return SourceError(
            Reason.CREDENTIAL_EXPIRED, detail, code="AUTHENTICATION_DENIED",
            possible_causes=[Cause.LOCKED_OUT],
        )  # fmt: skip
    said = " ".join(messages(response.json()))
    for wording, reason, causes in _SAID:
        if re.search(wording, said):
            certain, code = _CERTAIN.issuperset(causes), str(response.status)
            return SourceError(reason, code=code, certain=certain, possible_causes=causes)
    return None


def _over_budget(said: str) -> SourceError:
    causes = [cause for start, cause in _BUDGETS.items() if said.startswith(start)]
    endpoint = said if said.startswith(_OF_AN_ENDPOINT) else ""
    return SourceError(Reason.RATE_LIMITED, code=said, possible_causes=causes, endpoint=endpoint)


def messages(body: Any) -> list[str]:
    """Return what an error says for people."""
    several = [*body.get("errorMessages", ()), *body.get("errors", {}).values()]
    return [str(one) for one in several] or [str(body.get("message") or "")]
