"""What is known of an account in a lookup: changed only by answers and failures."""

import pytest
from context_sidecar.core.causes import NONE, Cause, Particulars
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Fetch, Found, NoMatch, Observation, Remnant, Several
from context_sidecar.core.reasons import Reason
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START, FakeClock
from support.histories import moments

LATER = FakeClock().forward(minutes=10)


@given(moments, st.sampled_from(Reason))
def test_a_failure_keeps_the_answer_and_counts(moment, reason):
    before = moment.observation.vouched(moment.now)
    after = moment.observation.failed(SourceError(reason), moment.now)
    assert (after.answer, after.confirmed_at) == (before.answer, before.confirmed_at)
    assert (after.remnants, after.denied_at) == (before.remnants, before.denied_at)
    assert after.failures == before.failures + 1
    assert after.since == min(before.since or moment.now, moment.now)


@given(moments, st.sampled_from(Reason))
def test_a_failure_that_needs_a_person_blocks_at_once_and_until_an_answer(moment, reason):
    before = moment.observation
    after = before.failed(SourceError(reason), LATER)
    if before.fetch is Fetch.BLOCKED and not reason.needs_person:
        assert (after.fetch, after.reason) == (Fetch.BLOCKED, before.reason)
    else:
        assert (after.fetch is Fetch.BLOCKED) == reason.needs_person
        assert after.reason is reason
    assert after.fetch.failed
    assert after.answered(Found({}), LATER).fetch is Fetch.OK


def test_a_source_that_took_our_permission_and_is_then_out_of_reach_is_still_blocked():
    refused = Observation().failed(SourceError(Reason.PERMISSION_DENIED), START)
    unreachable = refused.failed(SourceError(Reason.UNREACHABLE), LATER, LATER)
    assert (unreachable.fetch, unreachable.reason) == (Fetch.BLOCKED, Reason.PERMISSION_DENIED)
    assert (unreachable.since, unreachable.next_try_at) == (START, LATER)


def test_what_may_lie_behind_a_failure_is_kept_with_it_and_goes_with_it():
    error = SourceError(
        Reason.CREDENTIAL_EXPIRED, code="INVALID_SESSION_ID", request_id="r-1", certain=False,
        possible_causes=[Cause.TOKEN_EXPIRED, Cause.WRONG_INSTANCE], remedy="Make a new one.",
    )  # fmt: skip
    known = Particulars(
        certain=False, causes=(Cause.TOKEN_EXPIRED, Cause.WRONG_INSTANCE),
        code="INVALID_SESSION_ID", request_id="r-1", remedy="Make a new one.",
    )  # fmt: skip
    refused = Observation().failed(error, START)

    assert refused.particulars == known
    assert refused.failed(SourceError(Reason.TIMEOUT), LATER).particulars == known
    assert refused.answered(Found({}), LATER).particulars == NONE
    assert refused.untroubled().particulars == NONE


@given(moments)
def test_there_is_a_reason_exactly_while_it_fails(moment):
    known = moment.observation
    assert (known.reason is not None) == known.fetch.failed == (known.since is not None)
    assert (known.failures > 0) == known.fetch.failed


@given(moments)
def test_an_answer_is_never_without_the_time_it_was_confirmed(moment):
    known = moment.observation
    assert (known.answer is None) == (known.confirmed_at is None)


UNSURE = NoMatch(certain=False)
FOUND = Observation().answered(Found({"a": 1}), START)


def test_what_was_found_is_denied_for_a_minute_before_that_is_believed():
    clock = FakeClock()
    denied = FOUND.answered(NoMatch(), START)
    for _ in range(59):
        denied = denied.answered(NoMatch(), clock.forward(seconds=1))
        assert denied.answer == FOUND.answer
    assert denied.answered(NoMatch(), clock.forward(seconds=1)).answer == NoMatch()


def test_a_status_alone_is_no_answer_about_what_was_never_known_before_it_is_given_again():
    clock = FakeClock()
    denied = Observation().answered(UNSURE, START)
    assert (denied.answer, denied.fetch, denied.denied_at) == (None, Fetch.OK, START)
    assert denied.answered(UNSURE, clock.forward(seconds=9)).answer is None
    assert denied.answered(UNSURE, clock.forward(seconds=1)).answer == NoMatch()


def test_what_says_more_than_a_status_is_believed_at_once():
    assert Observation().answered(NoMatch(), START).answer == NoMatch()


def test_a_denial_that_was_believed_stays_so():
    known = Observation().answered(NoMatch(), START)
    assert known.answered(UNSURE, LATER).confirmed_at == LATER


def test_a_denial_from_before_the_clock_was_set_back_begins_anew():
    denied = FOUND.answered(NoMatch(), LATER).answered(NoMatch(), START)
    assert denied.denied_at == START


@given(moments)
def test_no_denial_takes_away_at_once_what_was_found(moment):
    known = moment.observation.vouched(moment.now)
    after = known.answered(UNSURE, moment.now)
    if known.denied_at is None and not isinstance(known.answer, NoMatch):
        assert (after.answer, after.confirmed_at) == (known.answer, known.confirmed_at)


def test_an_open_circuit_is_failing_whatever_came_before():
    failed = Observation().failed(SourceError(Reason.TIMEOUT, asked=False), START)
    assert failed.fetch is Fetch.FAILING


def test_a_part_that_an_answer_lost_is_kept_with_its_time_until_it_comes_back():
    full = Observation().answered(Found({"a": 1, "b": 2}, as_of=START), START)
    lost = full.answered(Found({"a": 1}), LATER)
    assert lost.remnants == {"b": Remnant(2, START, START)}
    assert lost.answered(Found({"a": 3}), LATER).remnants == lost.remnants
    assert lost.answered(Found({"a": 3, "b": None}), LATER).remnants == {}


def test_what_a_part_of_an_answer_lost_is_kept_by_its_whole_name():
    known = Observation().answered(Found({"more": {"tier": "ENT", "at": {"x": 1}}}), START)

    lost = known.answered(Found({"more": {"level": "ENT", "at": {}}}), LATER)

    assert lost.remnants == {
        "more.tier": Remnant("ENT", None, START), "more.at.x": Remnant(1, None, START),
    }  # fmt: skip
    assert lost.answered(Found({"more": {"tier": "STD", "at": None}}), LATER).remnants.keys() == {
        "more.at.x", "more.level",
    }  # fmt: skip


@pytest.mark.parametrize("answer", [NoMatch(), Several(), Found(["a list"]), Found("a text")])
def test_an_answer_without_parts_leaves_none_behind(answer):
    known = Observation().answered(Found({"a": 1}), START).answered(answer, LATER)
    assert known.answered(answer, LATER).remnants == {}


@pytest.mark.parametrize(
    ("fetch", "failed"),
    [
        (Fetch.OK, False), (Fetch.REFRESHING, False), (Fetch.PAUSED, False),
        (Fetch.RETRYING, True), (Fetch.FAILING, True), (Fetch.BLOCKED, True),
    ],
)  # fmt: skip
def test_a_fetch_that_is_late_or_paused_has_not_failed(fetch, failed):
    assert fetch.failed is failed
