"""A source that a person connects is another from then on, in every process and after a start."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
from context_sidecar.core.grant import Tokens
from context_sidecar.core.observation import Found
from context_sidecar.core.secrets import Secret
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.connected import LOOKED_AT_EVERY, SETTLED_IN, Connected
from context_sidecar.engine.questions import Question
from context_sidecar.store.grants import Grants
from context_sidecar.store.observations import Observations
from context_sidecar.store.vault import Vault
from cryptography.fernet import Fernet
from support.clock import FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter, landed, running

DAILY = Question("crm", "account", stale_after=timedelta(days=1))


class Process:
    """One process that serves, and asks the CRM as whom it last knew it to be connected."""

    def __init__(self, engine, clock, grants, stack):
        self.clock, self.crm, self.company = clock, ScriptedAdapter(), "old"
        self.crm.answer = lambda keys, _: {key: Found(self.company) for key in keys}
        self.source = stack.enter_context(running(self.crm, clock))
        self.shelf = Shelf(Observations(engine), clock, 10**9)
        self.cache = Cache({"crm": self.source}, clock, shelf=self.shelf, random=lambda: 0.5)
        stack.callback(self.cache.close)
        self.look = Connected(
            grants, {"crm"}, clock, lambda _, since: self.source.start_anew(since)
        ).look

    def shows(self):
        """What somebody is shown after what is under way has ended."""
        asked = self.cache.ask(DAILY, ["a"], now=self.clock(), interactive=True)
        return landed(asked["a"]).answer.data


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def engine(tmp_path):
    engine = database_in(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def grants(engine, clock):
    return Grants(engine, Vault([Fernet.generate_key().decode()]), clock)


@pytest.fixture
def connect(grants, clock):
    def connect():
        until = clock() + timedelta(hours=1)
        grants.of("crm").give("app", Tokens(Secret("a"), until, refresh=Secret("r")), "Ana")

    return connect


@pytest.fixture
def start(engine, clock, grants):
    with ExitStack() as stack:
        yield lambda: Process(engine, clock, grants, stack)


def test_what_was_known_before_is_asked_for_again_in_both(start, connect, clock):
    processes = start(), start()
    for one in processes:
        one.look()
        assert one.shows() == "old"
    clock.forward(hours=1)
    connect()
    clock.forward(seconds=1)

    for one in processes:
        one.company = "new"
        one.look()
        assert one.shows() == "new"
        assert one.shows() == "new"
        assert len(one.crm.calls) == 2


def test_what_was_kept_before_does_not_count_after_a_restart_either(start, connect, clock):
    first = start()
    assert first.shows() == "old"
    first.shelf.close()
    clock.forward(hours=1)
    connect()
    clock.forward(hours=1)

    second = start()
    second.company = "new"
    second.look()

    assert second.shows() == "new"


def test_what_was_kept_since_does(start, connect, clock):
    connect()
    clock.forward(hours=1)
    first = start()
    first.look()
    first.shows()
    first.shelf.close()
    clock.forward(hours=1)

    second = start()
    second.look()

    assert second.shows() == "old"
    assert second.crm.calls == []


def test_what_another_kept_that_had_not_noticed_yet_does_not_stay(start, connect, clock):
    one, other = start(), start()
    for each in (one, other):
        each.look()
    connect()
    one.company = "new"
    one.look()
    clock.forward(seconds=1)
    assert other.shows() == "old"
    other.shelf.close()
    assert one.shows() == "old", "as the other has kept it"

    for _ in range(SETTLED_IN // LOOKED_AT_EVERY):
        clock.forward(seconds=LOOKED_AT_EVERY.total_seconds())
        one.look()

    assert one.shows() == "new"
    one.look()
    assert one.shows() == "new"
    assert len(one.crm.calls) == 1


def test_once_every_process_has_noticed_nothing_is_asked_for_again(start, connect, clock):
    one = start()
    connect()
    for _ in range(10):
        one.look()
        one.shows()
        clock.forward(seconds=LOOKED_AT_EVERY.total_seconds())

    assert len(one.crm.calls) <= 2
