"""How often Stripe may be asked; its answers tell nothing of what is left."""

from __future__ import annotations

from datetime import timedelta

from context_sidecar import Quota

SECOND = timedelta(seconds=1)

SHARE = 0.8
"""The part of each limit that we keep to. Calls that are under way together may arrive closer than
they began, and other programs ask the same account."""

CALLS = {"live": 100, "test": 25}
"""Calls a second by the mode, of all that ask the account."""

ENDPOINTS = (
    "customers", "invoice_payments", "invoices", "payment_intents", "prices", "subscription_items",
    "subscriptions",
)  # fmt: skip


def quotas(mode: str) -> tuple[Quota, ...]:
    """Return what counts in *mode*, by docs.stripe.com/rate-limits: a limit of all calls, one of
    each endpoint's, 25 a second, and one of searches, 20. A kind of objects counts as one endpoint
    here, though Stripe counts its list and its objects apart."""
    return (
        _quota("account", CALLS[mode], "*"),
        _quota("search", 20, "/*/search"),
        *(_quota(kind.replace("_", " "), 25, f"/{kind}*") for kind in ENDPOINTS),
    )


def _quota(name: str, calls: int, path: str) -> Quota:
    return Quota(name, SECOND, limit=round(calls * SHARE), path=path)
