"""What NetSuite says when it refuses: details, each with a code."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from context_sidecar import Cause, Reason, Response, SourceError

_LOST = re.compile(r"Field '(\w+)' for record '\w+' was not found|Unknown identifier '(\w+)'")
_HIDDEN = re.compile(r"Record '\w+' was not found")
_GONE_OR_HIDDEN = (Cause.RENAMED, Cause.HIDDEN)

_CODES = {
    "INVALID_LOGIN": (Reason.CREDENTIAL_EXPIRED, (Cause.TOKEN_EXPIRED, Cause.TOKEN_REVOKED)),
    "INSUFFICIENT_PERMISSION": (Reason.PERMISSION_DENIED, (Cause.MISSING_PERMISSION,)),
    "SSS_REQUEST_LIMIT_EXCEEDED": (Reason.RATE_LIMITED, (Cause.CONCURRENCY_LIMIT,)),
    "CONCURRENCY_LIMIT_EXCEEDED": (Reason.RATE_LIMITED, (Cause.CONCURRENCY_LIMIT,)),
}


def explain(response: Response) -> SourceError | None:
    """Read a refusal: what a query is refused for, or its first code that says something."""
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return SourceError(Reason.RATE_LIMITED, possible_causes=[Cause.CONCURRENCY_LIMIT])
    details = response.json()["o:errorDetails"]
    code = str(details[0]["o:errorCode"])
    if names := lost_columns({"o:errorDetails": details}):
        said = f"{' '.join(sorted(names))}: renamed, deleted or hidden from our role"
        return SourceError(
            Reason.SCHEMA_CHANGED, said, code=code, certain=False, possible_causes=_GONE_OR_HIDDEN
        )
    if hidden := _HIDDEN.search(_said(details)):
        return SourceError(
            Reason.PERMISSION_DENIED, hidden[0], code=code, certain=False,
            possible_causes=(Cause.HIDDEN, Cause.MISSING_PERMISSION, Cause.RENAMED),
        )  # fmt: skip
    if code not in _CODES:
        return None
    reason, causes = _CODES[code]
    return SourceError(reason, code=code, possible_causes=causes)


def lost_columns(body: Any) -> set[str]:
    """Return the columns, in lower case, that a query is refused for."""
    said = _said(body.get("o:errorDetails") or ())
    return {(found[1] or found[2]).lower() for found in _LOST.finditer(said)}


def lacks_record(body: Any, record: str) -> bool:
    """Whether a query is refused because there is no *record*, or a column of it."""
    said = _said(body.get("o:errorDetails") or ())
    return re.search(rf"record '{record}' was not found", said, re.IGNORECASE) is not None


def _said(details: Any) -> str:
    return " ".join(str(one["detail"]) for one in details)
