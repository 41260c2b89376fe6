"""What Dataverse and Business Central say when they refuse: a code, and a message."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from context_sidecar import Cause, Quota, Reason, Response, SourceError

_LOST = re.compile(r"Could not find a property named '(\w+)'")
_GONE_OR_HIDDEN = (Cause.RENAMED, Cause.HIDDEN)
_LACKING = (Cause.MISSING_PERMISSION,)

_SAID = (
    (r"0x80072322", Reason.RATE_LIMITED, (Cause.BURST_LIMIT,)),
    (r"0x80072321", Reason.RATE_LIMITED, (Cause.BURST_LIMIT,)),
    (r"0x80072326", Reason.RATE_LIMITED, (Cause.CONCURRENCY_LIMIT,)),
    (r"0x80040220|0x80048306|0x80042f09", Reason.PERMISSION_DENIED, _LACKING),
    (r"0x80072560", Reason.PERMISSION_DENIED, (Cause.USER_UNKNOWN,)),
    (r"0x80095ffe", Reason.IP_NOT_ALLOWED, (Cause.ADDRESS_NOT_ALLOWED,)),
    (r"0x8006088a", Reason.ENDPOINT_GONE, (Cause.RENAMED, Cause.NOTHING_THERE)),
    (r"Authentication_", Reason.CREDENTIAL_EXPIRED, (Cause.TOKEN_EXPIRED, Cause.USER_UNKNOWN)),
    (r"Authorization_|Internal_Permission", Reason.PERMISSION_DENIED, _LACKING),
    (r"Internal_CompanyNotFound", Reason.ENDPOINT_GONE, (Cause.WRONG_ADDRESS, Cause.HIDDEN)),
    (r"BadRequest_ResourceNotFound", Reason.ENDPOINT_GONE, _GONE_OR_HIDDEN),
    (r"Application_TooManyRequests", Reason.RATE_LIMITED, (Cause.BURST_LIMIT,)),
)
"""By the code (Microsoft's "Web service error codes" of Dataverse, "Service protection API limits",
and Business Central's "Troubleshooting REST API/OData calls")."""

_UNSURE = {"0x80095ffe", "0x8006088a"}
_PREFIX = "x-ms-ratelimit-burst-remaining-xrm-requests"
QUOTAS = (Quota("five minutes", timedelta(minutes=5), left=_PREFIX, limit=6_000),)
"""Service protection API limits: what is left of the requests of one user to one server."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal by its code; by its message where a property is not known, since the code then
    says nothing."""
    error = response.json()["error"]
    code = str(error["code"])
    if name := lost_property({"error": error}):
        return SourceError(
            Reason.SCHEMA_CHANGED, f"{name}: renamed, deleted, or not there", code=code,
            certain=False, possible_causes=_GONE_OR_HIDDEN,
        )  # fmt: skip
    for wording, reason, causes in _SAID:
        if re.match(wording, code, re.IGNORECASE):
            certain = len(causes) == 1 and code.lower() not in _UNSURE
            return SourceError(reason, code=code, certain=certain, possible_causes=causes)
    return None


def lost_property(body: Any) -> str:
    """Return the name of the property that a query is refused for; "" where it is none."""
    found = _LOST.search((body.get("error") or {}).get("message", ""))
    return found[1] if found else ""
