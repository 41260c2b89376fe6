"""A source that slows us down without a word: noticed, shown, asked for less in the background, and
all of that over once it is as fast as usual."""

from __future__ import annotations

import queue
from datetime import timedelta
from types import SimpleNamespace

import pytest
import structlog
from context_sidecar import gauges
from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources import calling
from context_sidecar.engine.sources.gate import Gate
from context_sidecar.engine.sources.pace import KNOWN_AFTER, LATELY
from support.clock import FakeClock
from support.sources import ScriptedAdapter, found, running

ACCOUNT, TICKETS = Question("crm", "account"), Question("crm", "tickets")


class Stopwatch:
    """What tells how long a call takes: as long as the test says."""

    def __init__(self):
        self.now, self.each = 0.0, 0.3

    def answer(self, keys, names):
        self.now += self.each
        return found(keys, names)


@pytest.fixture
def watch(monkeypatch):
    watch = Stopwatch()
    monkeypatch.setattr(calling, "time", SimpleNamespace(monotonic=lambda: watch.now))
    return watch


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def source(watch, clock):
    adapter = ScriptedAdapter(answer=watch.answer)
    with running(adapter, clock) as runner:
        runner.adapter = adapter
        yield runner


def take(runner, times, question=ACCOUNT):
    """Let so many keys be asked for, one after the other."""
    landed = queue.Queue()
    runner.land_at(lambda *landing: landed.put(landing))
    for number in range(times):
        runner.submit(question, [f"{question.lookup}{number}"], interactive=True)
        runner.adapter.await_calls()
        landed.get(timeout=10)


def slow_down(runner, watch):
    take(runner, KNOWN_AFTER)
    watch.each = 2.0
    take(runner, LATELY)


def shown(runner):
    return {name: value for name, _, _, value in gauges.of_sources({"crm": runner})}


def test_it_is_noticed_shown_and_logged_and_so_is_its_end(source, watch):
    take(source, KNOWN_AFTER)
    assert source.health().slowed is None
    assert shown(source)["sidecar_source_slowed"] == 0

    with structlog.testing.capture_logs() as logs:
        watch.each = 2.0
        take(source, LATELY)
        slowed = source.health().slowed
        assert (slowed.seconds, slowed.usual) == (pytest.approx(2.0), pytest.approx(0.3))
        assert shown(source)["sidecar_source_slowed"] == 1

        watch.each = 0.3
        take(source, LATELY)
    assert source.health().slowed is None
    assert [one["event"] for one in logs] == ["source_slowed", "source_no_longer_slowed"]


def test_while_it_lasts_the_background_makes_one_call_at_a_time(source, watch, clock):
    slow_down(source, watch)
    clock.forward(seconds=10)
    source.adapter.open.clear()

    source.submit(ACCOUNT, ["a", "b", "c"], interactive=False)
    source.adapter.await_calls()
    source.submit(TICKETS, ["p"], interactive=True)
    source.adapter.await_calls()

    health = source.health()
    assert (health.under_way, health.waiting) == (2, 2), "one in the background, one for a person"


def test_a_source_as_usual_is_asked_by_all_but_one_of_its_threads(source, watch, clock):
    take(source, KNOWN_AFTER)
    source.adapter.open.clear()

    source.submit(ACCOUNT, ["a", "b", "c"], interactive=False)

    source.adapter.await_calls(3)


class TestGate:
    @pytest.fixture
    def gate(self, clock):
        gate = Gate(Limits(), clock(), lambda: 0.5)
        for seconds in [0.3] * KNOWN_AFTER + [2.0] * LATELY:
            gate.took("account", 1, seconds, clock())
        return gate

    def test_the_background_rests_between_calls_and_people_do_not_wait(self, gate, clock):
        assert gate.wait(clock(), interactive=False) == timedelta(seconds=2)
        assert gate.wait(clock(), interactive=True) == timedelta(0)

    def test_a_time_out_then_may_be_meant(self, gate, clock):
        error = SourceError(Reason.TIMEOUT)

        gate.failed("account", error, clock(), clock())

        assert error.possible_causes == (Cause.OVERLOADED, Cause.SLOWED_DOWN)

    def test_a_time_out_of_a_source_as_usual_says_nothing_of_that(self, clock):
        error = SourceError(Reason.TIMEOUT)

        Gate(Limits(), clock(), lambda: 0.5).failed("account", error, clock(), clock())

        assert error.possible_causes == ()
