"""Vendors that limit one endpoint by itself: what calls it waits for it, and the rest goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar import gauges
from context_sidecar.core.observation import Fetch, Found
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.examination.quotas import examine_quotas
from context_sidecar.engine.questions import Question
from context_sidecar.web.admin.faring import left
from support.cached import Cached
from support.hubspot import HubSpot
from support.samples import sample
from support.vendor import reply
from support.zendesk import Zendesk

ACCOUNT, TICKETS = Question("crm", "account"), Question("crm", "open_tickets")
PLENTY = {"ratelimit-limit": "400", "ratelimit-remaining": "390", "ratelimit-reset": "42"}


class LimitedZendesk(Zendesk):
    """Tells what is left of its searches, and refuses them where nothing is."""

    searches = 100

    def answer(self, request):
        answer = super().answer(request)
        answer.headers.extend(PLENTY)
        if request.path.endswith("/search"):
            self.searches -= 1
            said = f"total=100; remaining={max(0, self.searches)}; resets=30"
            answer.headers["zendesk-ratelimit-search-index"] = said
            if self.searches < 0:
                body = {"error": "APIRateLimitExceeded", "description": "Number of allowed…"}
                return reply(body, 429, dict(answer.headers) | {"retry-after": "30"})
        return answer


class LimitedHubSpot(HubSpot):
    """Refuses searches as it says, and tells nothing of them otherwise."""

    refuses = False

    def answer(self, request):
        if request.path.endswith("/search") and self.refuses:
            said = {"status": "error", "policyName": "SECONDLY", "errorType": "RATE_LIMIT"}
            return reply(said, 429)
        return super().answer(request)


class Rig(Cached):
    """A source whose quotas are looked at."""

    def shown(self):
        """What doctor, the admin pages and the metrics say of `search`, in that order."""
        health = self.source.health()
        return (
            [one.said for one in examine_quotas(health.left) if "(search)" in one.said],
            [said for said in left(health) if "(search)" in said],
            [
                value for name, _, labels, value in gauges.of_sources({"crm": self.source})
                if name == "sidecar_source_quota_left" and labels["quota"] == "search"
            ],
        )  # fmt: skip


@pytest.fixture
def rig():
    opened = []

    def rig(name, **settings):
        opened.append(Rig(name, settings))
        return opened[0]

    yield rig
    for one in opened:
        one.close()


@pytest.fixture
def zendesk(httpserver):
    return LimitedZendesk(httpserver)


@pytest.fixture
def at_zendesk(zendesk, rig):
    return rig("zendesk", url=zendesk.url, token="s3cret")


def test_a_search_that_zendesk_refuses_keeps_nothing_else_waiting(zendesk, at_zendesk):
    zendesk.searches = 0
    refused = at_zendesk.ask(TICKETS, "C-1")
    assert (refused.reason, refused.fetch) == (Reason.RATE_LIMITED, Fetch.RETRYING)
    assert refused.next_try_at == at_zendesk.clock() + timedelta(seconds=30)

    zendesk.asked.clear()
    assert isinstance(at_zendesk.ask(ACCOUNT, "C-1").answer, Found)
    other = at_zendesk.ask(TICKETS, "C-2")
    assert (other.reason, other.next_try_at) == (Reason.RATE_LIMITED, refused.next_try_at)
    assert not [one for one in zendesk.asked if one.path.endswith("/search")]

    zendesk.searches = 100
    at_zendesk.clock.forward(seconds=30)
    assert isinstance(at_zendesk.ask(TICKETS, "C-2").answer, Found)
    assert at_zendesk.ask(TICKETS, "C-1").reason is None


def test_the_last_search_that_zendesk_has_is_followed_by_none_before_there_are_more(
    zendesk, at_zendesk
):
    zendesk.searches = 1
    assert isinstance(at_zendesk.ask(TICKETS, "C-1").answer, Found)

    assert at_zendesk.shown() == (
        ["0 of 100 calls left (search), until 2026-11-23 09:00 UTC"],
        ["0 of 100 calls left (search), until 2026-11-23 09:00 UTC."],
        [0],
    )
    assert at_zendesk.source.health().spares
    zendesk.searches = -1
    zendesk.asked.clear()
    assert at_zendesk.ask(TICKETS, "C-2").reason is Reason.RATE_LIMITED
    assert "/api/v2/search" not in [one.path for one in zendesk.asked]


@pytest.fixture
def hubspot(httpserver):
    hubspot = LimitedHubSpot(httpserver)
    hubspot.add_tickets("11", *["1"] * 501)  # so many are searched for
    return hubspot


@pytest.fixture
def at_hubspot(hubspot, rig):
    return rig("hubspot", url=hubspot.url, token="s3cret", portal_id="1")


def test_searches_at_hubspot_are_counted_because_nothing_is_told_of_them(hubspot, at_hubspot):
    assert isinstance(at_hubspot.ask(TICKETS, "11").answer, Found)

    assert [said for [said] in at_hubspot.shown()[:2]] == [
        "4 of 5 calls left (search)",
        "4 of 5 calls left (search).",
    ]


def test_a_search_that_hubspot_refuses_keeps_nothing_else_waiting(hubspot, at_hubspot):
    hubspot.refuses = True
    refused = at_hubspot.ask(TICKETS, "11")
    assert refused.reason is Reason.RATE_LIMITED
    assert refused.next_try_at == at_hubspot.clock() + timedelta(seconds=1)

    assert isinstance(at_hubspot.ask(ACCOUNT, "11").answer, Found)

    hubspot.refuses = False
    at_hubspot.clock.forward(seconds=1)
    assert at_hubspot.ask(TICKETS, "11").reason is None


def test_lists_of_tickets_at_freshdesk_are_counted_as_the_plan_allows(httpserver, rig):
    facts = sample("freshdesk")
    api = facts.play(httpserver)
    at_freshdesk = rig("freshdesk", **facts.settings(api.url))
    for key in range(14, 34):
        assert at_freshdesk.ask(TICKETS, str(key)).reason is None

    refused = at_freshdesk.ask(TICKETS, "34")
    assert refused.reason is Reason.RATE_LIMITED
    assert refused.next_try_at == at_freshdesk.clock() + timedelta(minutes=1)
    assert isinstance(at_freshdesk.ask(ACCOUNT, "34").answer, Found)

    at_freshdesk.clock.forward(minutes=1)
    assert at_freshdesk.ask(TICKETS, "34").reason is None
