"""Where host tools come in: prove who comes, then give the card in the host's own form."""

from __future__ import annotations

from typing import Any

import structlog
from context_sidecar_widgets import page
from flask import Blueprint, Response, g, jsonify, request

from context_sidecar.core.errors import RequestMistake
from context_sidecar.core.host import Host, Inbound
from context_sidecar.core.record import Visit
from context_sidecar.web import errors
from context_sidecar.web.answers import HTML, JSON
from context_sidecar.web.assets import bridge_url, widget_url
from context_sidecar.web.bodies import read_body
from context_sidecar.web.forwarded import inbound
from context_sidecar.web.guard import refuse_slowly
from context_sidecar.web.headers import new_nonce
from context_sidecar.web.notices import notice, notice_of
from context_sidecar.web.oembed import oembed_url
from context_sidecar.web.origins import allow, check_entry
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import Slower, mistake
from context_sidecar.web.proving import PROVEN, prove
from context_sidecar.web.questions import Question
from context_sidecar.web.visits import context_url, granted
from context_sidecar.wording import Words, answer

entry = Blueprint("entry", __name__)
log = structlog.get_logger(__name__)


@entry.route("/hosts/<install>", methods=["GET", "POST"])
def enter(install: str) -> Response:
    """Let a host tool's page or server in."""
    the = parts()
    if install not in the.configuration.installs:
        log.warning("install_unknown", install=install[:100], address=the.address())
        refuse_slowly()
        raise mistake("not-found", "There is no such install.")
    check_entry(request.headers.get)
    host = the.host(install)
    shown = inbound(request, the.configuration.public_url, read_body(), the.clock())
    visit = prove(host, shown)
    if _takes_json(host):
        return _as_json(host, visit)
    # Two forms of one address: the page, and for `<context-card>` the token alone.
    wanted = request.accept_mimetypes.best_match([HTML, JSON], HTML)
    response = _as_page(host, visit, shown) if wanted == HTML else _as_token(visit)
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
    proven: Visit | None = g.get(PROVEN)
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


def _as_page(host: Host, visit: Visit, shown: Inbound) -> Response:
    """The page that people look at: with the card, where the record is known already."""
    the, nonce = parts(), new_nonce()
    words = the.words(visit)
    first = _first_answer(visit, words)
    token = the.tokens.issue(visit)
    # Whoever follows the link to oEmbed is a program. A browser, which says what it wants the page
    # for, is given no second address.
    again = "" if "Sec-Fetch-Dest" in request.headers else host.once_more(shown)
    document = page(
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
        oembed=oembed_url(again),
    )
    response = Response(document, headers=the.headers.page(nonce, host.install.origins))
    response.content_language.add(words.tag)
    return response


def _first_answer(visit: Visit, words: Words) -> dict[str, Any] | None:
    if visit.record is None:
        return None
    the = parts()
    return answer(the.answers.context(the.questions.of_visit(visit), live=True), words)
