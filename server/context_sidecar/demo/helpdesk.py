"""The demo's helpdesk, as the sidecar sees it: tickets over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, Response, abort, request

from context_sidecar.demo.company import (
    CUSTOMERS,
    TICKETS,
    Ticket,
    customer_of,
    in_salesforce,
    ticket,
)

KEY = "demo-helpdesk-key"

T = TypeVar("T")


def create_helpdesk(workspace: str) -> Flask:
    """Return the helpdesk's API as an application; *workspace* is where its pages are."""
    app = Flask(__name__)
    started = datetime.now(UTC)

    def shown(one: Ticket) -> dict[str, Any]:
        return _ticket(one, workspace, started)

    @app.before_request
    def sign_in() -> None:
        if request.headers.get("X-Api-Key") != KEY:
            abort(Response('{"error": "unknown key"}', 401, mimetype="application/json"))

    @app.get("/api/me")
    def me() -> dict[str, str]:
        return {"name": "Context Sidecar (may read)"}

    @app.get("/api/tickets")
    def tickets() -> dict[str, Any]:
        """Open tickets, grouped by customer, for those customers that exist."""
        wanted = set(request.args.get("customers", "").split(","))
        return {
            "customers": [
                {
                    "id": customer.id,
                    "tickets": [shown(one) for one in TICKETS if one.domain == customer.domain],
                }
                for customer in CUSTOMERS
                if customer.id in wanted
            ]
        }

    @app.get("/api/tickets/<int:id>")
    def one_ticket(id: int) -> dict[str, Any]:
        return shown(_there(ticket(id)))

    @app.get("/api/salesforce/<id>")
    def record(id: str) -> dict[str, Any]:
        """A ticket or a customer, by its id in Salesforce."""
        found = in_salesforce(id)
        return shown(found) if isinstance(found, Ticket) else {"customer": _there(found).id}

    return app


def _there(found: T | None) -> T:
    if found is None:
        abort(Response('{"error": "no such record"}', 404, mimetype="application/json"))
    return found


def _ticket(one: Ticket, workspace: str, started: datetime) -> dict[str, Any]:
    customer = customer_of(one)
    return {
        "id": one.id,
        "subject": one.subject,
        "status": one.status,
        "priority": one.priority,
        "created_at": (started - one.age).isoformat(),
        "requester": one.email,
        "customer": customer.id if customer else None,
        "url": f"{workspace}/tickets/{one.id}",
    }
