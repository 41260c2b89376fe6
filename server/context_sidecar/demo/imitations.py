"""The pages of the looks: each stands in the workspace's sidebar, as wide as the tool's own."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_hex

from flask import Blueprint, abort, render_template, request

from context_sidecar.demo.company import Customer, Ticket, company, ticket
from context_sidecar.demo.look import Look
from context_sidecar.demo.looks import TEMPLATES


def create_imitations(looks: Mapping[str, Look]) -> Blueprint:
    """Return the pages of *looks*. A page is opened by GET, and asked for what is newer by POST."""
    pages = Blueprint("imitations", __name__, template_folder=str(TEMPLATES))

    @pages.route("/looks/<name>/tickets/<int:id>", methods=["GET", "POST"])
    def beside_ticket(name: str, id: int) -> str:
        return show(name, "tickets", ticket(id))

    @pages.route("/looks/<name>/companies/<id>", methods=["GET", "POST"])
    def beside_company(name: str, id: str) -> str:
        return show(name, "companies", company(id))

    def show(name: str, kind: str, found: Ticket | Customer | None) -> str:
        look = looks.get(name)
        if look is None or kind not in look.beside or found is None:
            abort(404)
        told = look.page(found, again=request.method == "POST")
        return render_template(f"{name}.html", look=look, **told)

    @pages.app_url_defaults
    def stay(endpoint: str, values: dict[str, object]) -> None:
        """Whoever goes on to another record sees it in the same look."""
        if endpoint in {"show_ticket", "show_company"} and "look" in request.args:
            values.setdefault("look", request.args["look"])

    return pages


def beside(looks: Mapping[str, Look], kind: str, id: str, own: str) -> Mapping[str, object]:
    """Return what stands beside a record: the card by itself, in the frame at *own*, or as the tool
    in the address's `look` shows it, where it has such records."""
    offered = {name: look for name, look in looks.items() if kind in look.beside}
    look = offered.get(request.args.get("look", ""))
    frame = f"/looks/{look.name}/{kind}/{id}" if look else own
    # By a name that it has seen before, a browser that goes back would open the address again that
    # it saw there, and that is used.
    return {"looks": offered, "look": look, "frame": frame, "frame_name": token_hex(8)}
