"""The sources: how each is doing, how it is signed in to and how long that holds, and connecting
those that a person connects at the vendor's own page.

The session's cookie stays at home when the vendor sends people back, as it does for any other site
(SameSite=Strict). So the page that they come back to asks for nothing and does nothing: its form,
which is ours, brings the session along.
"""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, redirect, request

from context_sidecar.core.credential import Credential, Validity
from context_sidecar.core.drift import DriftKind
from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import Field
from context_sidecar.engine.brought_back import ConnectRefused
from context_sidecar.engine.credentials import BACK, IN_TERMINAL
from context_sidecar.store.grants import GrantsOutOfReach
from context_sidecar.web.admin import door
from context_sidecar.web.admin.checking import Check
from context_sidecar.web.admin.door import page, who
from context_sidecar.web.admin.faring import changes, fails, faring, left, unindexed
from context_sidecar.web.admin.pushing import pushing
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

HOME = f"{door.HOME}/sources"

sources = APIBlueprint("sources", __name__, enable_openapi=False)

_MARKS = {
    Validity.GOOD: "works",
    Validity.SOON: "soon",
    Validity.PAST: "refused",
    Validity.BLOCKED: "refused",
    Validity.UNKNOWN: "waiting",
}


@sources.get("/sources")
def overview() -> Response:
    """Show all sources."""
    rows = [(one, _check(one), _fares(one.source.id)) for one in parts().credentials.all()]
    return page("sources.html", rows=rows)


@sources.get("/sources/<id>")
def show(id: str) -> Response:
    """Show one source."""
    return _page_of(id)


@sources.get("/sources/<id>/connect")
def connect(id: str) -> Response:
    """Send the admin to the vendor's page."""
    the = parts()
    _find(id)
    try:
        sent = the.credentials.page_for(id)
    except ConnectRefused as error:
        raise mistake("bad-request", str(error)) from None
    the.consents.begin(id, sent.state, sent.verifier, door.session())
    response = redirect(sent.address, 303)
    assert isinstance(response, Response)
    return response


@sources.get("/connected")
def come_back() -> Response:
    """Receive whoever comes back from a vendor's page."""
    brought = request.args.to_dict()
    typed = brought.get("state", "").startswith(IN_TERMINAL)
    query = request.query_string.decode("latin-1")
    address = f"{parts().configuration.public_url}{BACK}?{query}" if typed else ""
    return page("connected.html", brought=brought, address=address)


@sources.post("/connected")
def finish() -> Response:
    """Connect the source that this admin was sent to the vendor's page for."""
    the, brought = parts(), request.form.to_dict()
    consent = the.consents.end(brought.get("state", ""), door.session())
    if consent is None or consent.source not in the.configuration.sources:
        detail = "It was begun in another session, used already, or took too long. Begin again."
        raise mistake("bad-request", f"Nothing was connected. {detail}")
    try:
        the.credentials.connect(consent.source, consent.verifier, brought, who().label)
    except ConnectRefused as error:
        return _page_of(consent.source, str(error))
    except SourceError as error:
        return _page_of(consent.source, f"Nothing was connected. {error.detail}. {error.remedy}")
    except GrantsOutOfReach:
        return _page_of(consent.source, "The database does not answer. Nothing was kept.")
    return _to(consent.source)


@sources.post("/sources/<id>/accept")
def accept(id: str) -> Response:
    """Take the type that what a field of this source reads has now for right."""
    _find(id)
    field = request.form.get("field", "")
    if field not in {one.id for one in _retyped(id)}:
        raise mistake("bad-request", "No such field of this source is of another type than before.")
    parts().drifts.accept(field)
    return _to(id)


@sources.post("/sources/<id>/forget")
def forget(id: str) -> Response:
    """Forget what was granted."""
    _find(id)
    parts().credentials.forget(id, who().label)
    return _to(id)


def _page_of(id: str, wrong: str = "") -> Response:
    the, credential = parts(), _find(id)
    health, changed = the.health(id), the.changed(id)
    return page(
        "source.html",
        400 if wrong else 200,
        source=credential.source, credential=credential, check=_check(credential), wrong=wrong,
        fares=faring(health, changed), fails=fails(health) + unindexed(health),
        changed=changes(changed), left=left(health), retyped=_retyped(id),
        pushing=pushing(credential.source),
        back_to=the.credentials.back_to,
        scope=the.credentials.scope(id) if credential.connects else "",
    )  # fmt: skip


def _retyped(id: str) -> list[Field]:
    drifts = parts().drifts.of(id)
    return [field for field, drift in drifts if drift.kind is DriftKind.RETYPED]


def _find(id: str) -> Credential:
    the = parts()
    if id not in the.configuration.sources:
        raise mistake("not-found", "There is no such source.")
    return the.credentials.of(id)


def _fares(id: str) -> Check:
    the = parts()
    return faring(the.health(id), the.changed(id))


def _check(credential: Credential) -> Check:
    said = f"{credential.said[:1].upper()}{credential.said[1:]}."
    return Check(_MARKS[credential.validity], said, credential.remedy)


def _to(id: str) -> Response:
    response = redirect(f"{HOME}/{id}", 303)
    assert isinstance(response, Response)
    return response
