"""Sources that tell us by themselves when something has changed, so that nobody has to wait until
it grows old."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from apiflask import APIBlueprint
from flask import Response, g, jsonify, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from context_sidecar.core.errors import RequestMistake, VisitRefused
from context_sidecar.core.hints import did_you_mean
from context_sidecar.core.host import Inbound
from context_sidecar.core.push import PUSHED, Change, Delivery, Push
from context_sidecar.core.secrets import Secret
from context_sidecar.proof import check_delivery, use_once
from context_sidecar.proof.webhooks import WINDOW, check_webhook
from context_sidecar.store.sightings import name_of_push
from context_sidecar.web.access_log import CALLER
from context_sidecar.web.bodies import (
    LONGEST_PUSHED,
    check_body,
    check_said_to_be_json,
    read_body,
    read_json,
)
from context_sidecar.web.description import WEBHOOK_ONLY, responses
from context_sidecar.web.forwarded import inbound
from context_sidecar.web.guard import keep_pace, refuse_slowly
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import Slower, mistake
from context_sidecar.web.shapes import PushedSchema, TakenSchema

push = APIBlueprint("push", __name__, tag="Push")
log = structlog.get_logger(__name__)

SENT_AGAIN_FOR = timedelta(days=3)
"""How long a vendor may send a delivery again that it believes lost: Stripe does for three days."""

SEND_AGAIN_IN = 30.0
"""Seconds after which to send again what could not be kept."""

_ID, _FORM = "context_sidecar_webhook", "context_sidecar_form"


@push.before_request
def prove() -> None:
    """Let in what a source has signed, in its own form or as Standard Webhooks says.

    Raises:
        RequestMistake: it proves nothing, or comes too often.
    """
    if request.method == "HEAD":
        return
    the, source = parts(), (request.view_args or {}).get("source", "")
    declared = the.configuration.sources.get(source)
    secrets: Sequence[Secret] = declared.push if declared else ()
    body = _whole_body(source, told=bool(secrets))
    shown = inbound(request, the.configuration.public_url, body, the.clock())
    form = the.changes.form(source)
    if "webhook-signature" in shown.headers:
        form = None
    try:
        name = _prove(shown, form, secrets)
    except VisitRefused as refusal:
        why = str(refusal) + "".join(_of_others(source, shown))
        if secrets:
            the.sightings.refused(name_of_push(source), why)
        log.warning("push_refused", source=source, why=why, address=the.address())
        refuse_slowly()
        raise mistake("not-proven", _SIGN_IT) from None
    request.environ[CALLER] = f"source {source}"
    setattr(g, _ID, name)
    setattr(g, _FORM, form)
    the.sightings.proven(name_of_push(source))
    if form is None:
        keep_pace(f"source {source}")


_SIGN_IT = (
    "Sign it with the source's push secret as Standard Webhooks say: webhook-id, webhook-timestamp "
    "(of now, in seconds since 1970) and webhook-signature; or in the form of the source's vendor. "
    "The log of this server says what is wrong."
)
"""The same for every name, so that nobody learns which sources there are."""


def _whole_body(source: str, *, told: bool) -> bytes:
    """Return what was sent. A vendor cannot send less: that something was too long is *told*, so
    that nobody believes that all changes come."""
    try:
        return read_body()
    except RequestEntityTooLarge:
        why = f"what came was longer than {LONGEST_PUSHED:,} bytes"
        if told:
            parts().sightings.refused(name_of_push(source), why)
        log.warning("push_refused", source=source, why=why, address=parts().address())
        raise


def _prove(shown: Inbound, form: Push | None, secrets: Sequence[Secret]) -> str:
    """Return the id of a Standard Webhook, or nothing for one in the source's own *form*."""
    if form is None:
        return check_webhook(shown.headers, shown.body, secrets, shown.received_at)
    check_delivery(shown, form.proof, secrets)
    return ""


def _of_others(source: str, shown: Inbound) -> Iterator[str]:
    """Say which other source of its own form it would have proven itself for: whoever entered the
    wrong address or secret is told, in the log."""
    the = parts()
    for other in the.configuration.sources.values():
        form = the.changes.form(other.id)
        if form and other.push and other.id != source:
            with suppress(VisitRefused):
                check_delivery(shown, form.proof, other.push)
                yield f"; it is signed for the source {other.id}"


@push.before_request
def take_delivery() -> Response | None:
    """Take in what a source tells in its own form. The answer is empty, as Xero wants it, and
    comes before the work is done: vendors wait for a few seconds only."""
    form: Push | None = g.get(_FORM)
    if form is None:
        return None
    the, source = parts(), (request.view_args or {})["source"]
    delivery = _read(source, form) if _in_pace(source) else Delivery((Change(),))
    if delivery.id:
        until = the.clock() + SENT_AGAIN_FOR
        try:
            with _kept(source):
                use_once(the.memory, f"push {source}", delivery.id, until)
        except VisitRefused:
            return Response()
    the.changes.bring(source, delivery.changes, the.clock())
    log.info("pushed", source=source, changes=len(delivery.changes))
    return Response()


push.before_request(check_body)
push.before_request(check_said_to_be_json)


@contextmanager
def _kept(source: str) -> Iterator[None]:
    """While the database is in trouble, have what *source* sends sent again: taken in now, it would
    be forgotten of what only the database knows."""
    try:
        yield
    except SQLAlchemyError as error:
        log.warning("push_not_kept", source=source, why=type(error).__name__)
        raise Slower("not-now", SEND_AGAIN_IN, "Send it again, as Retry-After says.") from None


def _in_pace(source: str) -> bool:
    """Whether deliveries come so that each can be looked at. Some vendors send none again that was
    refused; so of those that come faster, all that is known counts as changed."""
    try:
        keep_pace(f"source {source}")
    except Slower:
        log.warning("push_hasty", source=source)
        return False
    return True


def _read(source: str, form: Push) -> Delivery:
    """Return what a delivery says. One that nobody understands may say anything; one that does not
    call itself JSON, and is none, says a text, as HiBob's ping does."""
    try:
        said = read_json()
    except RequestMistake:
        if request.is_json:
            raise
        said = read_body().decode(errors="replace")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        return form.read(said, headers)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        log.warning("push_not_understood", source=source, why=type(error).__name__)
        return Delivery((Change(),))


@push.route(f"{PUSHED}<source>", methods=["HEAD"])
@push.doc(hide=True)
def greet(source: str) -> Response:
    """Answer who looks whether anybody is here, before they are told to send (Intercom); it is the
    same for every name."""
    return Response()


@push.post(f"{PUSHED}<source>")
@push.input(PushedSchema(), arg_name="pushed")
@push.doc(
    summary="Say that something has changed in a source",
    operation_id="push",
    security=WEBHOOK_ONLY,
    responses=responses(TakenSchema, 400, 401, 413, 429, 503),
)
def take(source: str, pushed: dict[str, Any]) -> Response:
    """Take in that a source's answers about some accounts have changed.

    Signed as the Standard Webhooks specification says, with the source's `push` secret. What is
    told here is not believed as a value: it is marked as not up to date at once, asked for anew
    where people look at it, and else when somebody does. The same webhook counts once. Vendors
    that have a form of their own send that, here too, and get an empty answer.
    """
    the, data = parts(), pushed["data"]
    at: datetime = pushed["timestamp"]
    known = the.changes.lookups(source)
    lookups = data["lookups"] or list(known)
    for name in lookups:
        if name not in known:
            hint = did_you_mean(name, known)
            raise mistake("bad-request", f"No field reads the lookup {name}. {hint}".strip())
    try:
        with _kept(source):
            the.changes.recall(source, lookups, data["keys"])
            the.changes.pass_on(source, lookups, data["keys"], at)
            use_once(the.memory, f"push {source}", getattr(g, _ID), the.clock() + 2 * WINDOW)
    except VisitRefused:
        return jsonify(repeated=True)
    the.changes.take(source, lookups, data["keys"], at)
    log.info("pushed", source=source, lookups=lookups, keys=len(data["keys"]))
    return jsonify(repeated=False)
