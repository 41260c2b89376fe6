"""What a customer is subscribed to, until when, and for how much."""

from __future__ import annotations

from collections.abc import Collection
from datetime import tzinfo
from decimal import Decimal

from context_sidecar import Row, added_up, each_once

from context_sidecar_adapters.stripe.ledger import Ledger
from context_sidecar_adapters.stripe.money import day, moment, worth

UNPAID = "unpaid"
"""Every attempt to be paid has failed: the subscription stays in place and renews, its last invoice
stays open, and those of further periods stay drafts that nobody is charged for
(https://docs.stripe.com/billing/subscriptions/overview#subscription-statuses)."""

RUNNING = {"active", "trialing", "past_due", UNPAID}
OVER = {"canceled", "incomplete_expired"}
NOT_PLAIN = "no fixed amount: by usage, in tiers, discounted, or by days or weeks"
NOT_PAID = "not collected: a subscription is unpaid or paused, and nobody pays for its renewals"
A_YEAR = {"month": 12, "year": 1}
"""How many of a period are in a year; of days and weeks no whole number is."""


def of(ledger: Ledger, customers: Collection[str]) -> dict[str, list[Row]]:
    """Return the subscriptions of each of *customers* that are not over, with all their items."""
    return {
        one: [_whole(ledger, row) for row in rows if row["status"] not in OVER]
        for one, rows, _ in ledger.of("/subscriptions", customers)
    }


def item(row: Row, link: str) -> dict[str, object]:
    """Return what a list says of a subscription."""
    names = [one["price"]["nickname"] for one in row["items"]["data"]]
    return {
        "id": row["id"],
        "title": row["description"] or ", ".join(filter(None, names)) or row["id"],
        "status": row["status"],
        "created_at": moment(row["created"]),
        "url": link,
    }


def summary(
    rows: Collection[Row], *, zone: tzinfo, discounted: Collection[str]
) -> dict[str, object]:
    """Return when the next of *rows* renews or ends, a day being one in *zone*, and what those that
    renew cost in a year.

    A discount of the customer's own, which those in *discounted* have, holds for each of their
    subscriptions that has none (https://docs.stripe.com/billing/subscriptions/coupons).
    """
    running = [row for row in rows if row["status"] in RUNNING]
    renewing = [row for row in running if not row["cancel_at_period_end"] and not row["cancel_at"]]
    ending = [row for row in running if row not in renewing]
    renews = min(map(_period_end, renewing), default=None)
    ends = min((row["cancel_at"] or _period_end(row) for row in ending), default=None)
    told: dict[str, object] = {
        "renewal_date": day(renews, zone),
        "renews_at": moment(renews),
        "ends_at": moment(ends),
    }
    if any(row["status"] == UNPAID or row["pause_collection"] for row in renewing):
        return told | {"yearly": NOT_PAID}
    yearly = [None if row["customer"] in discounted else _yearly(row) for row in renewing]
    amounts = [amount for several in yearly if several is not None for amount in several]
    return told | ({"yearly": NOT_PLAIN} if None in yearly else added_up("yearly", amounts))


def _whole(ledger: Ledger, row: Row) -> Row:
    """A subscription shows its first items only."""
    if not row["items"]["has_more"]:
        return {**row, "items": {"data": each_once(row["items"]["data"], _id), "has_more": False}}
    items, _ = ledger.every("/subscription_items", {"subscription": row["id"]})
    return {**row, "items": {"data": items, "has_more": False}}


def _id(item: Row) -> object:
    return item["id"]


def _period_end(row: Row) -> int:
    return min(int(one["current_period_end"]) for one in row["items"]["data"])


def _yearly(row: Row) -> list[tuple[Decimal, str]] | None:
    """What a subscription costs in a year, item by item; None where that cannot be told."""
    items = row["items"]["data"]
    if row["discounts"] or not all(map(_is_plain, items)):
        return None
    return [worth(_of_a_year(one), one["price"]["currency"]) for one in items]


def _is_plain(one: Row) -> bool:
    price = one["price"]
    recurring = price["recurring"]
    return (
        price["unit_amount_decimal"] is not None
        and price["billing_scheme"] == "per_unit"
        and price["transform_quantity"] is None
        and recurring["usage_type"] == "licensed"
        and recurring["interval"] in A_YEAR
        and A_YEAR[recurring["interval"]] % recurring["interval_count"] == 0
        and not one["discounts"]
    )


def _of_a_year(one: Row) -> Decimal:
    recurring = one["price"]["recurring"]
    times: int = A_YEAR[recurring["interval"]] // recurring["interval_count"]
    return Decimal(one["price"]["unit_amount_decimal"]) * int(one["quantity"]) * times
