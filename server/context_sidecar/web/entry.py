"""Where host tools come in: prove who comes, then give the card in the host's own form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog
from context_sidecar_widgets import page
from flask import Blueprint, Response, g, jsonify, request

from context_sidecar.core.errors import RequestMistake, VisitRefused
from context_sidecar.core.host import Forgetful, Host, Inbound
from context_sidecar.core.record import Visit
from context_sidecar.web import errors
from context_sidecar.web.access_log import CALLER
from context_sidecar.web.answers import HTML, JSON
from context_sidecar.web.assets import bridge_url, widget_url
from context_sidecar.web.bodies import read_body
from context_sidecar.web.forwarded import inbound
from context_sidecar.web.guard import keep_pace, refuse_breadth, refuse_slowly
from context_sidecar.web.headers import new_nonce
from context_sidecar.web.notices import notice, notice_of
from context_sidecar.web.origins import allow, check_entry
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import Slower, mistake
from context_sidecar.web.questions import Question
from context_sidecar.web.visits import context_url, granted
from context_sidecar.wording import Words, answer

entry = Blueprint("entry", __name__)
log = structlog.get_logger(__name__)

_PROVEN = "context_sidecar_proven"


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
    """Say what is wrong: to people on a kind page, or, through a host that takes JSON and has
    proven itself, in its own components; to everybody else as a problem document."""
    the = parts()
    problem, instance = errors.understood(error)
    install = (request.view_args or {}).get("install", "")
    proven: Visit | None = g.get(_PROVEN)
    if proven and _takes_json(the.host(install)):
        said, words = notice_of(problem.kind), the.words(proven)
        return jsonify(the.host(install).say(words.text(said.title), words.text(said.text), proven))
    if install not in the.configuration.installs or _takes_json(the.host(install)):
        return errors.as_document(problem, instance)
    response = notice(
        problem.kind,
        problem.status,
        the.words(proven),
        the.configuration.installs[install],
        theme=proven.theme if proven else "",
    )
    if isinstance(problem, Slower):
        response.headers["Retry-After"] = str(problem.seconds)
    return response


def _takes_json(host: Host) -> bool:
    return host.most_bytes is not None


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
        why = str(refusal) + "".join(_of_others(host, shown))
        log.warning("visit_refused", install=install, why=why, address=the.address())
        refuse_slowly()
        raise mistake("not-proven", "Open the page anew in the host tool.") from None
    who = f"{install}/{visit.visitor.id or the.address()}"
    request.environ[CALLER] = who
    setattr(g, _PROVEN, visit)
    keep_pace(who)
    return visit if host.signs_record else _doubted(visit, host, who)


def _doubted(visit: Visit, host: Host, who: str) -> Visit:
    """Return a visit whose record is only what some script says, believed no further than that.

    Raises:
        RequestMistake: the visitor walks through too many records.
    """
    if visit.record is None:
        return visit
    refuse_breadth(parts().limits.records, who, visit.record)
    keys = {} if host.install.source else visit.record.keys
    return replace(visit, record=replace(visit.record, keys=keys))


def _of_others(host: Host, shown: Inbound) -> Iterator[str]:
    """Say which other install of the same tool the request would have proven itself to: whoever
    copied the wrong secret is told."""
    for other in parts().configuration.installs.values():
        if other.host == host.install.host and other.id != host.install.id:
            with suppress(VisitRefused):
                type(host)(other, Forgetful()).prove(shown)
                yield f"; it is signed for the install {other.id}"


def _as_json(host: Host, visit: Visit) -> Response:
    the = parts()
    words = the.words(visit)
    if visit.record is None:
        raise mistake("bad-request", "The request names no record.")
    contexts = [the.answers.context(asked, force=visit.again) for asked in _questions(visit)]
    answers = [answer(context, words) for context in contexts]
    response = jsonify(host.render(answers, visit))
    if (size := len(response.get_data())) > (host.most_bytes or 0):
        log.error("card_too_long", install=host.install.id, bytes=size, most=host.most_bytes)
        raise mistake("too-large", "The card is longer than the host tool takes.")
    return response


def _questions(visit: Visit) -> list[Question]:
    """Return what the visit asks: its first card, or those that it names, as far as they are there.

    Raises:
        RequestMistake: none of them is; it says why the first is not.
    """
    found: list[Question] = []
    refusals: list[RequestMistake] = []
    for card in visit.cards or ("",):
        try:
            found.append(parts().questions.of_visit(visit, card))
        except RequestMistake as refusal:
            refusals.append(refusal)
    if not found:
        raise refusals[0]
    return found


def _as_token(visit: Visit) -> Response:
    """The visit's token, for a page that shows the card by itself."""
    the = parts()
    if visit.record is None:
        raise mistake("bad-request", "The request names no record.")
    the.questions.of_visit(visit)
    return jsonify(granted(the.tokens.issue(visit), visit.record))


def _as_page(host: Host, visit: Visit) -> Response:
    """The page that people look at: with the card, where the record is known already."""
    the, nonce = parts(), new_nonce()
    words = the.words(visit)
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
        titled=host.shows_title,
    )
    response = Response(shown, headers=the.headers.page(nonce, host.install.origins))
    response.content_language.add(words.tag)
    return response


def _first_answer(visit: Visit, words: Words) -> dict[str, Any] | None:
    if visit.record is None:
        return None
    the = parts()
    return answer(the.answers.context(the.questions.of_visit(visit), live=True), words)
