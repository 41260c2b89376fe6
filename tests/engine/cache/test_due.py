"""When to ask again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Found, NoMatch, Observation, Several
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.cache.due import again_at, due, next_try
from context_sidecar.engine.questions import Question
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START

HOURLY = Question("crm", "account", stale_after=timedelta(hours=1))
FOUND = Observation().answered(Found({}), START)
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def is_due(
    observation, after, *, key="1", question=HOURLY, well_since=START - MINUTE, changed_at=LONG_AGO
):
    return due(
        question, key, observation, START + after, well_since=well_since, changed_at=changed_at
    )


def test_what_was_never_asked_is_due():
    assert is_due(Observation(), timedelta(0))


def test_an_answer_that_came_while_the_question_was_on_its_way_is_not_asked_for_again():
    assert not is_due(FOUND, -timedelta(seconds=30))


def test_what_was_answered_before_the_clock_was_set_back_is_asked_for_again():
    assert is_due(FOUND, -timedelta(hours=1))


@given(st.text())
def test_an_answer_is_asked_for_again_from_four_fifths_of_its_fresh_time_and_before_its_end(key):
    assert not is_due(FOUND, 0.719 * timedelta(hours=1), key=key)
    assert is_due(FOUND, 0.881 * timedelta(hours=1), key=key)


def test_a_thousand_entries_do_not_fall_due_together():
    moments = [again_at(HOURLY, str(number), FOUND) for number in range(1000)]

    assert max(moments) - min(moments) > timedelta(minutes=9)
    busiest = max(
        sum(start <= at < start + timedelta(minutes=1) for at in moments) for start in moments
    )
    assert busiest < 200


def test_the_same_key_falls_due_at_the_same_moment_every_time():
    assert again_at(HOURLY, "1", FOUND) == again_at(HOURLY, "1", FOUND)


@pytest.mark.parametrize(
    ("answer", "after"), [(NoMatch(), MINUTE), (Several(("a", "b")), timedelta(minutes=10))]
)
def test_what_is_no_account_is_asked_for_again_sooner(answer, after):
    observation = Observation().answered(answer, START)

    assert not is_due(observation, after - timedelta(seconds=1))
    assert is_due(observation, after)


def test_no_account_is_asked_for_sooner_still_where_the_contract_is_shorter():
    quick = Question("crm", "account", stale_after=timedelta(seconds=20))

    assert is_due(Observation().answered(NoMatch(), START), timedelta(seconds=18), question=quick)


def test_a_denial_is_confirmed_after_a_minute():
    denied = FOUND.answered(NoMatch(), START)

    assert not is_due(denied, timedelta(seconds=59))
    assert is_due(denied, MINUTE)


def test_a_denial_of_what_was_never_known_is_confirmed_while_somebody_waits():
    denied = Observation().answered(NoMatch(certain=False), START)

    assert not is_due(denied, timedelta(seconds=9))
    assert is_due(denied, timedelta(seconds=10))


def test_a_failure_is_tried_again_at_its_time():
    failed = FOUND.failed(SourceError(Reason.TIMEOUT), START, START + timedelta(seconds=5))

    assert not is_due(failed, timedelta(seconds=4))
    assert is_due(failed, timedelta(seconds=5))


def test_a_failure_from_before_the_source_recovered_says_nothing_any_more():
    failed = FOUND.failed(SourceError(Reason.TIMEOUT), START, START + timedelta(minutes=5))

    assert is_due(failed, MINUTE, well_since=START + timedelta(seconds=30))


@pytest.mark.parametrize(
    "known", [FOUND, FOUND.failed(SourceError(Reason.CREDENTIAL_EXPIRED), START, START + MINUTE)]
)
def test_whatever_is_known_is_asked_for_again_once_the_source_has_changed(known):
    second = timedelta(seconds=1)

    assert is_due(known, 2 * second, changed_at=START + second)
    assert not is_due(known, 2 * second, changed_at=START)


def test_a_change_that_is_yet_to_come_is_from_before_the_clock_was_set_back():
    assert not is_due(FOUND, timedelta(seconds=1), changed_at=START + MINUTE)


def test_an_attempt_from_the_future_is_due_since_the_clock_was_set_back():
    assert is_due(FOUND, timedelta(hours=-1))
    assert is_due(replace(FOUND, denied_at=START), timedelta(hours=-1))


def backoff(reason, failures, chance=1.0, **more):
    again = next_try(SourceError(reason, **more), failures, START, lambda: chance)
    return (again - START).total_seconds()


def test_failures_back_off_doubling_up_to_five_minutes():
    waits = [backoff(Reason.TIMEOUT, failures) for failures in range(1, 9)]

    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]


def test_half_of_a_backoff_is_left_to_chance():
    assert backoff(Reason.TIMEOUT, 3, chance=0.0) == 10
    assert backoff(Reason.TIMEOUT, 3, chance=1.0) == 20


def test_the_source_says_itself_when_to_come_back():
    assert backoff(Reason.RATE_LIMITED, 1, retry_after=42) == 42


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason.needs_person])
def test_what_needs_a_person_is_probed_in_fifteen_minutes(reason):
    assert backoff(reason, 1) == 900


def test_a_full_queue_is_tried_again_soon():
    assert backoff(Reason.BUSY, 1) == 2


@given(st.sampled_from(Reason), st.integers(1, 10_000), st.floats(0, 1))
def test_every_failure_is_tried_again_within_a_quarter_of_an_hour_and_not_at_once(
    reason, failures, chance
):
    assert 1 <= backoff(reason, failures, chance) <= 900
