"""What can be done with installs: enter, change, suspend and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from apiflask import APIBlueprint
from flask import Response, redirect, request

from context_sidecar import guides, plugins
from context_sidecar.core.adapter import Adapter
from context_sidecar.core.errors import ConfigurationError, Mistake
from context_sidecar.engine.installs import InstallUnknown
from context_sidecar.web.admin import door, forms
from context_sidecar.web.admin.door import page, who
from context_sidecar.web.admin.finding import find_kind, guide_to, shown_at
from context_sidecar.web.admin.pages import page_of
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

changes = APIBlueprint("changes", __name__, enable_openapi=False)


@changes.get("/installs/new/<host>")
def enter(host: str) -> Response:
    """Show the form for a new install."""
    kind = find_kind(host)
    roles = forms.roles(parts().configuration)
    declared = {"host": host, "label": kind.label, "roles": roles}
    return _form(host, _free_id(host), declared, new=True)


@changes.post("/installs/new/<host>")
def add(host: str) -> Response:
    """Keep a new install."""
    the, name = parts(), request.form.get("id", "").strip()
    entered = forms.entered(find_kind(host), host, request.form, {})
    if name in the.installs or the.installs.row(name):
        taken = Mistake("(form)", 1, 1, f"installs.{name}", "", "another install has this name")
        return _form(host, name, entered.declared, new=True, mistakes=(taken,))
    return _keep(host, name, entered, new=True)


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
    return _keep(host, id, entered, new=False)


@changes.post("/installs/<id>/drop-previous")
def drop_previous(id: str) -> Response:
    """Accept only the current secrets from now on."""
    _, declared = _stored(id)
    parts().installs.put(id, forms.without_previous(declared), who().label)
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
    way = f"installs.{id}"
    settings = list(forms.inputs(kind, declared, mistakes, way))
    sources = [
        source
        for source in the.configuration.sources.values()
        if plugins.adapter(source.adapter).record is not Adapter.record
    ]
    own = [each for each in mistakes if each.path == way]
    parts_of_form = ("label", "origin", "origins", "roles", "source")
    said = {part: forms.said_of(f"{way}.{part}", mistakes) for part in parts_of_form}
    said["id"] = forms.said_of(way, own)
    return page(
        "form.html",
        422 if mistakes else 200,
        host=host, kind=kind, id=id, declared=declared, new=new, settings=settings, said=said,
        sources=sources, roles=forms.roles(the.configuration), framed=kind.most_bytes is None,
        wrong=bool(mistakes), shown=list(shown_at(host, declared.get("roles", ()))),
        prepare=guide_to(kind, "" if new else id, "Prepare"), recipes=guides.recipes(kind),
    )  # fmt: skip


def _keep(host: str, id: str, entered: forms.Entered, *, new: bool) -> Response:
    try:
        install = parts().installs.put(id, entered.declared, who().label)
    except ConfigurationError as error:
        return _form(host, id, entered.declared, new=new, mistakes=error.mistakes)
    # A secret that was made is shown in the answer to this form and never again, so there is no
    # redirect that would have to carry it.
    return page_of(install, made=entered.made) if entered.made else _to(id)


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
