"""What sources have told, kept for every process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.push import Change
from context_sidecar.store.schema import told as table
from context_sidecar.store.told import KEPT_FOR, News, Told
from sqlalchemy import select, update
from support.clock import START, FakeClock

ACME = Change(("C-1",), ("17",), ("account",), START - timedelta(minutes=1), ("7",))
BOLT = Change(("C-2",), (), (), START)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def start(engine, clock):
    return lambda: Told(engine, clock)


def test_what_one_process_is_told_all_others_are(start):
    first, second, third = start(), start(), start()
    first.add([("crm", ACME), ("erp", BOLT)])

    assert second.news() == third.news() == News((("crm", ACME), ("erp", BOLT)))
    assert first.news() == News(), "it knows that itself"


def test_it_is_told_once(start):
    first, second = start(), start()
    first.add([("crm", ACME)])
    second.news()
    first.add([("crm", BOLT)])

    assert second.news() == News((("crm", BOLT),))
    assert second.news() == News()


def test_one_that_starts_is_told_what_its_last_life_was_too(start):
    start().add([("crm", ACME)])

    assert start().news() == News((("crm", ACME),))


def test_without_a_time_of_its_own_it_is_of_now(start, clock):
    start().add([("crm", replace(ACME, at=None))])

    assert start().news() == News((("crm", replace(ACME, at=clock())),))


def test_of_processes_that_are_told_at_once_nothing_is_lost(opened, clock):
    """On PostgreSQL two may take the same number; a reader in between must miss neither."""
    processes, reader = [Told(opened(), clock) for _ in range(4)], Told(opened(), clock)
    changes = [[Change((f"{number}.{each}",), at=START) for each in range(10)]
               for number in range(4)]  # fmt: skip
    reader.news()
    seen = []
    with ThreadPoolExecutor(4) as threads:
        for number, process in enumerate(processes):
            for change in changes[number]:
                threads.submit(process.add, [("crm", change)])
        for _ in range(20):
            seen += reader.news().changes
    last = reader.news()
    seen += last.changes

    assert last.missed_until is None
    assert sorted(change.keys for _, change in seen) == sorted(
        change.keys for some in changes for change in some
    )


def test_it_is_forgotten_after_an_hour(start, clock, engine):
    first = start()
    first.add([("crm", ACME)])
    clock.forward(seconds=KEPT_FOR.total_seconds() + 1)
    first.add([("crm", BOLT)])
    assert start().news() == News((("crm", ACME), ("crm", BOLT))), "the last row stays meanwhile"

    first.add([("crm", BOLT)])
    assert len(start().news().changes) == 2
    with engine.connect() as connection:
        assert connection.scalars(select(table.c.number)).all() == [2, 3]


def test_who_did_not_look_until_it_was_forgotten_is_told_so(start, clock):
    first, second = start(), start()
    first.add([("crm", ACME)])
    second.news()
    for _ in range(2):
        first.add([("crm", ACME)])
        clock.forward(seconds=KEPT_FOR.total_seconds() + 1)
    first.add([("crm", BOLT)])

    assert second.news() == News((("crm", ACME), ("crm", BOLT)), missed_until=clock())
    assert second.news() == News()


def test_what_a_wrong_clock_has_kept_does_not_stay(start, clock, engine):
    first = start()
    clock.forward(days=400)
    first.add([("crm", ACME)])
    clock.forward(days=-400)
    first.add([("crm", BOLT)])
    first.add([("crm", BOLT)])

    with engine.connect() as connection:
        assert connection.scalars(select(table.c.number)).all() == [2, 3]


def test_of_sources_that_are_no_longer_declared_nothing_stays_that_was_said(start):
    first, second = start(), start()
    second.news()
    first.add([("crm", ACME), ("erp", BOLT)])
    first.keep_only({"erp"})

    news = second.news()
    assert news == News((("crm", Change(at=ACME.at)), ("erp", BOLT)))
    assert news.missed_until is None


@pytest.mark.parametrize(
    "said",
    [{"keys": ["C-1"]}, {"keys": ["C-1"], "ids": [], "lookups": [], "items": [], "groups": ["7"]}],
    ids=["less", "more"],
)
def test_what_another_release_says_more_or_less_of_is_about_everybody(start, engine, said):
    start().add([("crm", ACME)])
    with engine.begin() as connection:
        connection.execute(update(table).values(said=said))

    assert start().news() == News((("crm", Change(at=ACME.at)),))
