"""Zendesk's webhooks: events of organizations and tickets, and what a trigger is told to send.

From developer.zendesk.com: Verifying webhook authenticity; Webhook event types; Organization
events; Ticket events. The signature is the base64 HMAC-SHA256 of the time and the body, one after
the other, under the webhook's signing secret. An event brings the organization's ids, and not its
fields. A trigger has no word for the organization that a ticket had before, so it sends the
ticket's id, too: whoever lists that one had it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from context_sidecar import Change, Delivery, Push, Signed, key_text, own_time

GUIDE = (
    "In Admin Center, under Apps and integrations, create a webhook with our address for the "
    "events of organizations and tickets; copy its signing secret. Where tickets have no events, "
    "let a trigger send its own webhook to the same address, with the JSON "
    '{"organization_id": "{{ticket.organization.id}}", "ticket_id": "{{ticket.id}}"}.'
)
_EVENT = "zen:event-type:"
_FIELDS = {"custom_field_changed", "name_changed", "tags_changed"}
"""Events of an organization after which it is still found by the same key."""


def push(by: str) -> Push:
    """Return the form of Zendesk's webhooks, where accounts are known *by* that id."""
    signed = Signed(
        "x-zendesk-webhook-signature",
        "{time}{body}",
        encoding="base64",
        time="x-zendesk-webhook-signature-timestamp",
        dialect="",
    )
    return Push(signed, partial(_read, by=by), GUIDE)


def _read(said: Any, headers: Mapping[str, str], *, by: str) -> Delivery:
    sent = headers.get("x-zendesk-webhook-invocation-id", "")
    if "type" not in said:
        owner, ticket = key_text(said["organization_id"]), key_text(said.get("ticket_id"))
        if ticket is None or not ticket.isdecimal():
            return Delivery((Change(lookups=("open_tickets",)),), sent)
        one = _change(owner, by, ("open_tickets",))
        return Delivery((replace(one, items=(ticket,)),), sent)
    kind, _, happened = said["type"].removeprefix(_EVENT).partition(".")
    at, sent = own_time(said["time"]), str(said["id"])
    match kind:
        case "organization":
            what = ("account",) if happened in _FIELDS else ()
            one = _change(said["detail"]["id"], by, what, at, _keys(said, by))
            if happened == "deleted":  # or merged into another, who has its tickets now
                return Delivery((one, Change(lookups=("open_tickets",), at=at)), sent)
        case "ticket":
            # One that has moved was another organization's before.
            moved, owner = happened == "organization_changed", said["detail"]["organization_id"]
            if not moved and key_text(owner) in {None, "0"}:
                return Delivery((), sent)
            one = _change(None if moved else owner, by, ("open_tickets",), at)
        case "article" | "community_post" | "user" | "agent" | "omnichannel_config":
            return Delivery((), sent)
        case _:
            one = Change(at=at)
    return Delivery((one,), sent)


def _change(
    id: Any, by: str, lookups: tuple[str, ...], at: Any = None, keys: tuple[str, ...] = ()
) -> Change:
    """Return the change of the organization *id*, or of any where it is None."""
    ids = tuple(filter(None, (key_text(id),)))
    return Change(ids, (), lookups, at) if by == "id" else Change(keys, ids, lookups, at)


def _keys(said: Any, by: str) -> tuple[str, ...]:
    """Return the external ids that an event names: the present one, and the one before."""
    if by == "id":
        return ()
    event = said.get("event") or {}
    named = (said["detail"].get("external_id"), event.get("previous"), event.get("current"))
    wanted = named if said["type"].endswith(".external_id_changed") else named[:1]
    return tuple(filter(None, map(key_text, wanted)))
