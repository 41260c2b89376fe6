"""HubSpot's webhooks: events of companies, tickets and what links them.

From developers.hubspot.com (Request validation, version 3; Webhooks; Configure webhooks of private
apps). The signature is the base64 HMAC-SHA256 of method, address, body and time under the app's
client secret, at most five minutes old. A delivery has up to 100 events, whose ids need not be
unique; an app is told of every account that it is installed in (`portalId`). An event of a ticket
does not name its company.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from context_sidecar import Change, Delivery, Push, Signed, key_text, own_time

GUIDE = (
    "In the private app, under Webhooks, enter our address as target URL and subscribe to all "
    "events of companies and tickets, changed associations and mergers among them. The secret is "
    "the app's client secret, under Auth."
)
_NAMED = {"0-1": "contact", "0-2": "company", "0-3": "deal", "0-5": "ticket"}
_OTHERS = {"contact", "deal", "product", "line_item", "conversation"}


def push(by: str, portal: str) -> Push:
    """Return the form of HubSpot's webhooks, of the account *portal*."""
    signed = Signed(
        "x-hubspot-signature-v3",
        "{method}{url}{body}{time}",
        encoding="base64",
        time="x-hubspot-request-timestamp",
        dialect="epoch_milliseconds",
    )
    return Push(signed, partial(_read, by=by, portal=portal), GUIDE)


def _read(said: Any, headers: Mapping[str, str], *, by: str, portal: str) -> Delivery:
    ours = [event for event in said if str(event["portalId"]) == portal]
    return Delivery(tuple(change for event in ours for change in _changes(event, by)))


def _changes(event: Any, by: str) -> Iterator[Change]:
    kind, _, happened = event["subscriptionType"].partition(".")
    at = own_time(event["occurredAt"], "epoch_milliseconds")
    kind = _NAMED.get(event.get("objectTypeId", ""), "") if kind == "object" else kind
    if happened == "associationChange":
        yield Change(lookups=("open_tickets",), at=at)
    elif kind == "company" and happened == "propertyChange":
        lookups = () if event["propertyName"] == by else ("account",)
        yield _of(event["objectId"], by, lookups, at)
    elif kind == "company" and happened in {"creation", "deletion", "restore"}:
        yield _of(event["objectId"], by, (), at)
    elif kind == "ticket":
        yield Change(lookups=("open_tickets",), at=at)
    elif kind not in _OTHERS:  # a merger among them, after which two keys have one company
        yield Change(at=at)


def _of(id: Any, by: str, lookups: tuple[str, ...], at: Any) -> Change:
    text = key_text(id)
    if text is None:
        raise ValueError("an event of no company")
    return Change((text,), (), lookups, at) if by == "id" else Change((), (text,), lookups, at)
