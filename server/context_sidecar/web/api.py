"""The context API: a card about a record, or about an account."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, request
from marshmallow import RAISE

from context_sidecar.core.record import Record
from context_sidecar.web.answers import HTML, JSON, Form
from context_sidecar.web.description import (
    CONTEXT,
    KEY_ONLY,
    UNCHANGED,
    VISIT_OR_KEY,
    responses,
)
from context_sidecar.web.guard import guard, keep_within, open_to_pages
from context_sidecar.web.hot import LEARN
from context_sidecar.web.parts import caller, parts
from context_sidecar.web.questions import Question
from context_sidecar.web.reply import reply
from context_sidecar.web.shapes import ContextQuery

api = APIBlueprint("context", __name__, tag="Context")
api.before_request(guard)
api.after_request(open_to_pages)


@api.get("/v1/context/<host>/<type>/<path:id>")
@api.input(ContextQuery(), location="query", arg_name="said", unknown=RAISE)
@api.doc(
    summary="The card about a record",
    operation_id="recordContext",
    security=VISIT_OR_KEY,
    responses=responses(CONTEXT, 400, 401, 403, 404, 429) | {304: UNCHANGED},
)
def of_record(host: str, type: str, id: str, said: dict[str, str]) -> Response:
    """Give the card about a record in a host tool.

    As JSON it is given when it is complete, or at the card's deadline. As `text/html` it is given
    at once with what is there, for a page that comes back for the rest. With `Cache-Control:
    no-cache` the sources are asked again.
    """
    who = caller()
    question = parts().questions.of_record(
        who, host, type, id, card=said["card"], install=said["install"]
    )
    if who.key:
        keep_within(Record(host, type, id))
    return _answer(question, said["locale"])


@api.get("/v1/accounts/<path:id>/context")
@api.input(ContextQuery(exclude=["install"]), location="query", arg_name="said", unknown=RAISE)
@api.doc(
    summary="The card about an account",
    operation_id="accountContext",
    security=KEY_ONLY,
    responses=responses(CONTEXT, 400, 401, 403, 404, 429) | {304: UNCHANGED},
)
def of_account(id: str, said: dict[str, str]) -> Response:
    """Give the card about an account, by the id that the source of accounts gives it."""
    question = parts().questions.of_account(caller(), id, card=said["card"])
    keep_within(Record("account", "account", id))
    return _answer(question, said["locale"])


def _answer(question: Question, locale: str) -> Response:
    the, who = parts(), caller()
    media_type = request.accept_mimetypes.best_match([JSON, HTML], JSON)
    words = the.words(who.visit, locale)
    form = Form(media_type, words, zipped=request.accept_encodings["gzip"] > 0)
    force = bool(request.cache_control.no_cache)
    rendering = the.answers.rendering(question, form, force=force)
    if rendering.repeatable and not force and "Origin" not in request.headers:
        request.environ[LEARN] = (who, rendering)
    now, unless = int(the.clock().timestamp()), request.headers.get("If-None-Match", "")
    made = reply(rendering, now, unless, the.common)
    return Response(made.body, made.status, made.headers)
