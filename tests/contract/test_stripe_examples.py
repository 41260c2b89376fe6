"""What the Stripe adapter makes of Stripe's own example objects, and our stand-in's beside them.

They are of test mode, and every time and flag in them is made up: what would end there is made to
run. Their price divides quantities, so what a year costs cannot be told.
"""

from __future__ import annotations

import pytest
from context_sidecar_adapters.stripe.subscriptions import NOT_PAID
from support.adapters import ask, plugged
from support.described import description
from support.stripe import Stripe, customer, intent, invoice, payment, position, price, subscription


@pytest.fixture(scope="module")
def examples():
    return description("stripe-fixtures3.json")["resources"]


@pytest.fixture
def stripe(httpserver):
    return Stripe(httpserver)


def test_stripes_own_examples_are_understood(examples, stripe):
    owner = examples["customer"]["id"]
    goes_on = {"status": "active", "cancel_at": None, "cancel_at_period_end": False}
    running = examples["subscription"] | goes_on
    stripe.customers = [examples["customer"]]
    stripe.subscriptions = [running]
    stripe.invoices = [examples["invoice"] | {"status": "open"}]

    with plugged("stripe", {"url": stripe.url, "key": "rk", "mode": "test"}) as adapter:
        account = ask(adapter, owner)
        subscribed = ask(adapter, owner, lookup="subscriptions")
        overdue = ask(adapter, owner, lookup="overdue_invoices")

    assert account.data["balance"] == {"amount": "0.00", "currency": "USD"}
    assert subscribed.data["renewal_date"] == "2000-12-08"
    assert subscribed.data["yearly"] == NOT_PAID
    assert overdue.data["amount"] == {"amount": "10.00", "currency": "USD"}
    assert overdue.data["oldest_due"] == "2009-02-13"


def test_our_stand_in_says_nothing_that_stripes_examples_do_not(examples):
    ours = {
        "customer": customer("cus_1", "C-1"),
        "subscription": subscription("sub_1", "cus_1", position(price(1))),
        "subscription_item": position(price(1)),
        "price": price(1),
        "invoice": invoice("in_1", "cus_1"),
        "invoice_payment": payment("pi_1"),
        "payment_intent": intent("pi_1", "cus_1"),
    }

    for kind, row in ours.items():
        assert row.keys() - examples[kind].keys() == set(), kind
