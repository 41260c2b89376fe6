"""HubSpot: an app card. Its code asks, and HubSpot's servers send on what it asks, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from context_sidecar.demo.company import Customer, Ticket
from context_sidecar.demo.look import Look, ask
from context_sidecar.proof import mac

_PORTAL, _USER = "62515", "77"


class HubSpot(Look):
    """The page of a ticket or a company."""

    label = "HubSpot"
    news = (
        "HubSpot keeps what the card was told until “Check again” is pressed in it, or the record "
        "is opened again."
    )

    def page(self, shown: Ticket | Customer, *, again: bool) -> Mapping[str, Any]:
        """Return what the card is told: a sheet, or a notice in its place."""
        query = {
            **_record(shown),
            "portal": _PORTAL,
            "user": _USER,
            "locale": "en",
            **({"again": "1"} if again else {}),
            # What HubSpot itself adds.
            "portalId": _PORTAL,
            "userId": _USER,
        }
        address = f"{self.address}?{urlencode(query)}"
        body = json.dumps(_keys(shown)).encode()
        time = str(int(self.stage.clock().timestamp() * 1000))
        signed = b"".join((b"POST", address.encode(), body, time.encode()))
        signature = mac(signed, self.stage.keys.secret(self.name), encoding="base64")
        headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": time}
        return {"answer": ask(address, body, headers)}


def _record(shown: Ticket | Customer) -> dict[str, str]:
    if isinstance(shown, Ticket):
        return {"type": "ticket", "id": str(shown.id)}
    return {"type": "company", "id": shown.number}


def _keys(shown: Ticket | Customer) -> dict[str, str]:
    if isinstance(shown, Ticket):
        return {"requester_email": shown.email, "requester_name": shown.requester}
    return {}
