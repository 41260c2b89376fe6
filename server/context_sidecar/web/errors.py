"""Every error of a request becomes a problem document; what is unexpected is logged, not told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, request
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from context_sidecar.core.errors import RequestMistake
from context_sidecar.web.access_log import PROBLEM
from context_sidecar.web.bodies import longest
from context_sidecar.web.last_resort import ASK_THE_LOG
from context_sidecar.web.problems import document, mistake, mistake_of_status

log = structlog.get_logger(__name__)

_LONGEST = 300
_FAILED = 500


def register(application: APIFlask) -> None:
    """Make *application* answer errors as problem documents."""
    # First, because it would take the framework's errors over as well.
    application.error_processor(_of_validation)
    application.register_error_handler(Exception, _as_document)
    application.register_error_handler(HTTPException, _of_framework)


def understood(error: Exception) -> tuple[RequestMistake, str]:
    """Return what to say of *error*, and the instance by which it is found in the log."""
    instance = uuid4().urn
    if isinstance(error, RequestMistake):
        problem = error
    elif isinstance(error, HTTPException):
        problem = mistake_of_status(error.code or _FAILED, _mended(error))
    else:
        problem = mistake("internal-error", ASK_THE_LOG)
        log.error("unexpected", instance=instance, exc_info=error)
    request.environ[PROBLEM] = f"{problem.kind} {instance}"
    return problem, instance


def _mended(error: HTTPException) -> str:
    """Say how to mend what the framework refuses."""
    match error:
        case NotFound():
            return "There is nothing at this address. The API is described at /openapi.json."
        case MethodNotAllowed():
            return f"Ask this by {' or '.join(_methods(error))}."
        case RequestEntityTooLarge():
            most = longest(request.path)
            return f"Send at most {most:,} bytes at once, and the rest in further requests."
    return error.name


def _methods(error: MethodNotAllowed) -> list[str]:
    return sorted({*(error.valid_methods or ())} - {"HEAD", "OPTIONS"})


def as_document(problem: RequestMistake, instance: str) -> Response:
    """Return *problem* as a response."""
    body, headers = document(problem, instance)
    return Response(body, problem.status, headers)


def _as_document(error: Exception) -> Response:
    return as_document(*understood(error))


def _of_framework(error: HTTPException) -> Response:
    response = _as_document(error)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _of_validation(error: HTTPError) -> Response:
    return _as_document(mistake_of_status(error.status_code, _cut(_named(error.detail))))


def _named(detail: Any) -> str:
    """Say which parts of the request are wrong, and how: `id: Not a valid string.`, for example."""
    if isinstance(detail, dict):
        return " ".join(_place(name, inner) for name, inner in detail.items())
    return " ".join(map(str, detail)) if isinstance(detail, list) else str(detail)


def _place(name: object, inner: Any) -> str:
    return _named(inner) if name in _NO_PLACES else f"{name}: {_named(inner)}"


_NO_PLACES = {"json", "query", "_schema"}
"""Where marshmallow and APIFlask put what is wrong with the whole of something."""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
