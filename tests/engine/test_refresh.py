"""What happens by the clock."""

import threading
import time
from datetime import timedelta

import pytest
import structlog
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.door import deadline
from context_sidecar.engine.questions import Question
from context_sidecar.engine.refresh import Refresher
from support.clock import FakeClock
from support.sources import ScriptedAdapter, caching, found, landed

HOURLY = Question("crm", "account", stale_after=timedelta(hours=1))


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def adapter():
    return ScriptedAdapter(batch=100)


@pytest.fixture
def cache(adapter, clock):
    with caching(adapter, clock) as cache:
        yield cache


@pytest.fixture
def refresher(cache, clock):
    refresher = Refresher(cache, clock)
    yield refresher
    refresher.close()


def look(cache, clock, *keys):
    for one in cache.ask(HOURLY, keys, now=clock(), interactive=True).values():
        landed(one)


def refreshed(cache, clock, refresher, *keys):
    """Refresh, wait, and return when *keys* were confirmed."""
    refresher.refresh()
    asked = cache.ask(HOURLY, keys, now=clock(), interactive=False)
    return {landed(one).confirmed_at for one in asked.values()}


def test_what_people_look_at_never_turns_stale_while_the_source_is_well(cache, clock, refresher):
    for minute in range(120):
        if minute % 20 == 0:
            look(cache, clock, "a", "b")
        refresher.refresh()
        known = [
            landed(one) for one in cache.ask(HOURLY, "ab", now=clock(), interactive=False).values()
        ]

        assert all(clock() - one.confirmed_at <= HOURLY.stale_after for one in known)
        clock.forward(minutes=1)


def test_nothing_is_asked_for_that_nobody_has_looked_at_for_half_an_hour(
    cache, clock, adapter, refresher
):
    look(cache, clock, "a")
    clock.forward(minutes=59)

    refresher.refresh()

    assert adapter.calls == [("a",)]


def test_nothing_is_asked_for_before_it_is_due(cache, clock, adapter, refresher):
    look(cache, clock, "a")
    clock.forward(minutes=29)

    refresher.refresh()

    assert adapter.calls == [("a",)]


def test_what_is_due_together_is_asked_for_together(cache, clock, adapter, refresher):
    keys = [str(number) for number in range(1000)]
    look(cache, clock, *keys)
    clock.forward(minutes=29)
    for one in cache.ask(HOURLY, keys, now=clock(), interactive=True).values():
        landed(one)
    adapter.calls.clear()
    clock.forward(minutes=25)

    assert refreshed(cache, clock, refresher, *keys) == {clock()}
    assert len(adapter.calls) <= 10 + 10


def test_ten_thousand_accounts_are_warmed_by_a_hundred_calls(cache, clock, adapter, refresher):
    keys = [str(number) for number in range(10_000)]

    refresher.warm(HOURLY, keys)

    asked = cache.ask(HOURLY, keys, now=clock(), interactive=False)
    assert all(landed(one).answer for one in asked.values())
    assert len(adapter.calls) == 100


def test_what_could_not_be_warmed_is_asked_for_again_until_it_is_known(
    cache, clock, adapter, refresher
):
    def fails(keys, names):
        raise SourceError(Reason.BAD_RESPONSE)

    adapter.answer = fails
    refresher.warm(HOURLY, "ab")
    asked = cache.ask(HOURLY, "ab", now=clock(), interactive=False)
    assert {landed(one).reason for one in asked.values()} == {Reason.BAD_RESPONSE}

    adapter.answer = found
    clock.forward(minutes=1)

    assert refreshed(cache, clock, refresher, "a", "b") == {clock()}
    clock.forward(hours=2)
    adapter.calls.clear()
    refresher.refresh()
    assert adapter.calls == []


def test_what_waits_for_a_person_is_not_warmed_on(cache, clock, adapter, refresher):
    def fails(keys, names):
        raise SourceError(Reason.CREDENTIAL_EXPIRED)

    adapter.answer = fails
    refresher.warm(HOURLY, "a")
    landed(cache.ask(HOURLY, "a", now=clock(), interactive=False)["a"])
    refresher.refresh()
    clock.forward(hours=1)
    adapter.calls.clear()

    refresher.refresh()

    assert adapter.calls == []


def test_people_are_not_kept_waiting_by_what_is_warmed(clock):
    adapter = ScriptedAdapter(batch=1)
    with caching(adapter, clock, limits=Limits(concurrency=2)) as cache:
        refresher = Refresher(cache, clock)
        adapter.open.clear()
        refresher.warm(HOURLY, [str(number) for number in range(100)])
        adapter.await_calls()

        asked = cache.ask(HOURLY, ["x"], now=clock(), interactive=True)["x"]
        adapter.await_calls()

        assert adapter.calls[1] == ("x",)
        adapter.open.set()
        landed(asked)
        refresher.close()


def test_jobs_run_by_themselves_in_the_background(cache, clock, refresher):
    ran = threading.Event()
    refresher.every("mark", timedelta(seconds=0.05), ran.set)

    refresher.start()

    assert ran.wait(10)


def test_a_job_may_run_at_once_and_not_only_after_its_interval(cache, clock, refresher):
    ran = threading.Event()
    refresher.every("mark", timedelta(days=1), ran.set, at_once=True)

    refresher.start()

    assert ran.wait(10)


def test_a_job_may_give_each_call_more_time_than_a_person_would(cache, clock, refresher):
    ran, seconds = threading.Event(), []

    def job():
        seconds.append(deadline.for_one_call(3))
        ran.set()

    refresher.every("note", timedelta(seconds=0.05), job)
    refresher.start()

    assert ran.wait(10)
    assert seconds[0] == 15


def test_a_job_that_fails_is_logged_without_a_value_and_runs_again(cache, clock, refresher):
    runs = threading.Semaphore(0)

    def fails():
        runs.release()
        raise ValueError("canary")

    refresher.every("broken", timedelta(seconds=0.05), fails)
    with structlog.testing.capture_logs() as logs:
        refresher.start()
        for _ in range(2):
            assert runs.acquire(timeout=10)
        refresher.close()

    assert logs[0]["event"] == "job_failed"
    assert (logs[0]["job"], logs[0]["error"]) == ("broken", "ValueError")
    assert "canary" not in str(logs)


def test_closing_does_not_wait_for_a_job_that_takes_long(cache, clock):
    refresher = Refresher(cache, clock)
    began, over = threading.Event(), threading.Event()

    def long():
        began.set()
        over.wait(30)

    refresher.every("long", timedelta(seconds=0.05), long)
    refresher.start()
    assert began.wait(10)

    before = time.monotonic()
    refresher.close()

    assert time.monotonic() - before < 5
    over.set()
