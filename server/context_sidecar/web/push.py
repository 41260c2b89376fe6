"""Sources that tell us by themselves when something has changed, so that nobody has to wait until
it grows old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from apiflask import APIBlueprint
from flask import Response, g, jsonify, request

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.hints import did_you_mean
from context_sidecar.proof import use_once
from context_sidecar.proof.webhooks import WINDOW, check_webhook
from context_sidecar.web.access_log import CALLER
from context_sidecar.web.bodies import check_body, read_body
from context_sidecar.web.description import WEBHOOK_ONLY, responses
from context_sidecar.web.guard import keep_pace, refuse_slowly
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake
from context_sidecar.web.shapes import PushedSchema, TakenSchema

push = APIBlueprint("push", __name__, tag="Push")
log = structlog.get_logger(__name__)

_ID = "context_sidecar_webhook"


@push.before_request
def prove() -> None:
    """Let in what a source has signed.

    Raises:
        RequestMistake: it proves nothing, or comes too often.
    """
    the, source = parts(), (request.view_args or {}).get("source", "")
    declared = the.configuration.sources.get(source)
    secrets: Sequence[Any] = declared.push if declared else ()
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        name = check_webhook(headers, read_body(), secrets, the.clock())
    except VisitRefused as refusal:
        log.warning("push_refused", source=source, why=str(refusal), address=the.address())
        refuse_slowly()
        raise mistake("not-proven", "Sign it as Standard Webhooks says.") from None
    request.environ[CALLER] = f"source {source}"
    setattr(g, _ID, name)
    keep_pace(f"source {source}")


push.before_request(check_body)


@push.post("/v1/push/<source>")
@push.input(PushedSchema(), arg_name="pushed")
@push.doc(
    summary="Say that something has changed in a source",
    operation_id="push",
    security=WEBHOOK_ONLY,
    responses=responses(TakenSchema, 400, 401, 413, 429),
)
def take(source: str, pushed: dict[str, Any]) -> Response:
    """Take in that a source's answers about some accounts have changed.

    Signed as the Standard Webhooks specification says, with the source's `push` secret. What is
    told here is not believed as a value: it is marked as not up to date at once, asked for anew
    where people look at it, and else when somebody does. The same webhook counts once.
    """
    the, data = parts(), pushed["data"]
    known = the.changes.lookups(source)
    lookups = data["lookups"] or list(known)
    for name in lookups:
        if name not in known:
            hint = did_you_mean(name, known)
            raise mistake("bad-request", f"No field reads the lookup {name}. {hint}".strip())
    try:
        use_once(the.memory, f"push {source}", getattr(g, _ID), the.clock() + 2 * WINDOW)
    except VisitRefused:
        return jsonify(repeated=True)
    at: datetime = pushed["timestamp"]
    the.changes.take(source, lookups, data["keys"], at)
    log.info("pushed", source=source, lookups=lookups, keys=len(data["keys"]))
    return jsonify(repeated=False)
