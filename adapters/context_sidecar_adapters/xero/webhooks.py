"""Xero's webhooks: which contacts and invoices have changed.

From developer.xero.com/documentation/guides/webhooks (overview, configuring your server). The
signature is the base64 HMAC-SHA256 of the body under the webhook's signing key. Before it sends
anything, Xero proves the receiver with deliveries without events, some of which are signed wrongly:
these want 401, and the others 200, without a body and within five seconds. Times are in UTC. An
event of an invoice names the invoice and not its contact. One of a contact does not say whether it
was merged into another, who has its invoices from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import partial
from typing import Any

from context_sidecar import Change, Delivery, Push, Signed, own_time

GUIDE = (
    "At developer.xero.com, under Webhooks of the app, choose contacts and invoices, enter our "
    "address as delivery URL, and send the Intent to receive: it turns OK when the signing "
    "key stands in sidecar.yaml."
)
_INVOICES = ("open_invoices", "overdue_invoices")


def push(by: str, tenant: str) -> Push:
    """Return the form of Xero's webhooks, where accounts are contacts *by* such an id, of the
    organisation *tenant*, or of any where that is empty."""
    signed = Signed("x-xero-signature", encoding="base64")
    return Push(signed, partial(_read, by=by, tenant=tenant), GUIDE, known_by="ContactID")


def _read(said: Any, headers: Mapping[str, str], *, by: str, tenant: str) -> Delivery:
    events = said["events"]
    if not events:
        return Delivery()
    ours = [event for event in events if tenant.lower() in {"", event["tenantId"].lower()}]
    sent = f"{said['entropy']} {said['firstEventSequence']} {said['lastEventSequence']}"
    return Delivery(tuple(change for event in ours for change in _changes(event, by)), sent)


def _changes(event: Any, by: str) -> Iterator[Change]:
    at, which = own_time(event["eventDateUtc"], zone=UTC), str(event["resourceId"])
    match event["eventCategory"]:
        case "CONTACT":
            yield Change((which,), at=at) if by == "ContactID" else Change(ids=(which,), at=at)
            yield Change(lookups=_INVOICES, at=at)
        case "SUBSCRIPTION":  # of the app, in Xero's store
            return
        case _:
            yield Change(at=at)
