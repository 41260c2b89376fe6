"""Where host tools come in: prove who comes, then give the card in the host's own form."""

from __future__ import annotations

from typing import Any

import structlog
from context_sidecar_widgets import page
from flask import Blueprint, Response, jsonify, request

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.host import Host
from context_sidecar.core.record import Visit
from context_sidecar.web import errors
from context_sidecar.web.access_log import CALLER
from context_sidecar.web.answers import HTML, JSON
from context_sidecar.web.assets import bridge_url, widget_url
from context_sidecar.web.bodies import read_body
from context_sidecar.web.forwarded import inbound
from context_sidecar.web.guard import keep_pace, refuse_slowly
from context_sidecar.web.headers import new_nonce
from context_sidecar.web.notices import notice
from context_sidecar.web.origins import allow, check_entry
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import Slower, mistake
from context_sidecar.web.visits import context_url, granted
from context_sidecar.wording import Words, answer

entry = Blueprint("entry", __name__)
log = structlog.get_logger(__name__)


@entry.route("/hosts/<install>", methods=["GET", "POST"])
def enter(install: str) -> Response:
    """Let a host tool's page or server in."""
    the = parts()
    if install not in the.configuration.installs:
        raise mistake("not-found", "There is no such install.")
    check_entry(request.headers.get)
    host = the.host(install)
    visit = _prove(host)
    if _takes_json(host):
        return _as_json(host, visit)
    # Two forms of one address: the page, and for `<context-card>` the token alone.
    wanted = request.accept_mimetypes.best_match([HTML, JSON], HTML)
    response = _as_page(host, visit) if wanted == HTML else _as_token(visit)
    allow(response, request.headers.get("Origin"), host.install.origins)
    response.vary.update(("Accept", "Accept-Language"))
    return response


@entry.errorhandler(Exception)
def explain(error: Exception) -> Response:
    """Say what is wrong: to a program as a problem document, to people on a kind page."""
    the = parts()
    problem, instance = errors.understood(error)
    install = (request.view_args or {}).get("install", "")
    if install not in the.configuration.installs or _takes_json(the.host(install)):
        return errors.as_document(problem, instance)
    origins = the.configuration.installs[install].origins
    response = notice(problem.kind, problem.status, the.words(), origins)
    if isinstance(problem, Slower):
        response.headers["Retry-After"] = str(problem.seconds)
    return response


def _takes_json(host: Host) -> bool:
    return type(host).render is not Host.render


def _prove(host: Host) -> Visit:
    """Return the visit that the request proves.

    Raises:
        RequestMistake: it proves none, or comes too often. The log has the reason.
    """
    the, install = parts(), host.install.id
    body = read_body()
    shown = inbound(request, the.configuration.public_url, body, the.clock())
    try:
        visit = host.prove(shown)
    except VisitRefused as refusal:
        the.metrics.refused(install)
        log.warning("visit_refused", install=install, why=str(refusal), address=the.address())
        refuse_slowly()
        raise mistake("not-proven", "Open the page anew in the host tool.") from None
    who = f"{install}/{visit.visitor.id or the.address()}"
    request.environ[CALLER] = who
    keep_pace(who)
    return visit


def _as_json(host: Host, visit: Visit) -> Response:
    the, words = parts(), _words(visit)
    if visit.record is None:
        raise mistake("bad-request", "The request names no record.")
    context = the.answers.context(the.questions.of_visit(visit))
    return jsonify(host.render(answer(context, words)))


def _as_token(visit: Visit) -> Response:
    """The visit's token, for a page that shows the card by itself."""
    the = parts()
    if visit.record is None:
        raise mistake("bad-request", "The request names no record.")
    the.questions.of_visit(visit)
    return jsonify(granted(the.tokens.issue(visit), visit.record))


def _as_page(host: Host, visit: Visit) -> Response:
    """The page that people look at: with the card, where the record is known already."""
    the, words, nonce = parts(), _words(visit), new_nonce()
    first = _first_answer(visit, words)
    token = the.tokens.issue(visit)
    shown = page(
        first,
        words,
        nonce=nonce,
        token=token.text,
        expires_at=token.expires_text,
        assets=widget_url(),
        visits_url=f"{the.configuration.public_url}/v1/visits",
        context_url=context_url(visit.record) if visit.record else "",
        bridge=bridge_url(host.install.id),
        theme=visit.theme,
        origins=host.install.origins,
    )
    response = Response(shown, headers=the.headers.page(nonce, host.install.origins))
    response.content_language.add(words.tag)
    return response


def _first_answer(visit: Visit, words: Words) -> dict[str, Any] | None:
    if visit.record is None:
        return None
    the = parts()
    return answer(the.answers.context(the.questions.of_visit(visit), live=True), words)


def _words(visit: Visit) -> Words:
    return parts().words(visit.locale)
