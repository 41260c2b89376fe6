"""Every error of a request becomes a problem document; what is unexpected is logged, not told."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from context_sidecar.core.errors import RequestMistake
from context_sidecar.web.access_log import PROBLEM
from context_sidecar.web.last_resort import ASK_THE_LOG
from context_sidecar.web.problems import document, mistake, mistake_of_status

log = structlog.get_logger(__name__)

_LONGEST = 300


def register(application: APIFlask) -> None:
    """Make *application* answer errors as problem documents."""
    # First, because it would take the framework's errors over as well.
    application.error_processor(_of_validation)
    application.register_error_handler(RequestMistake, problem)
    application.register_error_handler(HTTPException, _of_framework)
    application.register_error_handler(Exception, _unexpected)


def problem(error: RequestMistake) -> Response:
    """Return *error* as a response."""
    return _answer(error, uuid4().urn)


def _answer(error: RequestMistake, instance: str) -> Response:
    request.environ[PROBLEM] = f"{error.kind} {instance}"
    body, headers = document(error, instance)
    return Response(body, error.status, headers)


def _of_framework(error: HTTPException) -> Response:
    status = error.code or 500
    response = problem(mistake_of_status(status, error.name))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _of_validation(error: HTTPError) -> Response:
    return problem(mistake_of_status(error.status_code, _named(error.detail)[:_LONGEST]))


def _named(detail: Any) -> str:
    """Say which parts of the request are wrong, and how: `id: Not a valid string.`, for example."""
    if isinstance(detail, dict):
        return " ".join(_place(name, inner) for name, inner in detail.items())
    return " ".join(map(str, detail)) if isinstance(detail, list) else str(detail)


def _place(name: object, inner: Any) -> str:
    return _named(inner) if name in {"json", "query"} else f"{name}: {_named(inner)}"


def _unexpected(error: Exception) -> Response:
    instance = uuid4().urn
    log.error("unexpected", instance=instance, exc_info=error)
    return _answer(mistake("internal-error", ASK_THE_LOG), instance)
