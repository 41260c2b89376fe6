"""What an HTTP status that is no success stands for, as a reason."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason

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


def reason_of(status: int) -> Reason:
    """Return the reason that an answer with *status*, which is none of 2xx, stands for."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Reason.SERVER_ERROR
    return _REASONS.get(status, Reason.BAD_RESPONSE)


def status_error(status: int, where: str, more: str = "") -> SourceError:
    """Return the failure that *status*, which is none of 2xx, stands for, be it an answer's own or
    one that a success says in its body. It came from *where*, and *more* is known of it."""
    fault = f"{status} {_PHRASES.get(status, '')}".strip()
    return SourceError(
        reason_of(status), f"{where}: {fault}{more}", certain=status not in _UNSURE,
        possible_causes=_UNSURE.get(status, ()),
    )  # fmt: skip
