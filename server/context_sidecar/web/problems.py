"""What can be wrong with a request, as problem documents (RFC 9457): one closed list.

A problem's type is a URN, the same in every deployment, so that a client can compare it. A document
never holds a value, an address or a trace; its `instance` finds the request in the log.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from context_sidecar.core.errors import RequestMistake

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem: the HTTP status it comes with, and what is wrong in general."""

    status: int
    title: str


PROBLEMS: dict[str, Problem] = {
    "bad-request": Problem(400, "The request cannot be understood"),
    "not-proven": Problem(401, "It is not proven who asks"),
    "not-allowed": Problem(403, "This is not for the one who asks"),
    "suspended": Problem(403, "This is switched off"),
    "other-record": Problem(403, "The token was given for another record"),
    "foreign-page": Problem(403, "This page may not ask"),
    "not-found": Problem(404, "There is nothing here"),
    "no-card": Problem(404, "No card is declared for this"),
    "changed-meanwhile": Problem(409, "Somebody has changed this meanwhile"),
    "method-not-allowed": Problem(405, "This cannot be asked in this way"),
    "too-large": Problem(413, "The request is too large"),
    "too-many-requests": Problem(429, "Too many requests"),
    "too-many-records": Problem(429, "Too many different records"),
    "internal-error": Problem(500, "Something went wrong here"),
    "not-implemented": Problem(501, "This is not given in such a form"),
    "busy": Problem(503, "Too much at once"),
    "not-now": Problem(503, "This cannot be kept just now"),
}

_FIRST_OF_STATUS = {problem.status: kind for kind, problem in reversed(PROBLEMS.items())}


class Slower(RequestMistake):
    """Somebody asks too much; `seconds` is how long to wait."""

    def __init__(self, kind: str, seconds: float, detail: str) -> None:
        problem = PROBLEMS[kind]
        super().__init__(problem.status, kind, problem.title, detail)
        self.seconds = max(1, round(seconds))


def mistake(kind: str, detail: str) -> RequestMistake:
    """Return the problem of this *kind*, ready to raise; *detail* says how to mend it."""
    problem = PROBLEMS[kind]
    return RequestMistake(problem.status, kind, problem.title, detail)


def mistake_of_status(status: int, detail: str) -> RequestMistake:
    """Return the problem that stands for an HTTP error of the framework's."""
    return mistake(_FIRST_OF_STATUS.get(status, "bad-request"), detail)


def document(problem: RequestMistake, instance: str) -> tuple[bytes, list[tuple[str, str]]]:
    """Return *problem* as a document, and the headers that go with it. *instance* is a URN of this
    one occurrence."""
    body = {
        "type": f"urn:context-sidecar:problem:{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
    }
    headers = [("Content-Type", MEDIA_TYPE)]
    if problem.kind == "not-proven":
        headers.append(("WWW-Authenticate", "Bearer"))
    if isinstance(problem, Slower):
        headers.append(("Retry-After", str(problem.seconds)))
    return json.dumps(body).encode(), headers
