"""Trying again within one call."""

from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.sources.retry import RetryBudget, again_in
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START, FakeClock


@pytest.mark.parametrize("reason", Reason)
def test_only_what_may_be_gone_in_a_moment_is_tried_again(reason):
    again = again_in(SourceError(reason), 1, interactive=True, random=lambda: 0.5)

    assert (again is not None) == (reason in {Reason.UNREACHABLE, Reason.SERVER_ERROR})


@pytest.mark.parametrize(("interactive", "most"), [(True, 2), (False, 3)])
def test_a_person_gets_two_attempts_and_the_background_three(interactive, most):
    error = SourceError(Reason.SERVER_ERROR)

    attempts = [
        again_in(error, attempt, interactive=interactive, random=lambda: 0.5) is not None
        for attempt in range(1, 5)
    ]

    assert attempts == [True] * (most - 1) + [False] * (5 - most)


@given(st.integers(1, 2), st.floats(0, 1), st.floats(0, 100) | st.none())
def test_the_pause_is_left_to_chance_and_never_shorter_than_asked_for(attempt, chance, asked):
    error = SourceError(Reason.SERVER_ERROR, retry_after=asked)

    pause = again_in(error, attempt, interactive=False, random=lambda: chance)

    assert pause == pytest.approx(max(asked or 0, chance * 0.2 * 2 ** (attempt - 1)))


def test_three_retries_are_always_allowed_in_a_minute():
    budget, clock = RetryBudget(), FakeClock()

    assert [budget.take(clock()) for _ in range(5)] == [True] * 3 + [False] * 2
    clock.forward(seconds=60)
    assert budget.take(clock())


def test_a_tenth_of_many_calls_may_be_retried():
    budget, clock = RetryBudget(), FakeClock()
    for _ in range(100):
        budget.called(clock())

    assert sum(budget.take(clock()) for _ in range(100)) == 13


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=150))
def test_retries_are_never_more_than_a_tenth_and_three_within_a_minute(steps):
    budget, now, calls, retries = RetryBudget(), START, [], []
    for is_call, wait in steps:
        now += timedelta(seconds=wait)
        if is_call:
            budget.called(now)
            calls.append(now)
        elif budget.take(now):
            retries.append(now)
            minute = now - timedelta(minutes=1)
            recent = [at for at in calls if at > minute]
            assert len([at for at in retries if at > minute]) <= 3 + len(recent) / 10


def test_a_clock_set_back_frees_the_budget_and_does_not_exhaust_it():
    budget, clock = RetryBudget(), FakeClock()
    while budget.take(clock()):
        pass

    assert budget.take(clock.forward(hours=-1))
