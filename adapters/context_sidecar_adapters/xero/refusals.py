"""What Xero says when it refuses."""

from __future__ import annotations

from http import HTTPStatus

from context_sidecar import Reason, Response, SourceError

_SAID = {
    "TokenExpired": (Reason.CREDENTIAL_EXPIRED, ""),
    "TokenInvalidSignature": (Reason.CREDENTIAL_EXPIRED, ""),
    "AuthorizationUnsuccessful": (Reason.PERMISSION_DENIED, "a scope is missing"),
    "AuthenticationUnsuccessful": (
        Reason.PERMISSION_DENIED,
        "the connection was cut, or the id is another organisation's",
    ),
}
_AMBIGUOUS = {"AuthenticationUnsuccessful"}


def explain(response: Response) -> SourceError | None:
    """Read a refusal: which limit it was, or what its detail begins with."""
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return SourceError(
            Reason.RATE_LIMITED, code=response.headers.get("x-rate-limit-problem", "")
        )
    said = response.json()
    if said.get("Type") == "QueryParseException":
        return SourceError(Reason.SCHEMA_CHANGED, code=said["Type"], certain=False)
    code = str(said["Detail"]).partition(":")[0]
    if code not in _SAID:
        return None
    reason, detail = _SAID[code]
    return SourceError(reason, detail, code=code, certain=code not in _AMBIGUOUS)
