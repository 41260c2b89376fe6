"""The demo's CRM: companies over HTTP, with a key, pages and a batch read, as CRMs have them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask, Response, abort, request

from context_sidecar.demo.company import CUSTOMERS, HOME, TWIN, Customer
from context_sidecar.demo.faults import Switches

KEY = "demo-crm-key"
SLOW = 20.0
"""Seconds for an answer while the CRM is slow: longer than even the background waits for it."""

LONG_AGO = timedelta(hours=2, minutes=5)

PAGE = 4
"""Companies on one page of the list."""


def create_crm(switches: Switches) -> Flask:
    """Return the CRM as an application that obeys *switches*."""
    app = Flask(__name__)

    @app.before_request
    def sign_in() -> None:
        # The list of companies is spared, so that it can be seen whatever else is broken that two
        # of them share a domain.
        if "ids" in request.args and not switches.long_ago:
            _fail(switches)
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            abort(Response('{"error": "invalid_token"}', 401, mimetype="application/json"))

    @app.get("/api/me")
    def me() -> dict[str, str]:
        return {"name": "Context Sidecar (may read)"}

    @app.get("/api/companies")
    def companies() -> dict[str, Any]:
        known = [*CUSTOMERS, *([TWIN] if "twins" in switches else [])]
        if ids := request.args.get("ids"):
            wanted = set(ids.split(","))
            return {"companies": [_company(one, switches) for one in known if one.id in wanted]}
        page = request.args.get("page", 1, type=int)
        start, end = (page - 1) * PAGE, page * PAGE
        return {
            "companies": [_company(one, switches) for one in known[start:end]],
            "next_page": page + 1 if end < len(known) else None,
        }

    return app


def _fail(switches: Switches) -> None:
    if "crm_down" in switches:
        abort(Response("Service unavailable", 503))
    switches.wait_while("crm_slow", SLOW)
    if "crm_key" in switches:
        abort(Response('{"error": "invalid_token"}', 401, mimetype="application/json"))


def _company(customer: Customer, switches: Switches) -> dict[str, Any]:
    well = switches.long_ago
    unknown_tier = "crm_choice" in switches and customer.id == "C-1001" and not well
    renamed = "crm_renamed" in switches and not well
    renewal = datetime.now(HOME).date() + timedelta(days=customer.renews_in)
    return {
        "id": customer.id,
        "name": customer.name,
        "domain": customer.domain,
        "hubspot_id": customer.number,
        "account_tier" if renamed else "tier": "PLATINUM_PLUS" if unknown_tier else customer.tier,
        "owner": {"name": customer.owner, "email": _mail(customer.owner)},
        "renewal_date": renewal.isoformat(),
        "as_of": (datetime.now(UTC) - (LONG_AGO if well else timedelta())).isoformat(),
    }


def _mail(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@lumenworks.example"
