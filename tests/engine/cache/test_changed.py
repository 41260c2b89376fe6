"""What a source says by itself to have changed: marked at once, and asked for anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.questions import Question
from context_sidecar.store.observations import Observations
from support.clock import FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter, caching, landed, running

HOURLY = Question("crm", "account", stale_after=timedelta(hours=1))
TICKETS = Question("crm", "tickets", stale_after=timedelta(hours=1))


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def adapter():
    return ScriptedAdapter()


@pytest.fixture
def cache(adapter, clock):
    with caching(adapter, clock) as cache:
        yield cache


def ask(cache, clock, key="a", question=HOURLY, **how):
    return cache.ask(question, [key], now=clock(), **{"interactive": True} | how)[key]


def learn(cache, clock, key="a", **how):
    return landed(ask(cache, clock, key, **how))


def known(cache, key="a", question=HOURLY):
    return cache.peek(question, [key])[key]


def test_what_people_look_at_is_asked_for_at_once(cache, clock, adapter):
    learn(cache, clock)
    clock.forward(minutes=1)
    adapter.answer = lambda keys, _: {key: Found({"key": key, "tier": "new"}) for key in keys}

    cache.changed(HOURLY, ["a"], clock())
    adapter.await_calls(2)

    assert learn(cache, clock).answer == Found({"key": "a", "tier": "new"})
    assert known(cache).outdated_at is None


def test_what_nobody_looks_at_is_marked_and_asked_for_when_somebody_does(cache, clock, adapter):
    learn(cache, clock, interactive=False)
    clock.forward(minutes=1)

    cache.changed(HOURLY, ["a"], clock())

    assert known(cache).outdated_at == clock()
    assert adapter.calls == [("a",)]
    assert learn(cache, clock).outdated_at is None
    assert adapter.calls == [("a",), ("a",)]


def test_what_was_never_known_and_is_being_asked_for_is_asked_for_once_more(cache, clock, adapter):
    """The answer on its way may be from before the change."""
    adapter.open.clear()
    asked = ask(cache, clock)
    adapter.await_calls()
    clock.forward(seconds=1)

    cache.changed(HOURLY, ["a"], clock())
    adapter.open.set()

    assert landed(asked).outdated_at == clock()
    assert learn(cache, clock).outdated_at is None
    assert adapter.calls == [("a",), ("a",)]


def test_exactly_what_has_changed_is_marked(cache, clock):
    for key in "ab":
        for question in (HOURLY, TICKETS):
            learn(cache, clock, key, question=question, interactive=False)

    cache.changed(HOURLY, ["a"], clock())

    assert known(cache, "a").outdated_at
    assert not known(cache, "b").outdated_at
    assert not known(cache, "a", TICKETS).outdated_at


def test_what_is_not_known_stays_so(cache, clock, adapter):
    cache.changed(HOURLY, ["nobody"], clock())

    assert known(cache, "nobody") == Observation()
    assert adapter.calls == []


def test_what_was_confirmed_well_after_the_change_is_known_already(cache, clock):
    """Webhooks come late, and out of order."""
    learn(cache, clock, interactive=False)

    cache.changed(HOURLY, ["a"], clock() - timedelta(minutes=6))
    assert known(cache).outdated_at is None

    cache.changed(HOURLY, ["a"], clock() - timedelta(minutes=4))  # clocks differ that much
    assert known(cache).outdated_at == clock()


def test_an_answer_that_was_under_way_may_be_from_before_and_is_asked_for_once_more(
    cache, clock, adapter
):
    learn(cache, clock, interactive=False)
    clock.forward(hours=2)
    adapter.entered.acquire()
    adapter.open.clear()
    under_way = ask(cache, clock)
    adapter.await_calls()
    clock.forward(seconds=1)

    cache.changed(HOURLY, ["a"], clock())
    adapter.open.set()

    assert under_way.future.result(10).outdated_at == clock()
    clock.forward(seconds=1)
    assert learn(cache, clock).outdated_at is None


def test_a_source_that_fails_then_leaves_the_value_with_its_mark(cache, clock, adapter):
    learn(cache, clock, interactive=False)

    def down(keys, names):
        raise SourceError(Reason.TIMEOUT)

    adapter.answer = down
    cache.changed(HOURLY, ["a"], clock())
    clock.forward(seconds=1)

    after = learn(cache, clock)
    assert after.answer == Found({"key": "a"})
    assert after.outdated_at
    assert after.reason is Reason.TIMEOUT


def test_whoever_keeps_what_was_made_of_it_is_told(cache, clock):
    told = []
    learn(cache, clock, interactive=False)
    cache.on_change(lambda question, key, _: told.append((question.lookup, key)))

    cache.changed(HOURLY, ["a", "nobody"], clock())

    assert told == [("account", "a")]


def test_it_is_still_marked_after_a_restart(adapter, clock, tmp_path):
    database = database_in(tmp_path)
    for once in (True, False):
        with running(adapter, clock) as runner:
            shelf = Shelf(Observations(database), clock, 10**9)
            cache = Cache({"crm": runner}, clock, shelf=shelf)
            if once:
                learn(cache, clock, interactive=False)
                cache.changed(HOURLY, ["a"], clock())
            else:
                assert known(cache).outdated_at == clock()
            runner.close()
            cache.close()
    database.dispose()
