"""A source that has become slower than it usually is."""

from datetime import timedelta

import pytest
from context_sidecar.engine.sources.pace import GETS_USUAL, KNOWN_AFTER, LATELY, Pace
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START, FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def pace():
    return Pace()


def took(pace, clock, seconds, times=1, *, lookup="account", keys=1):
    for _ in range(times):
        pace.took(lookup, keys, seconds, clock.forward(seconds=10))


def test_what_is_slow_from_the_first_is_as_it_is(pace, clock):
    took(pace, clock, 3.0, 100)

    assert pace.slowed() is None
    assert pace.rest(clock()) == timedelta(0)


def test_several_times_slower_than_usual_is_noticed_and_its_end_too(pace, clock):
    took(pace, clock, 0.3, KNOWN_AFTER)
    took(pace, clock, 2.0, LATELY)

    slowed = pace.slowed()
    assert (slowed.seconds, slowed.usual) == (2.0, 0.3)
    assert START < slowed.since <= clock()

    took(pace, clock, 0.3, LATELY)
    assert pace.slowed() is None


def test_one_slow_call_is_none(pace, clock):
    took(pace, clock, 0.3, KNOWN_AFTER)
    took(pace, clock, 10.0)
    took(pace, clock, 0.3, 3)
    took(pace, clock, 10.0)

    assert pace.slowed() is None


def test_from_very_fast_to_fast_is_not_slow(pace, clock):
    took(pace, clock, 0.01, KNOWN_AFTER)
    took(pace, clock, 0.2, LATELY)

    assert pace.slowed() is None


def test_a_call_for_many_keys_is_compared_with_such_calls(pace, clock):
    took(pace, clock, 0.3, KNOWN_AFTER)
    took(pace, clock, 4.0, LATELY, keys=200)
    took(pace, clock, 4.0, LATELY, lookup="tickets")

    assert pace.slowed() is None


def test_what_is_slow_does_not_become_the_usual_before_long(pace, clock):
    took(pace, clock, 0.3, KNOWN_AFTER)
    took(pace, clock, 2.0, 200)
    assert pace.slowed().usual == 0.3

    clock.now += GETS_USUAL
    took(pace, clock, 2.0)
    assert pace.slowed() is None
    took(pace, clock, 2.0, LATELY)
    assert pace.slowed() is None


def test_while_it_is_slow_the_background_rests_as_long_as_a_call_takes(pace, clock):
    took(pace, clock, 0.3, KNOWN_AFTER)
    took(pace, clock, 2.0, LATELY)

    assert pace.rest(clock()) == timedelta(seconds=2)
    assert pace.rest(clock() + timedelta(seconds=2)) == timedelta(0)
    assert pace.rest(clock() - timedelta(hours=1)) == timedelta(seconds=2)


SECONDS = st.floats(0, 20)


@given(st.lists(SECONDS, max_size=200), SECONDS)
def test_after_some_calls_as_usual_nothing_is_slow(before, usual):
    pace, clock = Pace(), FakeClock()
    took(pace, clock, usual, KNOWN_AFTER)
    for seconds in before:
        took(pace, clock, seconds)
        slowed = pace.slowed()
        if slowed:
            assert slowed.seconds > slowed.usual
            assert slowed.since <= clock()
    if pace.slowed():
        took(pace, clock, pace.slowed().usual, LATELY)
    assert pace.slowed() is None


@given(st.lists(SECONDS, max_size=100))
def test_the_rest_is_never_longer_than_a_call(seconds):
    pace, clock = Pace(), FakeClock()
    for one in seconds:
        took(pace, clock, one)
        assert timedelta(0) <= pace.rest(clock()) <= timedelta(seconds=max(seconds))
