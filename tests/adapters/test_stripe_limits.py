"""Stripe's limits do not bite: two thousand customers at a server that refuses as it documents."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import timedelta

import pytest
from context_sidecar import Found
from context_sidecar.engine.door import deadline
from context_sidecar.engine.sources.endpoints import Endpoints
from support.adapters import plugged
from support.clock import FakeClock
from support.stripe import (
    Stripe,
    customer,
    error,
    intent,
    invoice,
    payment,
    position,
    price,
    subscription,
)
from support.vendor import reply

SECOND = timedelta(seconds=1)
BUSY = error("Request rate limit exceeded.", code="rate_limit")
IDS = [f"cus_{n}" for n in range(2000)]


class LimitedStripe(Stripe):
    """Refuses more calls of one kind of objects, or of all, than begin in a second by its clock."""

    def __init__(self, server, mode, clock):
        super().__init__(server)
        self.clock, self.most = clock, {"live": 100, "test": 25}[mode]
        self.lately, self.refused = defaultdict(deque), []
        live = {"livemode": mode == "live"}
        self.customers = [customer(one, one, **live) for one in IDS]
        self.subscriptions = [
            subscription(f"sub_{one}", one, position(price(2000)), **live) for one in IDS
        ]
        owing = IDS[::20]
        self.invoices = [invoice(f"in_{one}", one, **live) for one in owing]
        self.payments = {f"in_{one}": [payment(f"pi_{one}", **live)] for one in owing}
        self.payment_intents = [intent(f"pi_{one}", one, **live) for one in owing]

    def answer(self, request):
        kind = request.path.split("/")[2]
        if all([self.counted("", self.most), self.counted(kind, 25)]):
            return super().answer(request)
        self.refused.append(request.path)
        return reply(BUSY, 429, {"Stripe-Rate-Limited-Reason": "endpoint-rate"})

    def counted(self, what, most):
        begun = self.lately[what]
        while begun and begun[0] <= self.clock() - SECOND:
            begun.popleft()
        begun.append(self.clock())
        return len(begun) <= most


@pytest.mark.parametrize("mode", ["live", "test"])
def test_two_thousand_customers_are_read_without_one_call_too_many(httpserver, mode):
    clock = FakeClock()
    stripe = LimitedStripe(httpserver, mode, clock)
    settings = {"url": stripe.url, "key": "rk_live_s3cret", "mode": mode}

    def sleep(seconds):
        clock.forward(seconds=seconds)

    with plugged("stripe", settings, clock=clock) as adapter, deadline.within(120):
        endpoints = Endpoints(adapter.connection().quotas, clock, sleep, lambda _: None)
        adapter.http.keep_to(endpoints.enter, endpoints.heard)
        answers = [
            adapter.lookups[name].ask(IDS[at : at + 1000], ())
            for at in (0, 1000)
            for name in ("account", "subscriptions", "overdue_invoices")
        ]
        alone = [adapter.lookups["account"].ask([one], ()) for one in IDS[:30]]

    assert stripe.refused == []
    assert len(stripe.asked) > 200, "so many that they would have been refused"
    assert all(isinstance(one, Found) for each in [*answers, *alone] for one in each.values())
