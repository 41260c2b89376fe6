"""What Gainsight says when it refuses: `result` is false, with an `errorCode`, whatever the status
(Error Codes for Company, Relationship, and Custom Object APIs)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from context_sidecar import Cause, Reason, Response, SourceError

_NO_ROWS = ("no data found", "no entity matches")
_LIMITS = (Cause.BURST_LIMIT, Cause.DAILY_QUOTA)
_CODES = {
    "GS_APIG_2401": (Reason.CREDENTIAL_EXPIRED, (Cause.TOKEN_REVOKED, Cause.WRONG_INSTANCE)),
    "GSOBJ_1024": (Reason.CREDENTIAL_EXPIRED, (Cause.TOKEN_REVOKED, Cause.WRONG_INSTANCE)),
    "GS_APIG_2402": (Reason.IP_NOT_ALLOWED, (Cause.ADDRESS_NOT_ALLOWED,)),
    "GS_APIG_1000": (Reason.ENDPOINT_GONE, (Cause.WRONG_ADDRESS,)),
    "OBJECT_NOT_FOUND": (Reason.ENDPOINT_GONE, (Cause.WRONG_ADDRESS, Cause.HIDDEN)),
}


def explain(response: Response) -> SourceError | None:
    """Read a refusal by its code."""
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return SourceError(Reason.RATE_LIMITED, possible_causes=_LIMITS)
    return read(response.json())


def refusal(body: Mapping[str, Any]) -> SourceError:
    """Return what *body*, a refusal of any status, stands for."""
    return read(body) or SourceError(
        Reason.BAD_RESPONSE,
        "a call is refused",
        code=_code(body),
        request_id=str(body.get("requestId") or ""),
    )


def read(body: Mapping[str, Any]) -> SourceError | None:
    """Return what the code of *body* stands for; None where it is none that says so."""
    code = _code(body)
    if code not in _CODES:
        return None
    reason, causes = _CODES[code]
    return SourceError(
        reason,
        code=code,
        request_id=str(body.get("requestId") or ""),
        certain=reason is not Reason.ENDPOINT_GONE,
        possible_causes=causes,
    )


def why_refused(answer: Response) -> SourceError | None:
    """Return why a query is refused; None where it is not, or only says that there are no rows."""
    body = answer.json()
    answered = answer.status != HTTPStatus.BAD_REQUEST and body["result"]
    return None if answered or says_none(body) else refusal(body)


def says_none(body: Mapping[str, Any]) -> bool:
    """Whether an answer or a refusal says that there are no rows."""
    said = str(body.get("errorDesc") or "").lower()
    return body.get("errorCode") == "GSOBJ_1011" or said.startswith(_NO_ROWS)


def _code(body: Mapping[str, Any]) -> str:
    return str(body.get("errorCode") or body.get("title") or "")
