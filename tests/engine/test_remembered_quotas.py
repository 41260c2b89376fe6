"""What is nearly used up of a vendor's quotas outlives the process that heard of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.questions import Question
from context_sidecar.engine.quotas import RememberedQuotas
from context_sidecar.engine.sources.runner import SourceRunner
from context_sidecar.store.quotas import Quotas
from sqlalchemy.exc import OperationalError
from support import build
from support.clock import FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter, landed

ACCOUNT = Question("crm", "account")
DAILY = Quota("daily", timedelta(days=1))
MONTHLY = Quota("monthly", timedelta(days=30))
BURST = Quota("burst", timedelta(seconds=10))
SEARCH = Quota("search", timedelta(days=1), path="/search")
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def writes():
    """What was written, each time."""
    return []


@pytest.fixture
def table(tmp_path, writes, monkeypatch):
    engine = database_in(tmp_path)
    table = Quotas(engine)
    keep, forget = table.keep, table.forget

    def noted(told, standings, now):
        writes.append({one.quota.name: one.left for one in standings})
        keep(told, standings, now)

    def forgotten(told, standings):
        writes.append({one.quota.name: None for one in standings})
        forget(told, standings)

    monkeypatch.setattr(table, "keep", noted)
    monkeypatch.setattr(table, "forget", forgotten)
    yield table
    engine.dispose()


class Process:
    """One process that asks the CRM."""

    def __init__(self, table, clock, system="crm.example"):
        self.clock = clock
        self.crm = ScriptedAdapter()
        self.source = SourceRunner(build.source("crm", system=system), self.crm, clock)
        self.cache = Cache({"crm": self.source}, clock, random=lambda: 0.5)
        self.quotas = RememberedQuotas(table, {"crm": self.source}, clock)

    def hears(self, left, quota=DAILY, limit=100, ends=timedelta(hours=5)):
        now = self.clock()
        self.source.heard([Standing(quota, left, limit, now, ends and now + ends)])
        self.quotas.look()

    def ask(self, key="1"):
        asked = self.cache.ask(ACCOUNT, [key], now=self.clock(), interactive=True)
        return landed(asked[key])

    def end(self):
        self.source.close()
        self.cache.close()
        self.quotas.close()


@pytest.fixture
def start(table, clock):
    running = []

    def begin(**how):
        running.append(Process(table, clock, **how))
        return running[-1]

    yield begin
    for one in running:
        one.end()


def test_a_day_that_is_used_up_is_so_after_a_restart_until_it_is_whole_again(start, clock):
    first = start()
    first.hears(0)
    first.end()

    clock.forward(hours=1)
    second = start()
    known = second.ask()
    assert (known.reason, known.next_try_at) == (Reason.RATE_LIMITED, clock() + 4 * HOUR)
    assert known.particulars.causes == (Cause.DAILY_QUOTA,)
    assert second.crm.calls == []

    clock.forward(hours=4)
    assert second.ask().reason is None
    assert start().source.health().left == ()


def test_a_day_of_which_only_a_refusal_told_is_remembered_too(start, clock):
    def refuse(keys, names):
        raise SourceError(
            Reason.RATE_LIMITED, possible_causes=[Cause.DAILY_QUOTA], retry_after=7_200
        )

    first = start()
    first.crm.answer = refuse
    first.ask()
    first.quotas.look()

    second = start()
    assert second.ask().next_try_at == clock() + 2 * HOUR
    assert second.crm.calls == []


def test_what_is_kept_for_people_is_kept_for_them_after_a_restart(start):
    start().hears(20)

    assert not start().source.health().spares


def test_what_there_is_plenty_of_is_not_written(start, writes):
    process = start()
    for left in range(100, 20, -1):
        process.hears(left)
        process.hears(left - 20, BURST, ends=None)
        process.hears(0, SEARCH)

    assert writes == []


def test_it_is_written_where_something_changes_and_not_with_each_call(start, writes, clock):
    process = start()
    for left in (*range(22, -1, -1), 0):
        clock.forward(seconds=1)
        process.hears(left)

    assert writes == [{"daily": 20}, {"daily": 0}]


def test_a_window_that_ended_is_forgotten_with_it(start, table, writes, clock):
    process = start()
    process.hears(0)
    clock.forward(hours=5)
    process.quotas.look()
    process.quotas.look()

    assert writes == [{"daily": 0}, {"daily": None}]

    process.hears(100)
    process.hears(0)
    assert writes == [{"daily": 0}, {"daily": None}, {"daily": 0}]


def test_one_without_an_end_is_written_again_while_it_lasts(start, writes, clock):
    process = start()
    process.hears(20, ends=None)
    clock.forward(minutes=30)
    process.hears(19, ends=None)
    clock.forward(minutes=40)
    process.hears(18, ends=None)

    assert writes == [{"daily": 20}, {"daily": None}, {"daily": 18}]


def test_more_that_was_bought_is_known_to_the_next_process(start, clock):
    first = start()
    first.hears(0)
    clock.forward(seconds=1)
    first.hears(5_000, limit=10_000)

    assert start().source.health().spares


def test_a_process_that_heard_nothing_leaves_what_another_has_told(start):
    bystander = start()
    start().hears(0)
    bystander.quotas.look()

    assert start().ask().reason is Reason.RATE_LIMITED


class TestSeveralProcesses:
    def test_what_one_was_told_counts_in_the_others_at_their_next_look(self, start, clock):
        first, second = start(), start()
        first.hears(0)
        second.quotas.look()

        known = second.ask()
        assert (known.reason, known.next_try_at) == (Reason.RATE_LIMITED, clock() + 5 * HOUR)
        assert second.crm.calls == []

    def test_what_is_kept_for_people_is_kept_for_them_by_all(self, start):
        first, second = start(), start()
        first.hears(20)
        second.quotas.look()

        assert not second.source.health().spares

    def test_that_there_is_more_again_counts_in_the_others_too(self, start, clock, writes):
        first, second = start(), start()
        first.hears(0)
        second.quotas.look()
        clock.forward(minutes=1)
        first.hears(5_000, limit=10_000)
        second.quotas.look()

        assert second.ask().reason is None
        assert writes == [{"daily": 0}, {"daily": 5_000}]

        clock.forward(minutes=1)
        second.hears(0)
        first.quotas.look()
        assert first.ask().reason is Reason.RATE_LIMITED

    def test_the_later_word_stays_whoever_looks_last(self, start, clock):
        first, second = start(), start()
        first.source.heard([Standing(DAILY, 20, 100, clock(), clock() + 5 * HOUR)])
        clock.forward(minutes=1)
        second.hears(0)
        first.quotas.look()
        second.quotas.look()

        assert first.ask().reason is Reason.RATE_LIMITED
        assert start().ask().reason is Reason.RATE_LIMITED

    def test_none_overwrites_what_another_told_between_its_look_and_its_word(
        self, start, table, clock, monkeypatch
    ):
        first, second = start(), start()
        first.source.heard([Standing(DAILY, 20, 100, clock(), clock() + 5 * HOUR)])
        clock.forward(minutes=1)
        keep = table.keep

        def late(*what):
            monkeypatch.setattr(table, "keep", keep)
            second.hears(0)
            keep(*what)

        monkeypatch.setattr(table, "keep", late)
        first.quotas.look()

        assert start().ask().reason is Reason.RATE_LIMITED

    def test_each_tells_of_another_quota(self, start, clock):
        first, second = start(), start()
        first.hears(0)
        second.hears(0, MONTHLY, ends=timedelta(days=9))

        third = start()
        assert {one.quota.name for one in third.source.health().left} == {"daily", "monthly"}
        assert third.ask().next_try_at == clock() + timedelta(days=9)

    def test_what_a_clock_told_that_is_ahead_says_nothing_and_stands_in_no_ones_way(
        self, start, table, clock
    ):
        year = timedelta(days=365)
        told = "crm", "crm.example"
        table.keep(told, [Standing(DAILY, 0, 100, clock() + year, clock() + year + HOUR)], clock())
        first, second = start(), start()
        assert first.ask().reason is None

        first.hears(0)
        second.quotas.look()
        assert second.ask("2").reason is Reason.RATE_LIMITED


def test_what_another_system_told_says_nothing_of_this_one(start):
    start().hears(0)

    assert start(system="another.example").ask().reason is None


def test_a_database_in_trouble_keeps_nobody_from_ending(start, table, monkeypatch):
    def broken(*_):
        raise OperationalError("", {}, Exception())

    process = start()
    process.source.heard([Standing(DAILY, 0, 100, process.clock(), None)])
    with monkeypatch.context() as trouble:
        trouble.setattr(table, "keep", broken)
        process.quotas.close()
        assert start().ask().reason is None
    process.quotas.close()

    assert start().ask().reason is Reason.RATE_LIMITED
