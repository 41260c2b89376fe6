"""The cache's lower tier: it outlives the process, and its troubles slow things down at most."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
import structlog
from context_sidecar.core.configuration import CacheLimits
from context_sidecar.core.observation import Found, Observation
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.questions import Question
from context_sidecar.store.database import open_database
from context_sidecar.store.observations import Observations
from sqlalchemy import text
from support.clock import START, FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter, caching, landed, running

QUESTION = Question("crm", "account", stale_after=timedelta(hours=1))
GIGABYTE = 10**9


def known(key, now=START):
    return Observation().answered(Found({"key": key}), now)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def database(tmp_path):
    engine = database_in(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def open_shelf(database, clock):
    shelves = []

    def make(most_bytes=GIGABYTE):
        shelves.append(Shelf(Observations(database), clock, most_bytes))
        return shelves[-1]

    yield make
    for shelf in shelves:
        shelf.close()


def test_what_is_kept_is_there_for_the_next_one_to_open_it(open_shelf):
    shelf = open_shelf()
    for key in "abc":
        shelf.keep(QUESTION, key, known(key))
    shelf.close()

    assert open_shelf().read(QUESTION, "abcd") == {key: known(key) for key in "abc"}


def test_what_is_kept_is_read_before_it_is_written(open_shelf):
    shelf = open_shelf()
    for number in range(500):
        shelf.keep(QUESTION, "a", known(f"a{number}"))

        assert shelf.read(QUESTION, ["a"]) == {"a": known(f"a{number}")}


def test_the_last_that_was_kept_of_a_key_stays(open_shelf):
    shelf = open_shelf()
    for number in range(500):
        shelf.keep(QUESTION, "a", known(f"a{number}"))
    shelf.close()

    assert open_shelf().read(QUESTION, ["a"]) == {"a": known("a499")}


def test_it_takes_no_more_room_than_it_may_and_keeps_what_was_used_last(
    open_shelf, clock, database
):
    shelf = open_shelf(most_bytes=50_000)
    for number in range(500):
        clock.forward(seconds=1)
        shelf.keep(QUESTION, str(number), known(str(number)))
    shelf.close()

    assert Observations(database).bytes() <= 50_000
    kept = open_shelf().read(QUESTION, [str(number) for number in range(500)])
    assert "499" in kept
    assert "0" not in kept


def test_what_is_read_counts_as_used(open_shelf, clock, database):
    shelf = open_shelf()
    for key in "ab":
        shelf.keep(QUESTION, key, known(key))
    shelf.close()
    clock.forward(days=80)
    reading = open_shelf()
    reading.read(QUESTION, ["a"])
    reading.close()

    clock.forward(days=20)
    open_shelf().prune(timedelta(days=90))

    assert open_shelf().read(QUESTION, "ab").keys() == {"a"}


def break_database(database):
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE observations RENAME TO elsewhere"))


def mend_database(database):
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE elsewhere RENAME TO observations"))


def test_a_database_in_trouble_is_a_miss_and_is_left_alone_for_a_while(open_shelf, database, clock):
    shelf = open_shelf()
    shelf.keep(QUESTION, "a", known("a"))
    shelf.close()
    reading = open_shelf()
    break_database(database)

    with structlog.testing.capture_logs() as logs:
        assert reading.read(QUESTION, ["a"]) == {}
        mend_database(database)
        assert reading.read(QUESTION, ["a"]) == {}
        clock.forward(seconds=30)
        assert reading.read(QUESTION, ["a"]) == {"a": known("a")}

    assert [entry["event"] for entry in logs] == ["cache_database_failing"]


def test_what_could_not_be_written_is_written_when_the_database_is_well_again(
    open_shelf, database, clock
):
    shelf = open_shelf()
    break_database(database)
    failing, mended = threading.Event(), threading.Event()
    events = {"cache_database_failing": failing, "cache_database_recovered": mended}

    def note(logger, name, entry):
        events[entry["event"]].set()
        raise structlog.DropEvent

    structlog.configure(processors=[note])
    try:
        shelf.keep(QUESTION, "a", known("old"))
        shelf.keep(QUESTION, "b", known("b"))
        assert failing.wait(10)
        shelf.keep(QUESTION, "a", known("new"))
        mend_database(database)
        clock.forward(seconds=30)
        shelf.keep(QUESTION, "c", known("c"))
        assert mended.wait(10)
    finally:
        structlog.reset_defaults()
    shelf.close()

    assert open_shelf().read(QUESTION, "abc") == {
        "a": known("new"), "b": known("b"), "c": known("c"),
    }  # fmt: skip


def test_one_key_that_no_database_takes_does_not_hold_up_the_others(open_shelf):
    shelf = open_shelf()
    shelf.keep(QUESTION, "\ud800", known("odd"))
    assert shelf.read(QUESTION, ["\ud800"]) in ({}, {"\ud800": known("odd")})
    while shelf._waiting or shelf._writing:
        threading.Event().wait(0.01)
    shelf.keep(QUESTION, "a", known("a"))
    shelf.close()

    assert open_shelf().read(QUESTION, ["a"]) == {"a": known("a")}


def test_s18_the_log_of_a_database_in_trouble_shows_no_value(open_shelf, database):
    shelf = open_shelf()
    break_database(database)

    with structlog.testing.capture_logs() as logs:
        shelf.keep(QUESTION, "canary", known("canary"))
        shelf.close()

    assert logs
    assert "canary" not in str(logs)


def test_a_cache_knows_after_a_restart_what_it_knew_before(open_shelf, clock):
    adapter = ScriptedAdapter()
    with caching(adapter, clock, shelf=open_shelf()) as cache:
        before = landed(cache.ask(QUESTION, ["a"], now=clock(), interactive=True)["a"])

    with caching(adapter, clock, shelf=open_shelf()) as cache:
        after = cache.ask(QUESTION, ["a"], now=clock(), interactive=True)["a"]

    assert (after.observation, after.future) == (before, None)
    assert len(adapter.calls) == 1


def test_a_restart_asks_for_nothing_at_once(open_shelf, clock):
    """No thundering herd: what was fresh is fresh, and nobody has looked at the rest yet."""
    adapter = ScriptedAdapter(batch=100)
    keys = [str(number) for number in range(1000)]
    with caching(adapter, clock, shelf=open_shelf()) as cache:
        for one in cache.ask(QUESTION, keys, now=clock(), interactive=True).values():
            landed(one)
    clock.forward(minutes=45)
    adapter.open.clear()

    with caching(adapter, clock, shelf=open_shelf()) as cache:
        asked = cache.ask(QUESTION, keys, now=clock(), interactive=True)
        due = sum(one.future is not None for one in asked.values())

    assert 0 < due < 300


def test_after_a_restart_a_failure_from_before_is_tried_again(open_shelf, clock):
    adapter = ScriptedAdapter(answer=lambda *_: 1 / 0)
    with caching(adapter, clock, shelf=open_shelf()) as cache:
        asked = cache.ask(QUESTION, ["a"], now=clock(), interactive=True)["a"]
        assert landed(asked).next_try_at > clock()
    clock.forward(seconds=1)
    adapter.open.clear()

    with caching(adapter, clock, shelf=open_shelf()) as cache:
        again = cache.ask(QUESTION, ["a"], now=clock(), interactive=True)["a"]

        assert again.future is not None
        assert again.observation.failures == 1


def test_memory_is_filled_from_the_database_where_it_forgot(open_shelf, clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock) as runner:
        limits = CacheLimits(memory_entries=1)
        cache = Cache({"crm": runner}, clock, limits=limits, shelf=open_shelf())
        for key in "ab":
            landed(cache.ask(QUESTION, [key], now=clock(), interactive=True)[key])

        assert cache.peek(QUESTION, ["a"])["a"].answer == Found({"key": "a"})
        runner.close()
        cache.close()


KILLED_WHILE_WRITING = """
import sys, itertools
from datetime import UTC, datetime
from context_sidecar.core.observation import Found, Observation
from context_sidecar.engine.questions import Question
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.store.database import open_database
from context_sidecar.store.observations import Observations

table = Observations(open_database(sys.argv[1]))
shelf = Shelf(table, lambda: datetime.now(UTC), 10**9)
now = datetime(2026, 11, 23, tzinfo=UTC)
for number in itertools.count():
    known = Observation().answered(Found({"number": number, "text": "x" * 2000}), now)
    shelf.keep(Question("crm", "account"), str(number % 300), known)
    if number % 100 == 0 and table.bytes() > 500_000:
        print("under way", flush=True)
"""


def test_a_process_that_is_killed_while_it_writes_leaves_no_torn_record(tmp_path):
    url = f"sqlite:///{tmp_path}/sidecar.db"
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_WRITING, url], stdout=subprocess.PIPE
    )
    assert writer.stdout.readline() == b"under way\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate(timeout=10)

    engine = open_database(url)
    found = Observations(engine).read(
        Question("crm", "account").address, [str(number) for number in range(300)]
    )
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT count(*) FROM observations")).scalar_one()
        check = connection.execute(text("PRAGMA integrity_check")).scalar_one()
    engine.dispose()

    assert check == "ok"
    assert len(found) == rows > 0
    for key, observation in found.items():
        assert observation.answer.data["number"] % 300 == int(key)
        assert len(observation.answer.data["text"]) == 2000
