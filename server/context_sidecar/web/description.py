"""The API's description (OpenAPI 3.1): who may ask, and how each endpoint answers."""

from __future__ import annotations

from typing import Any

from context_sidecar.web.answer_shapes import AnswerSchema
from context_sidecar.web.problems import MEDIA_TYPE, PROBLEMS
from context_sidecar.web.shapes import ProblemSchema

INFO = {
    "title": "Context Sidecar",
    "description": "Account context beside the record people work on, with every value's trust on "
    "show. Errors are problem documents (RFC 9457).",
}

SECURITY_SCHEMES = {
    "visit": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of a visit: for one record, one visitor, ten minutes.",
    },
    "webhook": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "What a source signs, as the specification Standard Webhooks says.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (`sidecar key create`): for certain cards, until revoked.",
    },
}
Security = list[str | dict[str, list[Any]]]

VISIT_ONLY: Security = ["visit"]
WEBHOOK_ONLY: Security = ["webhook"]
KEY_ONLY: Security = ["key"]
VISIT_OR_KEY: Security = ["visit", "key"]

CONTEXT = {
    "description": "The card.",
    "content": {
        "application/json": {"schema": AnswerSchema},
        "text/html": {"schema": {"type": "string"}},
    },
    "headers": {
        "ETag": {"schema": {"type": "string"}, "description": "For `If-None-Match`."},
        "Cache-Status": {
            "schema": {"type": "string"},
            "description": "How each source's part was had (RFC 9211).",
        },
    },
}
UNCHANGED = {"description": "The caller holds this answer already."}


def responses(success: Any, *problems: int) -> dict[int, Any]:
    """Describe an endpoint's responses: its success, and the problems of these statuses."""
    if not isinstance(success, dict):
        success = {
            "description": "Done.",
            "content": {"application/json": {"schema": success}},
        }
    return {200: success} | {status: _problem(status) for status in sorted(problems)}


def _problem(status: int) -> dict[str, Any]:
    kinds = [
        f"`{kind}`: {problem.title}." for kind, problem in PROBLEMS.items()
        if problem.status == status
    ]  # fmt: skip
    return {
        "description": " ".join(kinds),
        "content": {MEDIA_TYPE: {"schema": ProblemSchema}},
    }
