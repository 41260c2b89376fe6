"""What an HTTP answer that is no success stands for, as a reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.http import Explain
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import retry_after
from context_sidecar.engine.door.reply import Reply

_REASONS: dict[int, Reason] = {
    HTTPStatus.UNAUTHORIZED: Reason.CREDENTIAL_EXPIRED,
    HTTPStatus.PAYMENT_REQUIRED: Reason.PERMISSION_DENIED,
    HTTPStatus.FORBIDDEN: Reason.PERMISSION_DENIED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: Reason.PERMISSION_DENIED,
    HTTPStatus.NOT_FOUND: Reason.ENDPOINT_GONE,
    HTTPStatus.METHOD_NOT_ALLOWED: Reason.ENDPOINT_GONE,
    HTTPStatus.GONE: Reason.ENDPOINT_GONE,
    HTTPStatus.MOVED_PERMANENTLY: Reason.ENDPOINT_GONE,
    HTTPStatus.PERMANENT_REDIRECT: Reason.ENDPOINT_GONE,
    HTTPStatus.REQUEST_TIMEOUT: Reason.TIMEOUT,
    HTTPStatus.TOO_EARLY: Reason.SERVER_ERROR,
    HTTPStatus.TOO_MANY_REQUESTS: Reason.RATE_LIMITED,
}

_PHRASES = {status.value: status.phrase for status in HTTPStatus}

_UNSURE: Mapping[int, tuple[Cause, ...]] = {
    HTTPStatus.FORBIDDEN: (Cause.MISSING_PERMISSION, Cause.ADDRESS_NOT_ALLOWED, Cause.PLAN),
    HTTPStatus.NOT_FOUND: (Cause.WRONG_ADDRESS, Cause.RENAMED, Cause.HIDDEN),
}
"""Many vendors answer with these to several causes."""

_REQUEST_IDS = (
    "x-request-id",
    "request-id",
    "x-hubspot-correlation-id",
    "atl-request-id",
    "atl-traceid",
    "intuit_tid",
    "xero-correlation-id",
    "x-ms-service-request-id",
    "req_id",
    "x-amz-request-id",
    "x-correlation-id",
    "x-trace-id",
)
"""Headers in which vendors name a request; support asks for it."""


def judged(reply: Reply, accept: Collection[int], explain: Explain | None, now: datetime) -> Reply:
    """Return *reply* if it is an answer: a success, or of a status in *accept*. Part of an answer
    (RFC 9110, 15.3.7) is none: nobody asks for parts.

    Raises:
        SourceError: it is a refusal, as *explain* reads it, or else by its status.
    """
    success = HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES
    if (success and reply.status != HTTPStatus.PARTIAL_CONTENT) or reply.status in accept:
        return reply
    error = _explained(reply, explain) or refusal(reply)
    asked = retry_after.seconds(reply.headers.get("retry-after"), now)
    error.retry_after = error.retry_after or asked
    error.request_id = error.request_id or request_id(reply.headers)
    raise error


def _explained(reply: Reply, explain: Explain | None) -> SourceError | None:
    """Let the adapter read the vendor's error; what it cannot read is judged by status."""
    try:
        return explain(reply) if explain else None
    except (SourceError, LookupError, TypeError, ValueError, AttributeError):
        return None


def refusal(reply: Reply) -> SourceError:
    """Return the failure that *reply*, which is no answer, stands for by its status."""
    status = reply.status
    fault = f"{status} {_PHRASES.get(status, '')}".strip()
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        fault += f", a redirect{_target(reply)}, which is not followed"
    return SourceError(
        reason_of(status), f"{reply.where}: {fault}", certain=status not in _UNSURE,
        possible_causes=_UNSURE.get(status, ()),
    )  # fmt: skip


def reason_of(status: int) -> Reason:
    """Return the reason that an answer with *status*, which is none of 2xx, stands for."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Reason.SERVER_ERROR
    return _REASONS.get(status, Reason.BAD_RESPONSE)


def request_id(headers: Mapping[str, str]) -> str:
    """Return the vendor's id of the request, where *headers* (by lower-case name) have one."""
    found = next((headers[name] for name in _REQUEST_IDS if name in headers), "")
    return found if re.fullmatch(r"[\x21-\x7e]{1,128}", found) else ""


def _target(reply: Reply) -> str:
    """Name the host that a redirect leads to, and no more of the address than that."""
    try:
        host = urlsplit(reply.headers.get("location", "")).hostname
    except ValueError:
        return ""
    return f" to {host}" if host else ""
