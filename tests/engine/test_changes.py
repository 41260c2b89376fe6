"""What deliveries say, brought to what is known: exactly what has changed, and what nobody can tell
not to have."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
from context_sidecar.core.observation import Found, NoMatch
from context_sidecar.core.push import Change, Delivery, Push, Shown
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.changes import Changes
from context_sidecar.store.observations import Observations
from context_sidecar.store.told import Told
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from structlog.testing import capture_logs
from support.build import field, source
from support.clock import FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter, caching, landed

CRM = source("crm")
TIER, TICKETS = field("tier", source=CRM), field("open", source=CRM, lookup="tickets")
FORM = Push(Shown(), lambda *_: Delivery(), "Nothing.", known_by="id")
IDS = {"a": 1, "b": 2}


class Telling(ScriptedAdapter):
    """One whose system has webhooks of its own."""

    def push(self):
        return FORM


def answer(keys, names):
    return {key: Found({"id": IDS[key], "open": 1}) if key in IDS else NoMatch() for key in keys}


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def adapter():
    return Telling(answer=answer)


@pytest.fixture
def engine(tmp_path):
    engine = database_in(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def observations(engine):
    return Observations(engine)


@pytest.fixture
def opened(adapter, clock, engine, observations):
    """Opens the cache on the same database: as after a start, where it is called again."""
    with ExitStack() as stack:

        def begin():
            stack.close()
            shelf = Shelf(observations, clock, 10**9)
            cache = stack.enter_context(caching(adapter, clock, shelf=shelf))
            changes = Changes([TIER, TICKETS], cache, Told(engine, clock), {"crm": adapter})
            stack.callback(changes.close)
            return cache, changes

        yield begin


@pytest.fixture
def learnt(opened, clock):
    """A cache that knows three accounts in two lookups; nobody looks at them."""
    cache, changes = opened()
    for question in changes.lookups("crm").values():
        for key in "abc":
            landed(cache.ask(question, [key], now=clock(), interactive=False)[key])
    clock.forward(minutes=10)
    return cache, changes


def marked(cache, changes):
    """What counts as changed: lookup and key."""
    return {
        f"{question.lookup} {key}"
        for question in changes.lookups("crm").values()
        for key, known in cache.peek(question, "abc").items()
        if known.outdated_at
    }


def bring(changes, clock, *brought):
    changes.bring("crm", brought, clock())
    changes.settle()


BY_ID = {"account b", "account c"}
"""Those that are, or may be, number 2: nobody knows the id of what was not found."""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(("a",), (), ("account",)), {"account a"}),
        (Change(("a",)), {"account a", "tickets a"}),
        (Change((), ("2",), ("account",)), BY_ID),
        (Change((), ("2",)), BY_ID | {"tickets b", "tickets c"}),
        (Change(("a",), ("2",), ("account",)), BY_ID | {"account a"}),
        (Change((), ("99",), ("account",)), {"account c"}),
        (Change((), (), ("account",)), {"account a", "account b", "account c"}),
        (Change(("a",), (), ("something_else",)), set()),
        (Change(lookups=("tickets",), items=("9",)), {"tickets a", "tickets b"}),
    ],
    ids=[
        "key",
        "key in all",
        "id",
        "id in all",
        "both",
        "unknown id",
        "anybody",
        "nothing read",
        "an item, of whom no list is known",
    ],
)
def test_exactly_what_is_meant_or_may_be_is_marked(learnt, clock, change, expected):
    cache, changes = learnt

    bring(changes, clock, change)

    assert marked(cache, changes) == expected


LISTS = {
    "of it": ([{"id": 7}, {"id": 8}], True),
    "of it, told with a total": ({"items": [{"id": "7"}], "total": 1}, True),
    "of others": ([{"id": 8}], False),
    "of others, told with a total": ({"items": [{"id": 8}], "total": 1, "oldest_due": None}, False),
    "of none": ([], False),
    "of more than it names": ({"items": [{"id": 8}], "total": 2}, True),
    "without ids": ([{"title": "Printer"}], True),
    "of texts": (["Printer"], True),
    "no list": ({"open": 1}, True),
}


@pytest.mark.parametrize("name", LISTS)
def test_who_has_an_item_on_the_list_or_may_have_it_is_marked_besides_who_is_named(
    name, adapter, opened, clock
):
    """A ticket is b's now; nobody tells that it was a's."""
    listed, expected = LISTS[name]
    known = {"a": Found(listed), "b": Found([]), "c": NoMatch()}
    adapter.answer = lambda keys, _: {key: known[key] for key in keys}
    cache, changes = opened()
    for key in "abc":
        question = changes.lookups("crm")["tickets"]
        landed(cache.ask(question, [key], now=clock(), interactive=False)[key])
    clock.forward(minutes=10)

    bring(changes, clock, Change(("b",), (), ("tickets",), None, ("7",)))

    assert marked(cache, changes) == {"tickets b"} | ({"tickets a"} if expected else set())


def test_an_item_that_only_the_database_knows_of_somebody_is_found_there(adapter, opened, clock):
    adapter.answer = lambda keys, _: {key: Found([{"id": 7}]) for key in keys}
    cache, changes = opened()
    landed(cache.ask(changes.lookups("crm")["tickets"], ["a"], now=clock(), interactive=False)["a"])
    cache, changes = opened()
    clock.forward(minutes=10)

    bring(changes, clock, Change(lookups=("tickets",), items=("7",)))

    assert marked(cache, changes) == {"tickets a"}


def test_what_is_being_asked_for_may_have_an_item_that_has_gone_since(adapter, opened, clock):
    adapter.answer = lambda keys, _: {key: Found([]) for key in keys}
    cache, changes = opened()
    question = changes.lookups("crm")["tickets"]
    landed(cache.ask(question, ["a"], now=clock(), interactive=False)["a"])
    clock.forward(hours=2)
    adapter.answer = lambda keys, _: {key: Found([{"id": 7}]) for key in keys}
    adapter.open.clear()
    asked = cache.ask(question, ["a"], now=clock(), interactive=False)["a"]
    clock.forward(seconds=1)
    bring(changes, clock, Change(lookups=("tickets",), items=("7",)))
    adapter.open.set()

    assert landed(asked).outdated_at


def test_of_many_deliveries_at_once_each_account_is_marked_once_as_of_the_last(learnt, clock):
    """Whoever may have any item is meant by each of them."""
    cache, changes = learnt
    told = []
    cache.on_change(lambda question, key, _: told.append(f"{question.lookup} {key}"))
    at = clock() - timedelta(minutes=30)  # before what is known was asked for, but for the last
    early = [
        Change((), (), ("tickets",), at + number * timedelta(milliseconds=1), (str(number),))
        for number in range(100)
    ]

    bring(changes, clock, *early, Change((), (), ("tickets",), clock(), ("7",)), *early)

    assert sorted(told) == ["tickets a", "tickets b"]


def test_what_only_the_database_knows_is_marked_too(learnt, opened, clock):
    cache, changes = opened()

    bring(changes, clock, Change((), ("2",), ("account",)))

    assert marked(cache, changes) == BY_ID


def test_what_is_older_than_what_is_known_changes_nothing(learnt, clock):
    cache, changes = learnt

    bring(changes, clock, Change(("a",), at=clock() - timedelta(minutes=30)))

    assert marked(cache, changes) == set()


def test_deliveries_that_overtake_each_other_leave_the_same(learnt, clock):
    cache, changes = learnt
    late, early = clock(), clock() - timedelta(minutes=30)

    bring(changes, clock, Change(("a",), (), ("account",), late))
    bring(changes, clock, Change(("a",), (), ("account",), early))

    assert marked(cache, changes) == {"account a"}


def test_where_no_answer_tells_an_id_all_are_meant(adapter, opened, clock):
    adapter.answer = lambda keys, _: {key: Found({"tier": "ENT"}) for key in keys}
    cache, changes = opened()
    question = changes.lookups("crm")["account"]
    for key in "ab":
        landed(cache.ask(question, [key], now=clock(), interactive=False)[key])

    bring(changes, clock, Change((), ("1",)))

    assert marked(cache, changes) == {"account a", "account b"}


def test_what_people_look_at_is_asked_for_at_once(learnt, adapter, clock):
    cache, changes = learnt
    question = changes.lookups("crm")["account"]
    cache.ask(question, ["a"], now=clock(), interactive=True)
    adapter.answer = lambda keys, _: {key: Found({"id": 1, "tier": "new"}) for key in keys}
    asked = len(adapter.calls)

    bring(changes, clock, Change(("a",), (), ("account",)))

    known = landed(cache.ask(question, ["a"], now=clock(), interactive=True)["a"])
    assert known.answer == Found({"id": 1, "tier": "new"})
    assert len(adapter.calls) == asked + 1


def test_while_the_database_is_in_trouble_nothing_is_lost(learnt, clock, observations, monkeypatch):
    cache, changes = learnt
    monkeypatch.setattr("context_sidecar.engine.changes.LEFT_ALONE_FOR", 0.0)
    whole, failed = observations.of, []

    def failing(address):
        if failed:
            return whole(address)
        failed.append(address)
        raise OperationalError("SELECT", {}, Exception("canary"))

    monkeypatch.setattr(observations, "of", failing)

    with capture_logs() as logged:
        bring(changes, clock, Change(lookups=("account",)))
        changes.settle()

    assert marked(cache, changes) == {"account a", "account b", "account c"}
    assert "changes_wait" in [each["event"] for each in logged]
    assert "canary" not in str(logged)


def test_a_key_that_only_the_database_knows_waits_for_it(
    learnt, opened, clock, observations, monkeypatch
):
    cache, changes = opened()
    monkeypatch.setattr("context_sidecar.engine.changes.LEFT_ALONE_FOR", 0.0)
    whole, trouble = observations.read, OperationalError("SELECT", {}, Exception("canary"))

    def failing(address, keys):
        if trouble:
            raise trouble
        return whole(address, keys)

    monkeypatch.setattr(observations, "read", failing)
    with capture_logs() as logged:
        bring(changes, clock, Change(("a",), (), ("account",)))
        assert marked(cache, changes) == set()
        with pytest.raises(SQLAlchemyError):
            changes.recall("crm", ["account"], ["a"])

        trouble = None
        clock.forward(seconds=30)
        changes.settle()
        changes.settle()

    assert marked(cache, changes) == {"account a"}
    assert "changes_wait" in [each["event"] for each in logged]
    assert "canary" not in str(logged)


def test_what_memory_knows_needs_no_database(learnt, clock, observations, monkeypatch):
    cache, changes = learnt

    def failing(address, keys):
        raise OperationalError("SELECT", {}, Exception("canary"))

    monkeypatch.setattr(observations, "read", failing)
    bring(changes, clock, Change(("a",), (), ("account",)))

    assert marked(cache, changes) == {"account a"}


def test_one_that_fails_does_not_keep_the_next_from_counting(learnt, clock):
    cache, changes = learnt

    with capture_logs() as logged:
        bring(changes, clock, Change(lookups=7))  # type: ignore[arg-type]  # no adapter of ours
        bring(changes, clock, Change(("a",), (), ("account",)))

    assert marked(cache, changes) == {"account a"}
    assert [each["event"] for each in logged] == ["changes_not_taken_in"]
