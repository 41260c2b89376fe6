"""Intercom: an app beside a conversation. Intercom's servers ask for a canvas, and draw it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from context_sidecar.demo.company import AGENT, Customer, Ticket
from context_sidecar.demo.look import Look, ask
from context_sidecar.proof import mac


class Intercom(Look):
    """The details of a conversation."""

    label = "Intercom"
    beside = frozenset({"tickets"})
    news = (
        "Intercom keeps what it was told until “Check again” is pressed in the card, or the "
        "conversation is opened again."
    )

    def page(self, shown: Ticket | Customer, *, again: bool) -> Mapping[str, Any]:
        """Return the canvas's components."""
        assert isinstance(shown, Ticket)
        said = {
            "workspace_id": "lumenworks",
            "admin": {"id": "17", "name": AGENT},
            "context": {"conversation_id": shown.id, "locale": "en"},
            "conversation": {"id": str(shown.id)},
            "contact": {"id": "5ba6", "name": shown.requester, "email": shown.email},
            **({"component_id": "check"} if again else {}),
        }
        body = json.dumps(said).encode()
        signature = mac(body, self.stage.keys.secret(self.name))
        answer = ask(self.address, body, {"X-Body-Signature": signature})
        return {"components": answer["canvas"]["content"]["components"]}
