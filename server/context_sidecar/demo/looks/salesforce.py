"""Salesforce: a Canvas app in a component. Its frame is opened by a form with an envelope of
Salesforce's, in which the component has put the record, the time and a nonce."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from context_sidecar.demo.company import AGENT, Customer, Ticket
from context_sidecar.demo.look import Look
from context_sidecar.proof import mac

_INSTANCE = "06PLw:ContextSidecar"


class Salesforce(Look):
    """The page of a case or an account."""

    label = "Salesforce"
    news = (
        "In Salesforce the card looks again by itself within a minute. Here the record is opened "
        "again for you, so that you see it at once. Such a card is always light there."
    )

    def page(self, shown: Ticket | Customer, *, again: bool) -> Mapping[str, Any]:
        """Return the form that opens the frame, and the frame's name in Canvas's messages."""
        envelope = base64.b64encode(json.dumps(self._request(shown)).encode())
        signature = mac(envelope, self.stage.keys.secret(self.name), encoding="base64")
        return {
            "action": self.address,
            "signed_request": f"{signature}.{envelope.decode()}",
            "instance": _INSTANCE,
        }

    def _request(self, shown: Ticket | Customer) -> dict[str, Any]:
        said = {
            "recordId": shown.salesforce_id,
            "objectApiName": "Case" if isinstance(shown, Ticket) else "Account",
            "at": str(int(self.stage.clock().timestamp() * 1000)),
            "nonce": uuid4().hex,
        }
        return {
            "algorithm": "HMACSHA256",
            "issuedAt": None,
            "userId": "005Lw0000000017",
            "client": {"instanceId": _INSTANCE, "targetOrigin": self.stage.workspace},
            "context": {
                "user": {"userId": "005Lw0000000017", "fullName": AGENT, "language": "en_GB"},
                "organization": {"organizationId": "00DLw0000000001", "name": "Lumen Works"},
                "environment": {"displayLocation": "Aura", "parameters": said},
            },
        }
