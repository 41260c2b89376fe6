"""Stripe's webhooks: events of customers, subscriptions and invoices.

From docs.stripe.com/webhooks ("Verify manually") and docs.stripe.com/api/events. The header has
`t`, the time, and `v1`, the hexadecimal HMAC-SHA256 of `t.body`, once for each secret that is
valid; it is made anew for each retry, for up to three days. Order is not promised: `created` tells
it. An update has the former values of what has changed (`previous_attributes`). A discount of the
customer's holds for its subscriptions; the payment of an invoice names the invoice alone
(docs.stripe.com/api/events/types, /api/discounts, /api/invoice-payment).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from context_sidecar import Change, Delivery, Push, Signed, own_time

GUIDE = (
    "In the Dashboard, under Developers, Webhooks, add an endpoint with our address, for "
    "customer.created, .updated and .deleted, customer.discount.*, customer.subscription.*, "
    "price.updated, invoice.*, invoice_payment.paid, credit_note.* and payment_intent.*; reveal "
    "its signing secret."
)
_LOOKUPS = {
    "discount": ("account", "subscriptions"),
    "subscription": ("subscriptions",),
    "invoice": ("overdue_invoices",),
    "credit_note": ("overdue_invoices",),
    "payment_intent": ("overdue_invoices",),
}
"""Where what is a customer's is read."""

_READ_ELSEWHERE = {
    "discount": "subscriptions",
    "balance": "overdue_invoices",
    "currency": "overdue_invoices",
}
"""What other lookups read of a customer itself."""


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
        changes = _of(record["id"], by, _reading(before, by), at)
    elif kind in _LOOKUPS:
        owner = record["customer"]
        who = owner["id"] if isinstance(owner, Mapping) else owner
        changes = _of(who, by, _LOOKUPS[kind], at) if who else ()
    elif kind == "invoice_payment":  # which names no customer
        changes = (Change((), (), ("overdue_invoices",), at, (record["invoice"],)),)
    elif said["type"] in {"price.updated", "plan.updated"}:  # of whatever subscription has it
        changes = (Change((), (), ("subscriptions",), at),)
    else:  # nothing of it is read
        changes = ()
    return Delivery(changes, said["id"])


def _reading(before: Collection[str], by: str) -> tuple[str, ...]:
    """Return the lookups that read what a customer had *before* an update; all of them where its
    key is another now, or nothing tells what has changed."""
    if not before or by.partition(".")[0] in before:
        return ()
    elsewhere = (name for part, name in _READ_ELSEWHERE.items() if part in before)
    return tuple(dict.fromkeys(("account", *elsewhere)))


def _of(id: str, by: str, lookups: tuple[str, ...], at: Any) -> tuple[Change, ...]:
    """Return the change of the customer *id*."""
    if by == "id":
        return (Change((id,), (), lookups, at),)
    return (Change((), (id,), lookups, at),)
