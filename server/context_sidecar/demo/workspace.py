"""The demo's workspace: a helpdesk and a CRM as people have them on screen, each with the card in
its sidebar, and a panel to break their systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from babel.dates import format_timedelta
from flask import Flask, abort, jsonify, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from context_sidecar.demo.company import AGENT, CUSTOMERS, TICKETS, company, customer_of, ticket
from context_sidecar.demo.faults import FAULTS, Fault, Switches
from context_sidecar.demo.imitations import beside, create_imitations
from context_sidecar.demo.look import Look

Frame = Callable[[str, str, str, Mapping[str, str]], str]
"""Gives the signed address of the card for a record: the install, the record's type, its id and
its keys."""


class Turn(Protocol):
    """Turns a fault on or off, and lets the sidecar notice; a KeyError where there is none."""

    def __call__(self, fault: str, *, on: bool) -> None:
        """See `Turn`."""


def create_workspace(
    switches: Switches, frame: Frame, turn: Turn, looks: Mapping[str, Look]
) -> Flask:
    """Return the workspace as an application.

    Args:
        switches: what is broken now.
        frame: signs the card's address, as any tool that embeds the card has to.
        turn: breaks and mends.
        looks: the other tools that it can be shown as.
    """
    app = Flask(__name__)
    app.register_blueprint(create_imitations(looks))
    app.after_request(_good_once)
    started = datetime.now(UTC)

    @app.context_processor
    def common() -> dict[str, object]:
        return {
            "agent": AGENT,
            "faults": FAULTS,
            "switches": switches,
            "here": request.path,
            "back": request.full_path,
        }

    @app.get("/")
    def start() -> Response:
        return redirect(url_for("show_ticket", id=TICKETS[0].id))

    @app.get("/tickets/<int:id>")
    def show_ticket(id: int) -> str:
        found = ticket(id)
        if found is None:
            abort(404)
        own = frame("helpdesk", "ticket", str(id), {"requester_email": found.email})
        ago = _ago(started - found.age)
        return render_template(
            "ticket.html",
            tickets=TICKETS,
            ticket=found,
            ago=ago,
            **beside(looks, "tickets", str(id), own),
        )

    @app.get("/companies/<id>")
    def show_company(id: str) -> str:
        found = company(id)
        if found is None:
            abort(404)
        own = frame("crm", "company", id, {"customer_number": id})
        theirs = [one for one in TICKETS if customer_of(one) is found]
        return render_template(
            "company.html",
            companies=CUSTOMERS,
            company=found,
            tickets=theirs,
            **beside(looks, "companies", id, own),
        )

    @app.post("/faults/<id>")
    def switch(id: str) -> Response:
        try:
            turn(id, on=request.form.get("on") == "1")
        except KeyError:
            abort(404)
        if request.accept_mimetypes.best == "application/json":
            return jsonify({one.id: _told(one, switches) for one in FAULTS})
        back = request.form.get("back", "/")
        return redirect(back if back.startswith(("/tickets/", "/companies/")) else "/")

    return app


def _good_once(response: FlaskResponse) -> FlaskResponse:
    """Let no browser keep a page: it holds an address that is good once."""
    response.cache_control.no_store = response.mimetype == "text/html"
    return response


def _ago(moment: datetime) -> str:
    return format_timedelta(
        moment - datetime.now(UTC), add_direction=True, threshold=2, locale="en"
    )  # fmt: skip


def _told(fault: Fault, switches: Switches) -> dict[str, object]:
    return {"on": fault.id in switches, "behind": switches.behind(fault)}
