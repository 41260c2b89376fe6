"""The pages to look at: all installs, which tools there are, and one install."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import structlog
from apiflask import APIBlueprint
from flask import Response, jsonify

from context_sidecar import plugins
from context_sidecar.core.configuration import Install
from context_sidecar.core.host import Host
from context_sidecar.hosting import guides, packaging
from context_sidecar.web.admin import forms
from context_sidecar.web.admin.checking import check_of
from context_sidecar.web.admin.door import page, who
from context_sidecar.web.admin.finding import (
    find_install,
    find_kind,
    guide_to,
    shown_at,
    whole_guide,
)
from context_sidecar.web.parts import parts
from context_sidecar.web.problems import mistake

pages = APIBlueprint("pages", __name__, enable_openapi=False)
log = structlog.get_logger(__name__)


@pages.get("")
def overview() -> Response:
    """Show all installs."""
    the = parts()
    rows = [
        {
            "install": install,
            "label": plugins.host(install.host).label,
            "row": the.installs.row(install.id),
            "check": check_of(install),
            "cards": sorted({each.card.title for each in shown_at(install.host, install.roles)}),
        }
        for install in the.installs.values()
    ]
    return page("installs.html", rows=rows, unusable=the.installs.unusable)


@pages.get("/add")
def choose() -> Response:
    """Show which tools there are."""
    kinds = {name: plugins.host(name) for name in plugins.names(plugins.HOSTS)}
    found = sorted(kinds.items(), key=lambda each: each[1].label.lower())
    hosts = [{"name": name, "kind": kind, "about": _about(kind)} for name, kind in found]
    return page("hosts.html", hosts=hosts)


@pages.get("/guides/<host>/<path:address>")
def read(host: str, address: str) -> Response:
    """Show a whole guide, a recipe, or the list of them."""
    kind = find_kind(host)
    return page("guide.html", host=host, kind=kind, text=whole_guide(kind, address))


@pages.get("/installs/<id>")
def show(id: str) -> Response:
    """Show one install: whether it works, and how it is installed."""
    installs = parts().installs
    if id in installs.unusable and id not in installs:
        return page("unusable.html", row=installs.row(id), why=installs.unusable[id])
    return page_of(find_install(id))


@pages.get("/installs/<id>/package")
def package(id: str) -> Response:
    """Give the package that is installed in the tool."""
    install = find_install(id)
    files = _package(install)
    if not files:
        raise mistake("not-found", "This tool takes no package.")
    content = packaging.archive(files)
    parts().packages.keep(id, content)
    log.info("package_built", install=id, by=who().label)
    name = f'attachment; filename="{packaging.file_name(install)}"'
    return Response(content, content_type="application/zip", headers={"Content-Disposition": name})


@pages.get("/installs/<id>/check")
def check(id: str) -> Response:
    """Say whether an install works, for the page that waits for it."""
    found = check_of(find_install(id))
    return jsonify(state=found.state, text=found.text, detail=found.detail)


def page_of(install: Install, made: Mapping[str, str] | None = None) -> Response:
    """Return the page of *install*, with the secrets that were *made* for it just now."""
    the, kind = parts(), find_kind(install.host)
    row = the.installs.row(install.id)
    settings = ((row and row.declared) or {}).get("settings", {})
    files, refusal = {}, ""
    try:
        files = packaging.build(the.configuration, install, the.clock().date())
    except ValueError as error:
        refusal = str(error)
    older = the.packages.last(install.id)
    return page(
        "install.html",
        install=install, kind=kind, row=row, made=made or {}, check=check_of(install),
        address=f"{the.configuration.public_url}/hosts/{install.id}",
        has_previous=any(name.startswith(forms.PREVIOUS) for name in settings),
        shown=shown_at(install.host, install.roles), needs=kind.needs(install),
        files=sorted(files), refusal=refusal, file_name=packaging.file_name(install),
        changes=list(packaging.changes(packaging.unpack(older), files)) if older else [],
        downloaded=older is not None, steps=guide_to(kind, install.id, "Install", "Samples"),
        recipes=guides.recipes(kind),
    )  # fmt: skip


def _package(install: Install) -> dict[str, bytes]:
    the = parts()
    try:
        return packaging.build(the.configuration, install, the.clock().date())
    except ValueError as error:
        raise mistake("bad-request", f"The package would be refused: {error}") from error


def _about(kind: type[Host]) -> str:
    """Return the first sentence about a kind of tool."""
    module = inspect.getmodule(kind)
    return (inspect.getdoc(module) or "").partition("\n\n")[0].replace("\n", " ")
