"""Whether an HTTP answer is one, or a refusal."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from context_sidecar.core.errors import SourceError
from context_sidecar.core.http import Explain
from context_sidecar.core.statuses import status_error
from context_sidecar.engine.door import retry_after
from context_sidecar.engine.door.reply import Reply

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
    redirects = HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST
    more = f", a redirect{_target(reply)}, which is not followed" if redirects else ""
    return status_error(reply.status, reply.where, more)


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
