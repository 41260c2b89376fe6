"""Stripe's webhooks: events of customers, subscriptions and invoices.

From docs.stripe.com/webhooks ("Verify manually") and docs.stripe.com/api/events. The header has
`t`, the time, and `v1`, the hexadecimal HMAC-SHA256 of `t.body`, once for each secret that is
valid; it is made anew for each retry, for up to three days. Order is not promised: `created` tells
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from context_sidecar import Change, Delivery, Push, Signed, own_time

GUIDE = (
    "In the Dashboard, under Developers, Webhooks, add an endpoint with our address, for "
    "customer.created, .updated and .deleted, customer.subscription.*, invoice.* and "
    "payment_intent.*; reveal its signing secret."
)
_LOOKUPS = {
    "subscription": ("subscriptions",),
    "invoice": ("overdue_invoices",),
    "payment_intent": ("overdue_invoices",),
}


def push(by: str, mode: str) -> Push:
    """Return the form of Stripe's webhooks, of events of live or test *mode*."""
    signed = Signed("stripe-signature", "{time}.{body}", part="v1", time_part="t")
    return Push(signed, partial(_read, by=by, live=mode == "live"), GUIDE)


def _read(said: Any, headers: Mapping[str, str], *, by: str, live: bool) -> Delivery:
    record, at = said["data"]["object"], own_time(said["created"], "epoch_seconds")
    if said["livemode"] is not live:
        return Delivery((), said["id"])
    kind = record["object"]
    if kind == "customer":
        before = said["data"].get("previous_attributes") or {}
        same_key = said["type"] == "customer.updated" and by.partition(".")[0] not in before
        changes = _of(record["id"], by, ("account",) if same_key else (), at)
    elif kind in _LOOKUPS:
        owner = record["customer"]
        who = owner["id"] if isinstance(owner, Mapping) else owner
        changes = _of(who, by, _LOOKUPS[kind], at) if who else ()
    else:  # nothing of it is read
        changes = ()
    return Delivery(changes, said["id"])


def _of(id: str, by: str, lookups: tuple[str, ...], at: Any) -> tuple[Change, ...]:
    """Return the change of the customer *id*."""
    if by == "id":
        return (Change((id,), (), lookups, at),)
    return (Change((), (id,), lookups, at),)
