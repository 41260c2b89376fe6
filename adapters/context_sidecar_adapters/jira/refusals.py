"""What Jira, and the gateway before it, says when it refuses."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from context_sidecar import Reason, Response, SourceError

_SAID = (
    (r"scope does not match", Reason.PERMISSION_DENIED, True),
    (r"\bIP\b.*\ballow", Reason.IP_NOT_ALLOWED, False),
    (r"does not exist for the field 'project'", Reason.PERMISSION_DENIED, False),
    (r"does not exist or (you do not have|this field cannot)", Reason.SCHEMA_CHANGED, False),
    (r"(value|option) '.*' .*does not exist", Reason.SCHEMA_CHANGED, False),
)
"""What a message says, by its wording; and whether it says it of one cause only."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal: its headers where they say more, else its messages."""
    headers = response.headers
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return SourceError(Reason.RATE_LIMITED, code=headers.get("ratelimit-reason", ""))
    if headers.get("x-seraph-loginreason", "").startswith("AUTHENTICATION_DENIED"):
        detail = "Jira wants a CAPTCHA of our user: sign in once in a browser"
        return SourceError(Reason.CREDENTIAL_EXPIRED, detail, code="AUTHENTICATION_DENIED")
    said = " ".join(messages(response.json()))
    for wording, reason, certain in _SAID:
        if re.search(wording, said):
            return SourceError(reason, code=str(response.status), certain=certain)
    return None


def messages(body: Any) -> list[str]:
    """Return what an error says for people."""
    several = [*body.get("errorMessages", ()), *body.get("errors", {}).values()]
    return [str(one) for one in several] or [str(body.get("message") or "")]
