"""Several processes on one database: what a source tells one of them counts in all."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.observation import Found
from context_sidecar.core.push import Change, Delivery, Push, Shown
from context_sidecar.core.secrets import Secret
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.changes import Changes
from context_sidecar.store.database import open_database
from context_sidecar.store.observations import Observations
from context_sidecar.store.told import KEPT_FOR, Told
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from support.build import field, source
from support.clock import FakeClock
from support.database import database_in
from support.postgres import new_database
from support.sources import ScriptedAdapter, caching, landed

CRM = replace(source("crm"), push=(Secret("its secret"),))
ERP = source("erp")
TIER = field("tier", source=CRM)
FORM = Push(Shown(), lambda *_: Delivery(), "Nothing.", known_by="id")
IDS = {"a": 1, "b": 2}
OLD, NEW = "STD", "ENT"


class Telling(ScriptedAdapter):
    """One whose system has webhooks of its own, and says that all accounts are of one `tier`."""

    tier = OLD

    def __init__(self):
        super().__init__(answer=self.say)

    def say(self, keys, names):
        return {key: Found({"id": IDS[key], "tier": self.tier}) for key in keys}

    def push(self):
        return FORM


class Process:
    """One process that serves, and asks the CRM by itself."""

    def __init__(self, engine, clock, stack):
        self.clock, self.crm = clock, Telling()
        self.shelf = Shelf(Observations(engine), clock, 10**9)
        self.cache = stack.enter_context(caching(self.crm, clock, shelf=self.shelf))
        self.told = Told(engine, clock)
        self.changes = Changes([TIER], self.cache, self.told, {"crm": self.crm})
        stack.callback(self.changes.close)
        self.question = self.changes.lookups("crm")["account"]

    def ask(self, key="a", **how):
        how = {"now": self.clock(), "interactive": False} | how
        return self.cache.ask(self.question, [key], **how)[key]

    def learn(self, key="a", **how):
        return landed(self.ask(key, **how))

    def known(self, key="a"):
        return self.cache.peek(self.question, [key])[key]

    def pushed(self, *keys):
        """What comes of a webhook."""
        self.changes.pass_on("crm", ["account"], keys, self.clock())
        self.changes.take("crm", ["account"], keys, self.clock())

    def looks(self):
        self.changes.look()
        self.changes.settle()


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    on_disk = request.param == "sqlite"
    engine = database_in(tmp_path) if on_disk else open_database(new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def start(engine, clock):
    with ExitStack() as stack:
        yield lambda: Process(engine, clock, stack)


def changed(*processes):
    for one in processes:
        one.crm.tier = NEW


def tier(observation):
    return observation.answer.data["tier"]


def test_what_one_is_told_the_other_marks_when_it_looks(start, clock):
    one, other = start(), start()
    for process in (one, other):
        process.learn("a")
        process.learn("b")
    clock.forward(minutes=10)

    one.pushed("a")
    assert other.known().outdated_at is None

    other.looks()
    assert other.known().outdated_at == clock()
    assert other.known("b").outdated_at is None


def test_what_people_look_at_in_the_other_is_asked_for_at_once(start, clock):
    one, other = start(), start()
    assert tier(other.learn(interactive=True)) == OLD
    clock.forward(minutes=10)
    changed(one, other)

    one.pushed("a")
    other.looks()

    assert tier(other.learn()) == NEW
    assert len(other.crm.calls) == 2


def test_what_was_taken_in_is_not_taken_in_again(start, clock):
    one, other = start(), start()
    for process in (one, other):
        process.learn(interactive=True)
    clock.forward(minutes=10)
    one.pushed("a")
    other.looks()
    for process in (one, other):
        process.learn()
    asked = [len(process.crm.calls) for process in (one, other)]
    assert asked == [2, 2]

    for process in (one, other):
        process.looks()
        process.learn()
    assert [len(process.crm.calls) for process in (one, other)] == asked


def test_a_delivery_in_the_systems_own_form_counts_in_both(start, clock):
    """By the system's own id: each finds out for itself whom it is about."""
    one, other = start(), start()
    for key in "ab":
        other.learn(key)
    clock.forward(minutes=10)

    one.changes.bring("crm", [Change((), ("2",), ("account",))], clock())
    other.looks()

    assert other.known("b").outdated_at == clock()
    assert other.known("a").outdated_at is None


def test_an_item_that_has_moved_counts_for_whoever_had_it_in_either(start, clock):
    """The one that was told has asked anew meanwhile, and the database has the new list."""
    one, other = start(), start()
    for process in (one, other):
        process.crm.answer = lambda keys, _: {key: Found([{"id": 7}]) for key in keys}
        process.learn(interactive=process is one)
    clock.forward(minutes=10)
    one.crm.answer = lambda keys, _: {key: Found([]) for key in keys}
    moved = Change(("b",), (), ("account",), None, ("7",))
    one.changes.bring("crm", [moved], clock())
    one.changes.settle()
    assert one.learn(interactive=True).answer == Found([])

    other.looks()

    assert other.known().outdated_at == clock()


def test_an_answer_that_was_under_way_elsewhere_is_asked_for_once_more(start, clock):
    one, other = start(), start()
    other.crm.open.clear()
    asked = other.ask()
    other.crm.await_calls()
    clock.forward(seconds=1)
    one.pushed("a")
    other.looks()
    other.crm.open.set()

    assert landed(asked).outdated_at == clock()
    assert other.learn().outdated_at is None


def overtaken(one, other, clock):
    """*other* has asked, *one* is told of a change, and only then the answer comes."""
    other.crm.open.clear()
    asked = other.ask()
    other.crm.await_calls()
    one.pushed("a")
    clock.forward(seconds=1)
    other.crm.open.set()
    return asked


def test_an_answer_that_landed_elsewhere_before_it_was_heard_of_is_marked(start, clock):
    one, other = start(), start()
    asked = overtaken(one, other, clock)
    assert landed(asked).outdated_at is None

    clock.forward(seconds=3)
    other.looks()

    assert other.known().outdated_at == clock()


def test_what_another_process_kept_without_having_heard_is_not_believed(start, clock):
    """It had asked before; who was told reads what it has kept."""
    one, other = start(), start()
    asked = overtaken(one, other, clock)
    landed(asked)
    other.shelf.close()

    assert one.known().outdated_at == clock()


def test_what_another_process_keeps_later_is_believed(start, clock):
    one, other = start(), start()
    one.pushed("a")
    clock.forward(seconds=16)
    other.looks()
    other.learn()
    other.shelf.close()

    assert one.known().outdated_at is None


def test_what_another_process_has_asked_well_after_the_change_is_believed(start, clock):
    """A delivery may be late: what is known is from after the change."""
    one, other = start(), start()
    clock.forward(minutes=10)
    other.learn()
    other.shelf.close()
    at = clock() - timedelta(minutes=6)
    one.changes.take("crm", ["account"], ["a"], at)

    assert one.known().outdated_at is None


def test_one_that_starts_hears_of_what_was_not_kept_before_the_other_was_killed(start, clock):
    first = start()
    first.learn()
    first.shelf.close()
    clock.forward(minutes=10)
    first.changes.pass_on("crm", ["account"], ["a"], clock())

    second = start()
    second.looks()

    assert second.known().outdated_at == clock()


def test_who_could_not_look_for_long_believes_nothing_of_those_who_tell(start, clock):
    one, other = start(), start()
    other.learn("a")
    other.looks()
    for _ in range(2):
        one.pushed("b")
        clock.forward(seconds=KEPT_FOR.total_seconds() + 1)
    one.pushed("b")

    with capture_logs() as logged:
        other.looks()

    assert other.known("a").outdated_at == clock()
    assert [each["event"] for each in logged] == ["changes_missed"]


def test_what_is_told_again_and_again_is_taken_in_once(start, clock, monkeypatch):
    one, other = start(), start()
    other.learn()
    taken = []
    whole = other.cache.changed
    monkeypatch.setattr(other.cache, "changed", lambda *what: taken.append(what) or whole(*what))
    for _ in range(3):
        clock.forward(minutes=10)
        one.pushed("a")

    other.looks()

    assert taken == [(other.question, ("a",), clock())]


def test_while_the_database_is_in_trouble_what_came_waits_for_it(start, clock, monkeypatch):
    one, other = start(), start()
    other.learn()
    clock.forward(minutes=10)

    def broken(_):
        raise OperationalError("INSERT", {}, Exception("canary"))

    with monkeypatch.context() as trouble, capture_logs() as logged:
        trouble.setattr(one.told, "add", broken)
        one.changes.bring("crm", [Change(("a",))], clock())
        with pytest.raises(OperationalError):
            one.changes.pass_on("crm", ["account"], ["a"], clock())
    assert "changes_not_passed_on" in [each["event"] for each in logged]
    assert "canary" not in str(logged)
    other.looks()
    assert other.known().outdated_at is None

    one.looks()
    other.looks()
    assert other.known().outdated_at == clock()


def test_what_is_told_of_a_source_that_is_not_declared_here_is_nothing(start, clock):
    one, other = start(), start()
    other.learn()
    one.changes.bring(ERP.id, [Change()], clock())

    other.looks()

    assert other.known().outdated_at is None


def test_what_others_have_kept_long_before_is_believed_where_it_is_not_meant(start, clock):
    one, other = start(), start()
    other.learn("b")
    other.shelf.close()
    clock.forward(minutes=10)
    one.pushed("a")

    assert one.known("b").outdated_at is None
