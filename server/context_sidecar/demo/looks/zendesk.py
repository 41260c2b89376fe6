"""Zendesk: an app in the sidebar. Its frame is opened by a form with a token of Zendesk's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import jwt

from context_sidecar.demo.company import AGENT, Customer, Ticket
from context_sidecar.demo.look import Look

_ACCOUNT = "https://lumenworks.zendesk.com"
_GOOD_FOR = 300
"""Seconds; the token is used at once."""


class Zendesk(Look):
    """A ticket's or an organization's sidebar."""

    label = "Zendesk"
    news = (
        "In Zendesk the card looks again by itself within a minute. Here the record is opened "
        "again for you, so that you see it at once."
    )

    def page(self, shown: Ticket | Customer, *, again: bool) -> Mapping[str, Any]:
        """Return the form that opens the frame, and what the page then says when it is asked."""
        is_ticket = isinstance(shown, Ticket)
        location = "ticket_sidebar" if is_ticket else "organization_sidebar"
        return {
            "action": self.address,
            "token": self._token(location),
            "context": {"product": "support", "location": location},
            "answers": {
                "currentUser": {"name": AGENT, "locale": "en"},
                **(_of_ticket(shown) if isinstance(shown, Ticket) else _of_organization(shown)),
            },
        }

    def _token(self, location: str) -> str:
        now = int(self.stage.clock().timestamp())
        claims = {
            "iss": "lumenworks.zendesk.com",
            "aud": f"{_ACCOUNT}/api/v2/apps/installations/4201.json",
            "sub": f"{_ACCOUNT}/api/v2/users/17.json",
            "iat": now,
            "nbf": now,
            "exp": now + _GOOD_FOR,
            "jti": uuid4().hex,
            "context": {"product": "support", "location": location},
        }
        return jwt.encode(claims, self.stage.keys.own, algorithm="RS256")


def _of_ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "ticket.id": ticket.id,
        "ticket.requester.email": ticket.email,
        "ticket.requester.externalId": None,
        "ticket.organization": None,
    }


def _of_organization(customer: Customer) -> dict[str, Any]:
    about = {"id": int(customer.number), "name": customer.name, "externalId": customer.id}
    return {"organization": {**about, "domains": [customer.domain]}}
