"""When each install was last asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.store.sightings import WRITTEN_EVERY, Sighting, Sightings
from sqlalchemy.exc import OperationalError
from support.clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sightings(engine, clock):
    return Sightings(engine, clock)


def test_nothing_was_seen_of_an_install_that_was_never_asked(sightings):
    assert sightings.of("desk") == Sighting()


def test_what_was_proven_and_what_was_refused_are_told_apart(sightings, clock):
    sightings.proven("desk")
    first = clock()
    clock.forward(seconds=5)
    sightings.refused("desk", "the signature does not fit")

    assert sightings.of("desk") == Sighting(first, clock(), "the signature does not fit")
    assert sightings.of("other") == Sighting()


def test_another_process_knows_it_soon(sightings, engine, clock):
    other = Sightings(engine, clock)
    sightings.proven("desk")
    assert other.of("desk").proven_at == clock()

    clock.forward(seconds=1)
    sightings.proven("desk")  # too soon to be written again
    clock.forward(seconds=WRITTEN_EVERY.total_seconds())
    sightings.proven("desk")

    assert other.of("desk").proven_at == clock()


def test_two_processes_forget_nothing_of_what_the_other_saw(sightings, engine, clock):
    other = Sightings(engine, clock)
    other.refused("desk", "why")
    seen = clock()
    clock.forward(seconds=60)
    sightings.proven("desk")

    for each in (sightings, other, Sightings(engine, clock)):
        assert each.of("desk") == Sighting(clock(), seen, "why")


def test_however_often_it_is_asked_little_is_written(sightings, engine, clock, monkeypatch):
    written = []
    monkeypatch.setattr(sightings, "_write", lambda *each: written.append(each))
    for _ in range(1_000):
        sightings.refused("desk", "why")
        clock.forward(milliseconds=20)

    assert len(written) == timedelta(seconds=20) / WRITTEN_EVERY


def test_an_endless_reason_is_cut(sightings):
    sightings.refused("desk", "x" * 10_000)

    assert len(sightings.of("desk").refusal) == 2_000


def test_a_database_in_trouble_keeps_nobody_from_their_card(sightings, engine, clock, monkeypatch):
    def broken(*_):
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(sightings, "_stored", broken)
    sightings.proven("desk")

    assert sightings._known["desk"].proven_at == clock()
