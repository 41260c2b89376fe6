"""What can be done with installs: enter, change, suspend and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

from apiflask import APIBlueprint
from flask import Response, redirect, request

from context_sidecar import plugins
from context_sidecar.core.adapter import Adapter
from context_sidecar.core.configuration import Install
from context_sidecar.core.errors import ConfigurationError, Mistake
from context_sidecar.engine.installs import InstallUnknown
from context_sidecar.hosting import guides
from context_sidecar.store.installs import InstallChanged, InstallTaken
from context_sidecar.web.admin import door, forms
from context_sidecar.web.admin.door import page, who
from context_sidecar.web.admin.finding import find_kind, guide_to, shown_at
from context_sidecar.web.admin.pages import page_of
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

changes = APIBlueprint("changes", __name__, enable_openapi=False)

_WAY = "installs.it"
"""Where the mistakes of an install are; see `context_sidecar.config.install_of`."""


@changes.get("/add/<host>")
def enter(host: str) -> Response:
    """Show the form for a new install."""
    kind = find_kind(host)
    roles = forms.roles(parts().configuration)
    declared = {"host": host, "label": kind.label, "roles": roles}
    return _form(host, _free_id(host), declared, new=True)


@changes.post("/add/<host>")
def add(host: str) -> Response:
    """Keep a new install."""
    name = request.form.get("id", "").strip()
    entered = forms.entered(find_kind(host), host, request.form, {})
    try:
        install = parts().installs.add(name, entered.declared, who().label)
    except ConfigurationError as error:
        return _form(host, name, entered.declared, new=True, mistakes=error.mistakes)
    except InstallTaken:
        taken = Mistake("(form)", 1, 1, _WAY, "", "another install has this name")
        return _form(host, name, entered.declared, new=True, mistakes=(taken,))
    return _kept(install, entered)


@changes.get("/installs/<id>/edit")
def edit(id: str) -> Response:
    """Show the form with what an install is now."""
    host, declared = _stored(id)
    return _form(host, id, declared, new=False)


@changes.post("/installs/<id>/edit")
def change(id: str) -> Response:
    """Keep what an install is to be from now on."""
    host, declared = _stored(id)
    entered = forms.entered(find_kind(host), host, request.form, declared)
    try:
        return _kept(_changed(id, entered.declared, request.form.get("read_at", "")), entered)
    except ConfigurationError as error:
        return _form(host, id, entered.declared, new=False, mistakes=error.mistakes)


@changes.post("/installs/<id>/drop-previous")
def drop_previous(id: str) -> Response:
    """Accept only the current secrets from now on."""
    _, declared = _stored(id)
    try:
        _changed(id, forms.without_previous(declared), request.form.get("read_at", ""))
    except ConfigurationError:
        raise mistake("bad-request", "It does not work as it is. Edit it first.") from None
    return _to(id)


@changes.post("/installs/<id>/suspend")
def suspend(id: str) -> Response:
    """Show nothing more to anybody."""
    return _suspended(id, suspended=True)


@changes.post("/installs/<id>/resume")
def resume(id: str) -> Response:
    """Work again."""
    return _suspended(id, suspended=False)


@changes.post("/installs/<id>/remove")
def remove(id: str) -> Response:
    """Remove an install with all that is kept of it."""
    if request.form.get("name", "").strip() != id:
        raise mistake("bad-request", f"Enter its name, {id}, to remove it. Nothing was removed.")
    try:
        parts().installs.remove(id, who().label)
    except InstallUnknown:
        _refuse_unstored(id)
    return _to()


def _form(
    host: str,
    id: str,
    declared: Mapping[str, Any],
    *,
    new: bool,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    the, kind = parts(), find_kind(host)
    settings = list(forms.inputs(kind, declared, mistakes, _WAY))
    sources = [
        source
        for source in the.configuration.sources.values()
        if plugins.adapter(source.adapter).record is not Adapter.record
    ]
    own = [each for each in mistakes if each.path == _WAY]
    parts_of_form = ("label", "origin", "origins", "roles", "source")
    said = {part: forms.said_of(f"{_WAY}.{part}", mistakes) for part in parts_of_form}
    said["id"] = forms.said_of(_WAY, own)
    return page(
        "form.html",
        422 if mistakes else 200,
        host=host, kind=kind, id=id, declared=declared, new=new, settings=settings, said=said,
        sources=sources, roles=forms.roles(the.configuration), framed=kind.most_bytes is None,
        wrong=bool(mistakes), read_at=_read_at(id), shown=shown_at(host, declared.get("roles", ())),
        prepare=guide_to(kind, "" if new else id, "Prepare"), recipes=guides.recipes(kind),
    )  # fmt: skip


def _changed(id: str, declared: Mapping[str, Any], read_at: str) -> Install:
    """Keep what is *declared* of an install, if it is as it was when the form was made.

    Raises:
        ConfigurationError: it has mistakes.
        RequestMistake: somebody has changed it meanwhile.
    """
    try:
        when = datetime.fromtimestamp(float(read_at), UTC)
        return parts().installs.change(id, declared, who().label, read_at=when)
    except (InstallChanged, ValueError, OverflowError, OSError):
        row = parts().installs.row(id)
        by = f" by {row.changed_by}" if row else ""
        detail = f"It was changed{by} since you opened it. Open it again. Nothing was kept."
        raise mistake("changed-meanwhile", detail) from None


def _read_at(id: str) -> str:
    """Return when an install was last changed, as its forms bring it back."""
    row = parts().installs.row(id)
    return repr(row.changed_at.timestamp()) if row else ""


def _kept(install: Install, entered: forms.Entered) -> Response:
    # A secret that was made is shown in the answer to this form and never again, so there is no
    # redirect that would have to carry it.
    return page_of(install, made=entered.made) if entered.made else _to(install.id)


def _suspended(id: str, *, suspended: bool) -> Response:
    try:
        parts().installs.suspend(id, who().label, suspended=suspended)
    except InstallUnknown:
        _refuse_unstored(id)
    return _to(id)


def _stored(id: str) -> tuple[str, Mapping[str, Any]]:
    """Return the kind of tool, and what is kept of an install that can be changed here."""
    row = parts().installs.row(id)
    if row is None:
        _refuse_unstored(id)
    return row.host, row.declared or {"host": row.host}


def _refuse_unstored(id: str) -> NoReturn:
    if id in parts().installs:
        raise mistake("bad-request", "It is declared in sidecar.yaml. Change it there.")
    raise mistake("not-found", "There is no such install.")


def _free_id(host: str) -> str:
    taken = parts().installs
    names = [host, *(f"{host}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def _to(id: str = "") -> Response:
    response = redirect(f"{door.HOME}/installs/{id}" if id else door.HOME, 303)
    assert isinstance(response, Response)
    return response
