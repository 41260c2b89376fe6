"""A vendor's limits, told over real HTTP, and what of it the gate, the cards and people see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar import gauges, plugins
from context_sidecar.core.causes import Cause
from context_sidecar.core.observation import Fetch, Found
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.opening import open_source
from support import build
from support.clock import FakeClock
from support.sources import landed
from support.vendor import Vendor, reply

ACCOUNT, TICKETS = Question("crm", "account"), Question("crm", "tickets")
DAILY = {"name": "daily", "per": "1d", "left": "x-day-left", "limit": "x-day", "resets": "x-ends"}


class Api(Vendor):
    """Answers with what it says is left of its day."""

    left, ends = 90, "7200"

    def answer(self, request):
        told = {"X-Day-Left": str(self.left), "X-Day": "100", "X-Ends": self.ends}
        if self.left <= 0:
            return reply({"why": "quota"}, 429, told)
        return reply({"id": request.path.rpartition("/")[2]}, headers=told)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def api(httpserver):
    return Api(httpserver)


@pytest.fixture
def source(api, clock):
    kind = plugins.adapter("rest")
    settings = {
        "base_url": api.url,
        "check": {"get": "/me"},
        "quotas": [DAILY],
        "lookups": {"account": {"get": "/a/{key}"}, "tickets": {"get": "/t/{key}"}},
    }
    declared = build.source(allow_private=True)
    return open_source(declared, kind(kind.Settings().load(settings)), clock)


@pytest.fixture
def cache(source, clock):
    opened = Cache({"crm": source}, clock, random=lambda: 0.5)
    yield opened
    source.close()
    opened.close()


def ask(cache, clock, key, question=ACCOUNT, *, interactive=True, **how):
    return cache.ask(question, [key], now=clock(), interactive=interactive, **how)[key]


def paths(api):
    return [request.path for request in api.asked]


def test_what_is_left_is_told_with_every_answer(api, source, cache, clock):
    landed(ask(cache, clock, "1"))

    [standing] = source.health().left
    assert (standing.quota.name, standing.left, standing.limit) == ("daily", 90, 100)
    assert standing.resets_at == clock() + timedelta(hours=2)

    shown = {name: value for name, _, _, value in gauges.of_sources({"crm": source})}
    assert shown["sidecar_source_quota_left"] == 90
    assert shown["sidecar_source_quota_limit"] == 100
    ends = standing.resets_at.timestamp()
    assert shown["sidecar_source_quota_reset_timestamp_seconds"] == ends


def test_at_a_fifth_the_background_waits_and_people_go_on(api, source, cache, clock):
    api.left = 20
    landed(ask(cache, clock, "1"))

    held = ask(cache, clock, "2", TICKETS, interactive=False)
    assert isinstance(landed(ask(cache, clock, "3")).answer, Found)
    assert paths(api) == ["/a/1", "/a/3"]
    assert not held.future.done()

    assert isinstance(landed(ask(cache, clock, "2", TICKETS)).answer, Found), "somebody looks"
    assert paths(api) == ["/a/1", "/a/3", "/t/2"]


@pytest.mark.parametrize(("left", "spares"), [(21, True), (20, False), (0, False)])
def test_lists_are_read_only_of_what_is_not_kept_for_people(
    api, source, cache, clock, left, spares
):
    api.left = left
    landed(ask(cache, clock, "1"))
    assert source.health().spares == spares

    clock.forward(hours=2)
    assert source.health().spares


def test_when_the_day_is_over_the_background_goes_on(api, source, cache, clock):
    api.left = 20
    landed(ask(cache, clock, "1"))
    held = ask(cache, clock, "2", TICKETS, interactive=False)

    clock.forward(hours=2)
    ask(cache, clock, "3", interactive=False)

    assert isinstance(landed(held).answer, Found)


def test_a_quota_that_is_gone_is_said_to_be_one_until_it_is_whole_again(api, cache, clock):
    api.left = 0
    known = landed(ask(cache, clock, "1"))

    assert (known.reason, known.fetch) == (Reason.RATE_LIMITED, Fetch.RETRYING)
    assert known.next_try_at == clock() + timedelta(hours=2)

    clock.forward(minutes=30)
    other = ask(cache, clock, "2").observation
    assert other.particulars.causes == (Cause.DAILY_QUOTA,)
    assert other.next_try_at == clock() + timedelta(hours=1, minutes=30)
    assert len(api.asked) == 1, "nobody asks before that"

    clock.forward(hours=1, minutes=30)
    api.left = 100
    assert isinstance(landed(ask(cache, clock, "2")).answer, Found)
    assert landed(ask(cache, clock, "1")).reason is None


def test_somebody_who_asks_again_cannot_spend_what_is_not_there(api, cache, clock):
    api.left = 0
    landed(ask(cache, clock, "1"))
    clock.forward(minutes=1)

    assert ask(cache, clock, "1", force=True).observation.reason is Reason.RATE_LIMITED
    assert len(api.asked) == 1
