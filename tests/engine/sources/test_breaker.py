"""The circuit breaker, by its numbers and over random histories."""

from datetime import timedelta

import pytest
from context_sidecar.engine.sources.breaker import (
    FIRST_REST,
    JITTER,
    LONGEST_REST,
    MIN_CALLS,
    PROBE_LIMIT,
    PROBES,
    WINDOW,
    Breaker,
    Circuit,
)
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support.clock import START, FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def breaker():
    return Breaker(lambda: 0.5)


def call(breaker, clock, *, failed=False, slow=False):
    assert breaker.refused_until(clock()) is None
    began = clock()
    breaker.begin(began)
    breaker.end(began, clock(), failed=failed, slow=slow)


def opened(breaker, clock):
    for _ in range(MIN_CALLS):
        call(breaker, clock, failed=True)
    assert breaker.circuit(clock()) is Circuit.OPEN


@pytest.mark.parametrize(
    ("good", "bad", "circuit"),
    [(0, 7, Circuit.CLOSED), (4, 4, Circuit.OPEN), (5, 4, Circuit.CLOSED), (0, 8, Circuit.OPEN)],
)
def test_it_opens_when_half_of_at_least_eight_calls_failed(breaker, clock, good, bad, circuit):
    for _ in range(good):
        call(breaker, clock)
    for _ in range(bad):
        call(breaker, clock, failed=True)

    assert breaker.circuit(clock()) is circuit


@pytest.mark.parametrize(
    ("quick", "slow", "circuit"), [(2, 7, Circuit.CLOSED), (2, 8, Circuit.OPEN)]
)
def test_it_opens_when_four_of_five_calls_were_slow(breaker, clock, quick, slow, circuit):
    for _ in range(quick):
        call(breaker, clock)
    for _ in range(slow):
        call(breaker, clock, slow=True)

    assert breaker.circuit(clock()) is circuit


def test_failures_of_more_than_a_minute_ago_are_forgotten(breaker, clock):
    for _ in range(MIN_CALLS - 1):
        call(breaker, clock, failed=True)
    clock.forward(seconds=61)

    call(breaker, clock, failed=True)

    assert breaker.circuit(clock()) is Circuit.CLOSED


def test_a_thin_trickle_of_failures_within_the_minute_opens_it(breaker, clock):
    """A window of a hundred calls would never fill at the traffic of a card."""
    for _ in range(MIN_CALLS):
        clock.forward(seconds=7)
        call(breaker, clock, failed=True)

    assert breaker.circuit(clock()) is Circuit.OPEN


def test_it_rests_half_a_minute_first_and_twice_as_long_each_time_up_to_five_minutes(
    breaker, clock
):
    opened(breaker, clock)
    rests = []
    for _ in range(6):
        until = breaker.refused_until(clock())
        rests.append((until - clock()).total_seconds())
        clock.now = until
        call(breaker, clock, failed=True)

    assert rests == [30, 60, 120, 240, 300, 300]


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 24), (0.5, 30), (1.0, 36)])
def test_its_rest_is_left_to_chance_by_a_fifth(clock, chance, seconds):
    breaker = Breaker(lambda: chance)

    opened(breaker, clock)

    assert breaker.refused_until(clock()) == clock() + timedelta(seconds=seconds)


def test_two_good_probes_close_it(breaker, clock):
    opened(breaker, clock)
    clock.forward(seconds=30)
    assert breaker.circuit(clock()) is Circuit.HALF_OPEN

    call(breaker, clock)
    assert breaker.circuit(clock()) is Circuit.HALF_OPEN
    call(breaker, clock)

    assert breaker.circuit(clock()) is Circuit.CLOSED


def test_once_closed_it_starts_from_the_shortest_rest_again(breaker, clock):
    opened(breaker, clock)
    clock.forward(seconds=30)
    call(breaker, clock, failed=True)
    clock.forward(seconds=60)
    call(breaker, clock)
    call(breaker, clock)

    opened(breaker, clock)

    assert breaker.refused_until(clock()) == clock() + FIRST_REST


def test_no_more_than_two_probes_are_under_way(breaker, clock):
    opened(breaker, clock)
    clock.forward(seconds=30)
    breaker.begin(clock())
    breaker.begin(clock())

    assert breaker.refused_until(clock()) == clock() + PROBE_LIMIT


def test_a_slow_probe_is_a_bad_one(breaker, clock):
    opened(breaker, clock)
    clock.forward(seconds=30)

    call(breaker, clock, slow=True)

    assert breaker.circuit(clock()) is Circuit.OPEN


def test_a_probe_that_says_nothing_leaves_its_place_to_another(breaker, clock):
    opened(breaker, clock)
    clock.forward(seconds=30)
    for _ in range(5):
        breaker.begin(clock())
        breaker.let_go(clock())

    assert breaker.refused_until(clock()) is None


def test_a_probe_that_never_ends_gives_up_its_place_after_a_minute(breaker, clock):
    opened(breaker, clock)
    clock.forward(seconds=30)
    breaker.begin(clock())
    breaker.begin(clock())
    clock.forward(seconds=60)

    assert breaker.refused_until(clock()) is None


def test_a_call_that_began_before_it_opened_is_no_probe(breaker, clock):
    long_ago = clock()
    breaker.begin(long_ago)
    clock.forward(seconds=1)
    opened(breaker, clock)
    clock.forward(seconds=30)

    breaker.end(long_ago, clock(), failed=False, slow=False)
    breaker.end(long_ago, clock(), failed=True, slow=False)

    assert breaker.circuit(clock()) is Circuit.HALF_OPEN


def pressed(breaker, clock, *, failed=False):
    assert breaker.refused_until(clock(), by_person=True) is None
    breaker.let_in(clock())
    assert breaker.refused_until(clock()) is not None, "nobody else comes in with them"
    assert breaker.refused_until(clock(), admitted=True) is None
    began = clock()
    breaker.begin(began)
    breaker.end(began, clock(), failed=failed, slow=False)


def test_somebody_who_asks_for_it_may_probe_during_the_rest_and_two_good_ones_end_it(
    breaker, clock
):
    opened(breaker, clock)

    pressed(breaker, clock)
    assert breaker.circuit(clock()) is Circuit.HALF_OPEN
    call(breaker, clock)

    assert breaker.circuit(clock()) is Circuit.CLOSED


def test_a_probe_that_somebody_asked_for_and_that_fails_changes_nothing(breaker, clock):
    opened(breaker, clock)
    until = breaker.refused_until(clock())

    pressed(breaker, clock, failed=True)

    assert breaker.circuit(clock()) is Circuit.OPEN
    assert breaker.refused_until(clock()) == until


def test_however_many_ask_for_it_two_may_probe_in_ten_seconds(breaker, clock):
    opened(breaker, clock)
    for _ in range(2):
        pressed(breaker, clock, failed=True)

    assert breaker.refused_until(clock(), by_person=True) == breaker.refused_until(clock())
    clock.forward(seconds=10)
    pressed(breaker, clock, failed=True)


def test_a_clock_set_back_by_an_hour_does_not_lengthen_the_rest(breaker, clock):
    opened(breaker, clock)
    clock.forward(hours=-1)

    assert breaker.refused_until(clock()) <= clock() + FIRST_REST


def test_a_clock_set_forward_by_an_hour_ends_the_rest(breaker, clock):
    opened(breaker, clock)
    clock.forward(hours=1)

    assert breaker.circuit(clock()) is Circuit.HALF_OPEN


class Histories(RuleBasedStateMachine):
    """Calls begin, end and hang, and time passes, mostly forward."""

    def __init__(self):
        super().__init__()
        self.clock = FakeClock()
        self.breaker = Breaker(lambda: 0.5)
        self.under_way = []
        self.ended = []

    @precondition(
        lambda self: (
            self.breaker.refused_until(self.clock(), by_person=True) is None
            and self.breaker.circuit(self.clock()) is Circuit.OPEN
        )
    )
    @rule()
    def press(self):
        self.breaker.let_in(self.clock())
        assert self.breaker.refused_until(self.clock(), admitted=True) is None
        self.begin()

    @precondition(lambda self: self.breaker.refused_until(self.clock()) is None)
    @rule()
    def begin(self):
        self.breaker.begin(self.clock())
        self.under_way.append((self.clock(), self.breaker.circuit(self.clock())))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), failed=st.booleans(), slow=st.booleans())
    def end(self, data, failed, slow):
        began, _ = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        before = self.breaker.circuit(self.clock())
        self.breaker.end(began, self.clock(), failed=failed, slow=slow)
        after = self.breaker.circuit(self.clock())
        if before is Circuit.CLOSED:
            self.ended.append((self.clock(), failed, slow))
            assert (after is Circuit.OPEN) == self.should_open()
        if after is not Circuit.CLOSED:
            self.ended.clear()
        if before is Circuit.HALF_OPEN and after is Circuit.CLOSED:
            assert not failed
            assert not slow

    @precondition(lambda self: self.under_way)
    @rule()
    def let_go(self):
        before = self.breaker.circuit(self.clock())
        self.breaker.let_go(self.under_way.pop()[0])
        assert self.breaker.circuit(self.clock()) is before

    @rule(seconds=st.integers(0, 100))
    def wait(self, seconds):
        before = self.breaker.circuit(self.clock())
        self.clock.forward(seconds=seconds)
        if before is not Circuit.OPEN:
            assert self.breaker.circuit(self.clock()) is before, "time alone closes nothing"

    def should_open(self):
        recent = [one for one in self.ended if self.clock() - one[0] <= WINDOW]
        failed = sum(one[1] for one in recent)
        slow = sum(one[2] for one in recent)
        bad = 2 * failed >= len(recent) or 10 * slow >= 8 * len(recent)
        return len(recent) >= MIN_CALLS and bad

    @invariant()
    def it_never_refuses_for_long(self):
        until = self.breaker.refused_until(self.clock())
        longest = LONGEST_REST * (1 + JITTER)
        assert until is None or self.clock() < until <= self.clock() + max(longest, PROBE_LIMIT)

    @invariant()
    def at_most_two_probes_are_under_way(self):
        young = self.clock() - PROBE_LIMIT
        probes = [
            began for began, circuit in self.under_way
            if circuit is Circuit.HALF_OPEN and began > young
        ]  # fmt: skip
        if self.breaker.circuit(self.clock()) is Circuit.HALF_OPEN:
            assert len(self.breaker._probes) <= PROBES
        assert len(self.breaker._probes) <= len(probes) + len(self.under_way)


Histories.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestHistories = Histories.TestCase


def test_whatever_happened_a_source_that_is_well_again_is_believed():
    for seed in range(20):
        breaker, clock = Breaker(lambda seed=seed: seed / 20), FakeClock()
        opened(breaker, clock)
        for _ in range(seed):
            clock.now = breaker.refused_until(clock()) or clock()
            call(breaker, clock, failed=True)
        clock.now = breaker.refused_until(clock()) or clock()

        call(breaker, clock)
        call(breaker, clock)

        assert breaker.circuit(clock()) is Circuit.CLOSED
        assert clock() - START <= timedelta(minutes=2) + seed * LONGEST_REST * (1 + JITTER)
