"""How often a source may be asked."""

from datetime import timedelta

import pytest
from context_sidecar.engine.sources.rate import DEFAULT_PAUSE, NOTHING, SMALLEST_SHARE, RateBudget
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START, FakeClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock():
    return FakeClock()


def spend_all(budget, now, *, interactive=True):
    spent = 0
    while budget.wait(now, interactive=interactive) == NOTHING:
        budget.spend(now)
        spent += 1
    return spent


def test_without_a_rate_there_is_no_limit_of_ours(clock):
    budget = RateBudget(None, MINUTE)
    for _ in range(10_000):
        assert budget.wait(clock(), interactive=False) == NOTHING
        budget.spend(clock())


def test_a_quarter_may_come_at_once_and_the_rest_is_spread(clock):
    budget = RateBudget(100, MINUTE)

    assert spend_all(budget, clock()) == 25
    spread = 0
    for _ in range(59):
        spread += spend_all(budget, clock.forward(seconds=1))
    assert spread in {74, 75}


def test_what_runs_in_the_background_leaves_a_reserve_for_people(clock):
    budget = RateBudget(100, MINUTE)

    background = spend_all(budget, clock(), interactive=False)

    assert background == 22
    assert spend_all(budget, clock(), interactive=True) == 3


def test_a_rate_of_one_still_serves_the_background(clock):
    budget = RateBudget(1, MINUTE)

    assert spend_all(budget, clock(), interactive=False) == 1
    assert budget.wait(clock(), interactive=False) == MINUTE


def test_how_long_to_wait_is_known(clock):
    budget = RateBudget(100, MINUTE)
    spend_all(budget, clock())

    wait = budget.wait(clock(), interactive=True, calls=5)

    assert budget.wait(clock() + wait, interactive=True, calls=5) <= timedelta(microseconds=1)
    assert wait > budget.wait(clock(), interactive=True)


def test_too_many_pauses_for_as_long_as_the_source_asks(clock):
    budget = RateBudget(100, MINUTE)

    budget.limited(clock(), 7)

    assert budget.paused_until(clock()) == clock() + timedelta(seconds=7)
    assert budget.wait(clock(), interactive=True) >= timedelta(seconds=7)
    assert budget.paused_until(clock.forward(seconds=7)) is None


def test_too_many_without_a_time_pauses_for_a_while(clock):
    budget = RateBudget(None, MINUTE)

    budget.limited(clock(), None)

    assert budget.wait(clock(), interactive=True) == DEFAULT_PAUSE
    assert budget.wait(clock.forward(seconds=10), interactive=True) == NOTHING


def test_after_too_many_it_goes_on_at_half_the_pace_and_slowly_regains_it(clock):
    """AIMD: additive increase, multiplicative decrease."""
    budget = RateBudget(100, MINUTE)

    budget.limited(clock(), 1)
    assert budget.share == 0.5
    budget.wait(clock.forward(minutes=2), interactive=True)
    assert budget.share == pytest.approx(0.7)
    budget.wait(clock.forward(minutes=5), interactive=True)
    assert budget.share == 1


def test_calls_that_were_under_way_together_are_one_lesson(clock):
    budget = RateBudget(100, MINUTE)

    for _ in range(8):
        budget.limited(clock(), 5)

    assert budget.share == 0.5


def test_it_never_shrinks_to_nothing(clock):
    budget = RateBudget(100, MINUTE)

    for _ in range(20):
        budget.limited(clock.forward(seconds=2), 1)

    assert budget.share == SMALLEST_SHARE
    assert budget.wait(clock.forward(minutes=1), interactive=True) == NOTHING


def test_a_longer_pause_is_not_cut_short_by_a_shorter_one(clock):
    budget = RateBudget(None, MINUTE)

    budget.limited(clock(), 60)
    budget.limited(clock(), 1)

    assert budget.paused_until(clock()) == clock() + MINUTE


def test_a_clock_set_back_gives_no_tokens_and_takes_none(clock):
    budget = RateBudget(60, MINUTE)
    budget.spend(clock())

    assert spend_all(budget, clock.forward(hours=-1)) == 14


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["person", "background", "429"]),
        st.floats(0, 20, allow_nan=False),
    ),
    max_size=120,
)


@given(st.integers(1, 40), st.integers(1, 120), STEPS)
def test_in_no_span_of_time_does_more_than_the_rate_begin(rate, per, steps):
    budget, now, begun = RateBudget(rate, timedelta(seconds=per)), START, []
    for kind, wait in steps:
        now += timedelta(seconds=wait)
        if kind == "429":
            budget.limited(now, None)
        while budget.wait(now, interactive=kind == "person") == NOTHING:
            budget.spend(now)
            begun.append(now)

    for start in begun:
        assert sum(start <= at < start + timedelta(seconds=per) for at in begun) <= rate


@given(st.integers(1, 1000), st.integers(1, 3600), st.integers(0, 6), st.booleans())
def test_whoever_waits_gets_a_turn_however_small_the_rate_has_become(
    rate, per, lessons, interactive
):
    budget, now = RateBudget(rate, timedelta(seconds=per)), START
    for _ in range(lessons):
        budget.limited(now, 1)
        now += timedelta(seconds=1)
    spend_all(budget, now)
    empty = now

    for _ in range(20):  # the pace, and with it the reserve, grows while one waits
        now += budget.wait(now, interactive=interactive)

    assert budget.wait(now, interactive=interactive) == NOTHING
    assert now - empty <= timedelta(seconds=20 * per)
