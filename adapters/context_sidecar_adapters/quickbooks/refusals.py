"""What QuickBooks says when it refuses, with a status of its own or with 200: codes as on Intuit's
pages on error codes and on handling common errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from context_sidecar import Cause, Reason, Response, SourceError

_CODES: Mapping[str, tuple[Reason, str, tuple[Cause, ...]]] = {
    "120": (
        Reason.PERMISSION_DENIED,
        "who connected it has no access to the company any more",
        (Cause.MISSING_PERMISSION,),
    ),
    "3001": (Reason.RATE_LIMITED, "", (Cause.BURST_LIMIT,)),
    "3100": (
        Reason.PERMISSION_DENIED,
        "the app was disconnected, or the company is another one",
        (Cause.DISCONNECTED, Cause.WRONG_INSTANCE),
    ),
    "3200": (Reason.CREDENTIAL_EXPIRED, "", (Cause.TOKEN_EXPIRED, Cause.TOKEN_REVOKED)),
    "4000": (Reason.SCHEMA_CHANGED, "the query is not understood", ()),
    "4001": (Reason.SCHEMA_CHANGED, "the query names a property that is not there", ()),
    "5020": (Reason.PERMISSION_DENIED, "", (Cause.MISSING_PERMISSION,)),
    "6190": (
        Reason.PERMISSION_DENIED,
        "the company's subscription has ended, or there is a billing problem",
        (Cause.PLAN,),
    ),
    "10000": (Reason.SERVER_ERROR, "", ()),
}
_AMBIGUOUS = {"3100"}

_KINDS: Mapping[str, Reason] = {
    "authentication": Reason.CREDENTIAL_EXPIRED,
    "authenticationfault": Reason.CREDENTIAL_EXPIRED,
    "authorization": Reason.PERMISSION_DENIED,
    "authorizationfault": Reason.PERMISSION_DENIED,
    "systemfault": Reason.SERVER_ERROR,
}
"""The types of faults, for codes that are not known."""


def explain(response: Response) -> SourceError | None:
    """Read a refusal; one that holds no fault is judged by its status."""
    fault = fault_in(response.json())
    return refusal(fault) if fault else None


def fault_in(answer: Any) -> Mapping[str, Any]:
    """Return the fault in *answer*, its names in lower case; empty where there is none."""
    if not isinstance(answer, Mapping):
        return {}
    fault = (
        answer.get("Fault") or answer.get("fault") or answer.get("QueryResponse", {}).get("Fault")
    )
    return {name.lower(): value for name, value in fault.items()} if fault else {}


def refusal(fault: Mapping[str, Any]) -> SourceError:
    """Return what *fault* stands for, by the code of its first error or else by its type."""
    errors = fault.get("error") or [{}]
    first = {str(name).lower(): value for name, value in errors[0].items()}
    code = str(first.get("code", "")).lstrip("0")
    kind = str(fault.get("type", "")).lower()
    reason, detail, causes = _CODES.get(code, (_KINDS.get(kind, Reason.BAD_RESPONSE), "", ()))
    return SourceError(
        reason, detail, code=code or kind, certain=code not in _AMBIGUOUS, possible_causes=causes
    )
