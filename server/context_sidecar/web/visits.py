"""Tokens for pages: for the record that a host's page names later, and for a visit that lasts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from apiflask import APIBlueprint

from context_sidecar.core.record import Record
from context_sidecar.web.bodies import check_body, check_said_to_be_json
from context_sidecar.web.description import (
    VISIT_ONLY,
    responses,
)
from context_sidecar.web.guard import guard, keep_within, open_to_pages
from context_sidecar.web.parts import caller, parts
from context_sidecar.web.problems import mistake
from context_sidecar.web.shapes import GrantedSchema, NamedRecordSchema, RenewedSchema
from context_sidecar.web.tokens import Session, Token, TokenRefused

visits = APIBlueprint("visits", __name__, tag="Visits")
visits.before_request(guard)
visits.before_request(check_body)
visits.before_request(check_said_to_be_json)
visits.after_request(open_to_pages)


@visits.post("/v1/visits")
@visits.input(NamedRecordSchema(), arg_name="named")
@visits.doc(
    summary="Name the record of a visit",
    operation_id="nameRecord",
    security=VISIT_ONLY,
    responses=responses(GrantedSchema, 400, 401, 403, 404, 413, 429),
)
def name_record(named: dict[str, Any]) -> dict[str, str]:
    """Give a token for the record that a host's page shows.

    For hosts that prove who visits, but whose page learns the record only in the browser. The keys
    are what the page says about its customer, of which only those are kept that accounts are
    matched by; where the install has a source of its own for that, they are not believed, and the
    source is asked. How the visitor reads is told by the page too, where only the page knows.
    """
    the, session = parts(), _session()
    visit = session.visit
    if visit.record is not None:
        raise mistake("other-record", "The token is for one record already.")
    host = the.host(visit.install)
    if named["type"] not in host.places:
        raise mistake("no-card", f"Here are shown: {', '.join(host.places)}.")
    install = the.configuration.installs[visit.install]
    keys = {} if install.source else _of_use(named["keys"])
    record = Record(install.host, named["type"], named["id"], keys)
    keep_within(record)
    told = {name: named[name] for name in ("locale", "time_zone") if named[name]}
    seen = replace(visit, record=record, **told)
    the.questions.of_visit(seen)
    return granted(the.tokens.issue(seen, session.began), record)


@visits.post("/v1/visits/renew")
@visits.doc(
    summary="Renew a visit's token",
    operation_id="renewVisit",
    security=VISIT_ONLY,
    responses=responses(RenewedSchema, 400, 401, 403, 429),
)
def renew() -> dict[str, str]:
    """Give a new token for the same visit, until the visit's twelfth hour."""
    try:
        return _shown(parts().tokens.renew(_session()))
    except TokenRefused as error:
        raise mistake("not-proven", "The visit has lasted long enough. Reload the page.") from error


def _of_use(keys: Mapping[str, str]) -> dict[str, str]:
    wanted = {rule.record for rule in parts().configuration.accounts.match}
    return {name: value for name, value in keys.items() if name in wanted}


def granted(token: Token, record: Record) -> dict[str, str]:
    """Return *token*, given for *record*, as a page is told."""
    return {**_shown(token), "context_url": context_url(record)}


def context_url(record: Record) -> str:
    """Return where the card about *record* is to be had."""
    path = "/".join(quote(part, safe="") for part in (record.host, record.type, record.id))
    return f"{parts().configuration.public_url}/v1/context/{path}"


def _session() -> Session:
    session = caller().session
    if session is None:
        raise mistake("not-allowed", "An API key is no visit.")
    return session


def _shown(token: Token) -> dict[str, str]:
    return {"token": token.text, "expires_at": token.expires_text}
