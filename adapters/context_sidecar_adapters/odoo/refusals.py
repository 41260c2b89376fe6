"""What Odoo says when it refuses: the name of a Python exception, and its message."""

from __future__ import annotations

import re

from context_sidecar import Cause, Reason, Response, SourceError

_GONE_OR_HIDDEN = (Cause.RENAMED, Cause.HIDDEN)
_SAID = (
    (r"Unauthorized: ", Reason.CREDENTIAL_EXPIRED, (Cause.TOKEN_EXPIRED, Cause.TOKEN_REVOKED)),
    (r"AccessDenied: ", Reason.CREDENTIAL_EXPIRED, (Cause.TOKEN_EXPIRED, Cause.TOKEN_REVOKED)),
    (r"AccessError: .*compan", Reason.PERMISSION_DENIED, (Cause.MISSING_PERMISSION,)),
    (r"AccessError: .*\bfields?\b", Reason.SCHEMA_CHANGED, (Cause.HIDDEN,)),
    (r"AccessError: ", Reason.PERMISSION_DENIED, (Cause.MISSING_PERMISSION,)),
    (r"NotFound: the model '[\w.]+' does not exist", Reason.ENDPOINT_GONE,
     (Cause.NOTHING_THERE, Cause.PLAN)),
    (r"(ValueError|KeyError): .*[Ii]nvalid field", Reason.SCHEMA_CHANGED, _GONE_OR_HIDDEN),
)  # fmt: skip
_CERTAIN = {Reason.CREDENTIAL_EXPIRED, Reason.PERMISSION_DENIED}


def explain(response: Response) -> SourceError | None:
    """Read a refusal by its exception's name and message, as `AccessError: You are not …`."""
    body = response.json()
    name = str(body["name"]).rpartition(".")[2]
    said = f"{name}: {body['message']}"
    for wording, reason, causes in _SAID:
        if re.match(wording, said, re.DOTALL):
            app = re.search(r"the model '([\w.]+)'", said)
            detail = f"{app[1]}: its app is not installed" if app else ""
            certain = reason in _CERTAIN
            return SourceError(reason, detail, code=name, certain=certain, possible_causes=causes)
    return None
