"""What machines and operators ask: is it alive, is it ready, what does it count; and the API's own
description."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import structlog
from apiflask import APIFlask
from flask import Blueprint, Response, current_app, jsonify, render_template, request
from prometheus_client import CONTENT_TYPE_LATEST

from context_sidecar.web.bodies import read_json
from context_sidecar.web.guard import keep_pace, prove_caller
from context_sidecar.web.headers import REPORTS, new_nonce
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import PROBLEMS, mistake

BASIC = 'Basic realm="Context Sidecar: any name, and an API key as the password"'
"""What makes a browser ask a person for a key."""

service = Blueprint("service", __name__)
log = structlog.get_logger(__name__)

_DIRECTIVES = frozenset({"script-src", "style-src", "img-src", "connect-src", "frame-ancestors"})


@service.after_request
def ask_for_a_key(response: Response) -> Response:
    """Let a browser ask its person for the key that is missing."""
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers.add("WWW-Authenticate", BASIC)
    return response


@service.get("/healthz")
def health() -> Response:
    """Say that the process answers."""
    return jsonify(ok=True)


@service.get("/readyz")
def ready() -> tuple[Response, int]:
    """Say whether everything is there that answers are made from."""
    found = {name: is_ready() for name, is_ready in parts().ready.items()}
    return jsonify(found), 200 if all(found.values()) else 503


@service.get("/metrics")
def metrics() -> Response:
    """Give what is counted, for Prometheus."""
    _check_open("metrics")
    return Response(parts().metrics.text(), content_type=CONTENT_TYPE_LATEST)


@service.get("/openapi.json")
def description() -> Response:
    """Give the API's description."""
    _check_open("docs")
    return Response(
        json.dumps(_spec(), ensure_ascii=False),
        content_type="application/json",
    )


@service.get("/docs")
def docs() -> Response:
    """Give the API's description to read."""
    _check_open("docs")
    nonce = new_nonce()
    page = render_template("docs.html", spec=_spec(), problems=PROBLEMS, nonce=nonce)
    return Response(page, headers=parts().headers.page(nonce))


@service.post(REPORTS)
def policy_report() -> Response:
    """Count what a browser has stopped on one of our pages; what it says else is not kept."""
    keep_pace(f"reports of {parts().address()}")
    for directive in _directives(read_json()):
        parts().metrics.stopped(directive)
        log.warning("policy_stopped", directive=directive)
    return Response(status=204)


def _directives(document: Any) -> list[str]:
    """Both forms of a report: CSP Level 2's, and the Reporting API's."""
    reports = document if isinstance(document, list) else [document]
    bodies = [
        report.get("csp-report") or report.get("body")
        for report in reports[:10]
        if isinstance(report, dict)
    ]
    named = [
        body.get("effective-directive") or body.get("effectiveDirective")
        for body in bodies
        if isinstance(body, dict)
    ]
    return [each if each in _DIRECTIVES else "other" for each in map(str, named)]


def _check_open(name: str) -> None:
    """Let in whom the configuration lets in, or anybody with a key of any kind."""
    if name in parts().configuration.expose:
        return
    who = prove_caller(_key_of_a_person())
    if who.key is None:
        raise mistake("not-allowed", "A visit's token does not open this; an API key does.")
    keep_pace(who.name)


def _key_of_a_person() -> str | None:
    """The key that a browser sends as the password of its person, as an `Authorization` header."""
    said = request.authorization
    return f"Bearer {said.password}" if said and said.type == "basic" else None


def _spec() -> Any:
    application = current_app
    assert isinstance(application, APIFlask)
    return application.spec
