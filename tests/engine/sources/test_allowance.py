"""What is left of a vendor's limits, kept so that they do not bite."""

from datetime import timedelta

import pytest
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.engine.sources.allowance import Allowance
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START, FakeClock

BURST = Quota("burst", timedelta(seconds=10))
DAILY = Quota("daily", timedelta(days=1))
NOTHING = timedelta(0)
HOUR = timedelta(hours=1)


def standing(quota, left, limit=100, *, at=START, resets=None):
    return Standing(quota, left, limit, at, resets and at + resets)


@pytest.fixture
def allowance():
    return Allowance()


def wait(allowance, *, interactive, at=START, calls=1):
    return allowance.wait(at, interactive=interactive, calls=calls)


def test_nothing_told_keeps_nobody(allowance):
    assert wait(allowance, interactive=False) == NOTHING
    assert allowance.gone(START) is None


class TestBurst:
    def test_the_background_leaves_the_last_tenth_to_people(self, allowance):
        allowance.heard([standing(BURST, 10, resets=timedelta(seconds=4))])

        assert wait(allowance, interactive=False) == timedelta(seconds=4)
        assert wait(allowance, interactive=True) == NOTHING

    def test_people_wait_until_it_is_whole_again(self, allowance):
        allowance.heard([standing(BURST, 0, resets=timedelta(seconds=4))])

        assert wait(allowance, interactive=True) == timedelta(seconds=4)
        after = START + timedelta(seconds=4)
        assert wait(allowance, interactive=True, at=after) == NOTHING
        assert wait(allowance, interactive=False, at=after) == NOTHING

    def test_calls_of_which_no_answer_has_told_yet_count(self, allowance):
        allowance.heard([standing(BURST, 2)])

        allowance.begin(START)
        allowance.begin(START)

        assert wait(allowance, interactive=True) == timedelta(seconds=10)

    def test_with_little_left_the_background_is_spread(self, allowance):
        """30 are left, ten of them for people: the other twenty go over the ten seconds."""
        allowance.heard([standing(BURST, 30)])
        allowance.begin(START)
        allowance.heard([standing(BURST, 30)])

        assert wait(allowance, interactive=False) == timedelta(seconds=0.5)
        assert wait(allowance, interactive=True) == NOTHING
        assert wait(allowance, interactive=False, at=START + timedelta(seconds=1)) == NOTHING

    def test_with_much_left_nothing_is_spread(self, allowance):
        allowance.heard([standing(BURST, 60)])
        allowance.begin(START)

        assert wait(allowance, interactive=False) == NOTHING

    def test_a_burst_is_never_gone_for_long(self, allowance):
        allowance.heard([standing(BURST, 0)])

        assert allowance.gone(START) is None


class TestDaily:
    def test_the_background_stops_at_a_fifth_until_it_is_whole_again(self, allowance):
        allowance.heard([standing(DAILY, 20, resets=5 * HOUR)])

        assert wait(allowance, interactive=False) == 5 * HOUR
        assert wait(allowance, interactive=True) == NOTHING
        assert wait(allowance, interactive=False, at=START + 5 * HOUR) == NOTHING

    def test_people_go_on_until_the_vendor_says_that_it_is_gone(self, allowance):
        allowance.heard([standing(DAILY, 1, resets=5 * HOUR)])
        for _ in range(5):
            allowance.begin(START)

        assert wait(allowance, interactive=True, calls=9) == NOTHING
        assert allowance.gone(START) is None

        allowance.heard([standing(DAILY, 0, resets=5 * HOUR)])
        assert allowance.gone(START).until == START + 5 * HOUR
        assert allowance.gone(START + 5 * HOUR) is None

    def test_it_is_apart_from_the_burst(self, allowance):
        allowance.heard([standing(DAILY, 90), standing(BURST, 0)])
        assert wait(allowance, interactive=True) == timedelta(seconds=10)

        allowance.heard([standing(BURST, 100)])
        assert wait(allowance, interactive=False) == NOTHING

    def test_one_whose_end_is_not_told_is_looked_at_again_after_an_hour(self, allowance):
        allowance.heard([standing(DAILY, 0)])

        assert allowance.gone(START).until == START + HOUR

    def test_what_a_clock_that_was_ahead_was_told_keeps_nobody(self, allowance):
        allowance.heard([standing(DAILY, 0, at=START + 9 * HOUR)])

        assert allowance.gone(START) is None
        assert wait(allowance, interactive=False) == NOTHING


STEPS = st.lists(
    st.one_of(
        st.builds(
            standing, st.sampled_from([BURST, DAILY]), st.integers(0, 100),
            st.none() | st.integers(0, 100), resets=st.none() | st.just(timedelta(seconds=7)),
        ),
        st.floats(0, 4000).map(lambda seconds: timedelta(seconds=seconds)),
        st.none(),
    ),
    max_size=20,
)  # fmt: skip


@given(STEPS, st.integers(1, 5))
def test_people_never_wait_longer_than_the_background_and_nobody_for_ever(steps, calls):
    allowance, clock = Allowance(), FakeClock()
    for step in steps:
        match step:
            case Standing(quota, left, limit, told_at, resets_at):
                moved = clock() - told_at
                resets = resets_at and resets_at + moved
                allowance.heard([Standing(quota, left, limit, clock(), resets)])
            case timedelta():
                clock.now += step
            case None:
                allowance.begin(clock())
        people = allowance.wait(clock(), interactive=True, calls=calls)
        background = allowance.wait(clock(), interactive=False, calls=calls)
        assert NOTHING <= people <= background <= HOUR
    assert allowance.wait(clock() + HOUR, interactive=False) == NOTHING
