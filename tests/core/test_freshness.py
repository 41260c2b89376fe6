"""The honesty rule, over random histories.

Whatever sources answer, however they fail, and whatever time does, these sentences hold. They are
what the product promises; `core/freshness.py` is the only place that could break them.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.causes import Particulars
from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import AgeClock, FieldType, OnFailure
from context_sidecar.core.freshness import read
from context_sidecar.core.observation import (
    AHEAD,
    Fetch,
    Found,
    NoMatch,
    Observation,
    Several,
)
from context_sidecar.core.reading import Age, AnswerKind, State
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.extraction import extract
from hypothesis import assume, given
from hypothesis import strategies as st
from support.build import field
from support.clock import START
from support.histories import (
    CHOICES,
    Answered,
    Failed,
    Moment,
    Outdated,
    Passed,
    answers,
    contracts,
    denials,
    founds,
    moments,
    spans,
)

AGES = list(Age)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

under_way = st.booleans()
shows_stale = contracts(on_failure=OnFailure.SHOW_STALE)
withholds = contracts(on_failure=OnFailure.WITHHOLD)
passing = st.sampled_from([reason for reason in Reason if not reason.needs_person])
blocking = st.sampled_from([reason for reason in Reason if reason.needs_person])

NOT_SHOWN = {State.FAILED, State.PENDING}


def read_at(contract, moment, under_way=False):
    return read(contract, moment.observation, moment.now, extract, under_way=under_way)


# Over all histories


@given(contracts(), moments, under_way)
def test_an_expired_value_never_appears_without_its_word(contract, moment, under_way):
    reading = read_at(contract, moment, under_way)
    if reading.age is Age.EXPIRED:
        assert reading.value is None
        assert reading.state in NOT_SHOWN


@given(contracts(), moments, under_way)
def test_a_value_is_shown_only_as_fresh_or_stale(contract, moment, under_way):
    reading = read_at(contract, moment, under_way)
    if reading.value is not None:
        assert reading.state in {State.FRESH, State.STALE}
        assert reading.answer is AnswerKind.VALUE
    if reading.state is State.FRESH:
        assert reading.value is not None


@given(contracts(), moments, under_way)
def test_the_word_and_the_parts_agree(contract, moment, under_way):
    reading = read_at(contract, moment, under_way)
    assert (reading.state is State.MISSING) <= (reading.answer is AnswerKind.NONE)
    assert (reading.state is State.UNMATCHED) <= (reading.answer is AnswerKind.NO_MATCH)
    assert (reading.state is State.AMBIGUOUS) <= (reading.answer is AnswerKind.SEVERAL)
    assert (reading.state is State.INVALID) == (reading.raw is not None)
    assert (reading.candidates != ()) <= (reading.state is State.AMBIGUOUS)
    assert (reading.reason is not None) == reading.fetch.failed
    assert (reading.last_known is not None) <= (reading.age is Age.EXPIRED)


@given(contracts(), moments, under_way)
def test_what_is_said_to_be_so_was_confirmed(contract, moment, under_way):
    """Neither a fresh value nor a confirmed none is without the time at which it was confirmed."""
    reading = read_at(contract, moment, under_way)
    if reading.state not in NOT_SHOWN:
        assert reading.confirmed_at is not None
        assert reading.stale_at is not None
        assert reading.expire_at is not None


@given(contracts(), moments, st.sampled_from(Reason))
def test_a_failure_changes_no_answer(contract, moment, reason):
    """Above all it never turns a value into none."""
    before = read_at(contract, moment)
    after = read_at(contract, moment.after(Failed(reason, None)))
    assert after.answer is before.answer
    assert after.confirmed_at == before.confirmed_at
    assert after.age is before.age
    if after.value is not None:
        assert after.value == before.value


@given(contracts(), moments, st.lists(st.sampled_from(Reason), min_size=1, max_size=5))
def test_failures_alone_never_improve_a_reading(contract, moment, reasons):
    before = read_at(contract, moment)
    for reason in reasons:
        moment = moment.after(Failed(reason, None))
    after = read_at(contract, moment)
    assert after.state in {before.state, State.FAILED}


@given(shows_stale, moments, st.sampled_from(Reason))
def test_a_failed_refresh_takes_away_nothing_within_its_contract(contract, moment, reason):
    before = read_at(contract, moment)
    assume(before.state not in NOT_SHOWN)
    after = read_at(contract, moment.after(Failed(reason, None)))
    assert (after.state, after.value) == (before.state, before.value)
    assert after.fetch.failed


@given(contracts(), moments, spans, under_way)
def test_time_alone_never_improves_a_reading(contract, moment, time, under_way):
    assume(moment.observation == moment.observation.vouched(moment.now))
    before = read_at(contract, moment, under_way)
    after = read_at(contract, moment.later(time), under_way)
    assert AGES.index(after.age) >= AGES.index(before.age)
    if before.state in NOT_SHOWN:
        assert after.state is before.state
    elif before.state is State.STALE:
        assert after.state in {State.STALE, *NOT_SHOWN}
    else:
        assert after.state in {before.state, State.STALE, *NOT_SHOWN}


@given(contracts(), moments, under_way)
def test_the_same_inputs_give_the_same_reading(contract, moment, under_way):
    assert read_at(contract, moment, under_way) == read_at(contract, moment, under_way)


@given(contracts(), moments, under_way)
def test_the_times_told_are_the_times_at_which_it_changes(contract, moment, under_way):
    """A widget turns a value stale by `stale_at` alone, so it must say what the server would."""
    reading = read_at(contract, moment, under_way)
    if reading.stale_at is None or reading.outdated or reading.denied_at:
        return  # nothing to age, or stale already, whatever the time
    an_instant = timedelta(microseconds=1)
    for edge, before, after in (
        (reading.stale_at, {Age.FRESH}, {Age.STALE, Age.EXPIRED}),
        (reading.expire_at, {Age.FRESH, Age.STALE}, {Age.EXPIRED}),
    ):
        if edge >= moment.now:
            assert read_at(contract, replace(moment, now=edge), under_way).age in before
        past = replace(moment, now=max(edge + an_instant, moment.now))
        assert read_at(contract, past, under_way).age in after


@given(contracts(), moments, spans, under_way)
def test_what_the_source_says_has_changed_is_never_fresh_until_it_has_answered_again(
    contract, moment, time, under_way
):
    known, moment = moment, moment.after(Outdated())
    for after in (moment, moment.after(Failed(Reason.TIMEOUT, None)), moment.later(time)):
        reading = read_at(contract, after, under_way)
        assert reading.state not in {State.FRESH, State.MISSING}
        by_time_alone = read_at(contract, replace(known, now=after.now))
        assert reading.answer in {AnswerKind.NEVER, by_time_alone.answer}
        assert not reading.outdated or reading.stale_at <= moment.now


@given(contracts(), moments, denials, spans, under_way)
def test_what_the_source_denies_is_never_fresh_and_says_so_until_it_is_settled(
    contract, moment, denial, time, under_way
):
    moment = moment.after(Answered(denial))
    for after in (moment, moment.after(Failed(Reason.TIMEOUT, None)), moment.later(time)):
        reading = read_at(contract, after, under_way)
        settled = reading.answer is AnswerKind.NO_MATCH
        assert settled or reading.denied_at == after.observation.denied_at is not None
        assert settled or reading.state not in {State.FRESH, State.MISSING}
        assert settled or reading.next_try_at or reading.reason


@given(shows_stale, moments, founds)
def test_the_next_answer_counts_as_any_other(contract, moment, found):
    told = read_at(contract, moment.after(Outdated()).after(Answered(found)))
    assert told == read_at(contract, moment.after(Answered(found)))


@given(withholds, moments, blocking)
def test_withheld_means_nothing_is_shown_once_the_source_is_blocked(contract, moment, reason):
    assert read_at(contract, moment.after(Failed(reason, None))).state is State.FAILED


@given(withholds, moments, passing)
def test_withheld_means_nothing_stale_is_shown_while_the_source_fails(contract, moment, reason):
    reading = read_at(contract, moment.after(Failed(reason, None)))
    assert reading.state is not State.STALE
    assert reading.value is None or reading.age is Age.FRESH


@given(withholds, moments, under_way)
def test_withheld_means_no_expired_value_on_a_click_either(contract, moment, under_way):
    assert read_at(contract, moment, under_way).last_known is None


@given(contracts(), moments, st.lists(answers, min_size=2, max_size=2))
def test_an_answer_ends_all_trouble(contract, moment, two):
    for answer in two:
        moment = moment.after(Answered(answer))
    reading = read_at(contract, moment)
    assert reading.reason in {None, Reason.SCHEMA_CHANGED}
    assert reading.next_try_at is None or reading.denied_at
    assert reading.since is None or reading.reason is Reason.SCHEMA_CHANGED


@given(contracts(clock=AgeClock.CONFIRMED), moments, st.timedeltas(-AHEAD, HOUR))
def test_a_clock_that_jumps_makes_no_age_negative_and_nothing_newer_expired(contract, moment, jump):
    moment = moment.after(Answered(Found({"tier": "ENT"}))).later(jump)
    reading = read_at(contract, moment)
    if jump <= contract.stale_after:
        assert (reading.age, reading.value) == (Age.FRESH, "ENT")


jumps_back = st.timedeltas(-4000 * DAY, -AHEAD - timedelta(microseconds=1))


@given(contracts(), answers, jumps_back, under_way)
def test_what_a_clock_that_was_ahead_has_noted_is_not_known(contract, answer, jump, under_way):
    reading = read_at(contract, Moment().after(Answered(answer)).later(jump), under_way)
    assert (reading.answer, reading.state) == (AnswerKind.NEVER, State.PENDING)
    assert (reading.confirmed_at, reading.stale_at, reading.expire_at) == (None, None, None)


@given(contracts(), st.lists(answers, min_size=1, max_size=3), jumps_back, st.data())
def test_nor_does_it_come_back_when_the_time_has_come_that_the_clock_showed(
    contract, before, jump, data
):
    moment = Moment()
    for answer in before:
        moment = moment.after(Answered(answer))
    moment = moment.later(jump).after(Failed(Reason.TIMEOUT, None))
    reading = read_at(contract, moment.later(data.draw(spans)))
    assert (reading.answer, reading.state) == (AnswerKind.NEVER, State.FAILED)
    assert reading.since == moment.now


@given(contracts(), jumps_back)
def test_nor_does_what_an_answer_lost_while_the_clock_was_ahead(contract, jump):
    moment = story(Answered(Found({"tier": "ENT"}))).later(jump).after(Answered(Found({})))
    assert read_at(contract, moment.later(-jump)).answer is AnswerKind.NEVER


@given(contracts(clock=AgeClock.SOURCE), founds, st.booleans())
def test_a_source_whose_clock_is_ahead_makes_nothing_younger_than_our_question(
    contract, found, under_way
):
    moment = Moment().after(Answered(found)).later(contract.stale_after + timedelta(seconds=1))
    assert read_at(contract, moment, under_way).age is not Age.FRESH


@given(contracts(), moments)
def test_a_field_that_was_renamed_is_a_changed_schema_and_never_none(contract, moment):
    moment = moment.after(Answered(Found({"tier": "ENT"}))).after(Answered(Found({"level": "ENT"})))
    reading = read_at(contract, moment)
    assert reading.reason is Reason.SCHEMA_CHANGED
    assert reading.fetch is Fetch.BLOCKED
    assert reading.answer is AnswerKind.VALUE
    if contract.on_failure is OnFailure.WITHHOLD:
        assert reading.state is State.FAILED


# One story each


@pytest.fixture
def tier():
    return field("tier", choices=CHOICES, stale_after=HOUR, expire_after=DAY)


def story(*events):
    moment = Moment()
    for event in events:
        moment = moment.after(event)
    return moment


FOUND = Answered(Found({"tier": "ENT"}))
TIMEOUT = Failed(Reason.TIMEOUT, timedelta(minutes=1))


def test_nothing_known_yet_is_pending(tier):
    assert read_at(tier, Moment()).state is State.PENDING
    assert read_at(tier, Moment(), under_way=True).state is State.PENDING


def test_a_new_answer_is_fresh_and_turns_stale_and_expires(tier):
    moment = story(FOUND)
    assert read_at(tier, moment).state is State.FRESH
    assert read_at(tier, moment.later(HOUR)).state is State.FRESH
    assert read_at(tier, moment.later(2 * HOUR)).state is State.STALE
    assert read_at(tier, moment.later(2 * HOUR)).value == "ENT"
    late = read_at(tier, moment.later(2 * DAY))
    assert (late.state, late.value, late.last_known) == (State.FAILED, None, "ENT")


def test_a_stale_value_says_whether_it_is_being_updated_or_not_answering_since_when(tier):
    moment = story(FOUND, Passed(2 * HOUR))
    assert read_at(tier, moment, under_way=True).settling
    failing = read_at(tier, moment.after(TIMEOUT), under_way=True)
    assert (failing.fetch, failing.reason) == (Fetch.RETRYING, Reason.TIMEOUT)
    assert failing.since == moment.now
    assert failing.next_try_at == moment.now + timedelta(minutes=1)
    assert not failing.settling


def test_three_failures_in_a_row_are_failing_and_the_trouble_began_with_the_first(tier):
    moment = story(FOUND, TIMEOUT)
    began = moment.now
    for _ in range(2):
        moment = moment.later(HOUR).after(TIMEOUT)
    assert read_at(tier, moment).fetch is Fetch.FAILING
    assert read_at(tier, moment).since == began


def test_a_source_that_denies_an_account_once_is_doubted_and_twice_is_believed(tier):
    once = story(FOUND, Answered(NoMatch()), Passed(timedelta(minutes=1)))
    doubted = read_at(tier, once)
    assert (doubted.state, doubted.value) == (State.STALE, "ENT")
    assert doubted.denied_at == START
    assert doubted.next_try_at == START + timedelta(minutes=1)
    twice = once.after(Answered(NoMatch()))
    assert read_at(tier, twice).state is State.UNMATCHED
    assert read_at(tier, twice).value is None
    assert read_at(tier, twice).denied_at is None


def test_a_denial_that_is_taken_back_is_forgotten(tier):
    moment = story(FOUND, Answered(NoMatch()), FOUND)
    assert read_at(tier, moment) == read_at(tier, story(FOUND))
    assert read_at(tier, moment.after(Answered(NoMatch()))).value == "ENT"


def test_a_denied_value_grows_old_from_when_it_was_last_confirmed(tier):
    moment = story(FOUND, Passed(2 * HOUR), Answered(NoMatch()))
    assert read_at(tier, moment).state is State.STALE


def test_a_failure_between_two_denials_does_not_make_them_one(tier):
    minute = Passed(timedelta(minutes=1))
    moment = story(FOUND, Answered(NoMatch()), TIMEOUT, minute, Answered(NoMatch()))
    assert read_at(tier, moment).state is State.UNMATCHED


def test_an_account_that_was_never_known_is_unmatched_at_once(tier):
    assert read_at(tier, story(Answered(NoMatch()))).state is State.UNMATCHED


def test_what_a_source_says_to_have_merged_is_believed_at_once_and_names_the_other(tier):
    reading = read_at(tier, story(FOUND, Answered(NoMatch(merged_into="Fabrikam (7)"))))

    assert (reading.state, reading.merged_into) == (State.UNMATCHED, "Fabrikam (7)")
    assert read_at(tier, story(Answered(NoMatch()))).merged_into == ""


@given(moments, shows_stale)
def test_an_archived_record_changes_no_state_and_is_told_with_whatever_it_says(moment, contract):
    reading = read_at(contract, moment)
    answer = moment.observation.answer
    plain = replace(answer, archived=False) if isinstance(answer, Found) else answer
    observation = replace(moment.observation, answer=plain)
    assert replace(reading, archived=False) == read_at(
        contract, replace(moment, observation=observation)
    )
    if reading.archived:
        assert answer.archived
        assert reading.state not in NOT_SHOWN


def test_an_account_that_only_a_status_denies_is_pending_until_that_is_said_again(tier):
    moment = story(Answered(NoMatch(certain=False)))
    assert read_at(tier, moment).state is State.PENDING
    again = moment.later(timedelta(seconds=10)).after(Answered(NoMatch(certain=False)))
    assert read_at(tier, again).state is State.UNMATCHED


def test_of_several_the_old_value_is_not_shown_as_if_it_were_the_one(tier):
    reading = read_at(tier, story(FOUND, Answered(Several(("Acme GmbH", "Acme AG")))))
    assert (reading.state, reading.value) == (State.AMBIGUOUS, None)
    assert reading.candidates == ("Acme GmbH", "Acme AG")


def test_a_confirmed_none_is_missing_and_can_be_old(tier):
    moment = story(Answered(Found({"tier": None})))
    assert read_at(tier, moment).state is State.MISSING
    old = read_at(tier, moment.later(2 * HOUR))
    assert (old.state, old.answer, old.value) == (State.STALE, AnswerKind.NONE, None)


def test_a_value_outside_its_vocabulary_is_shown_raw_as_such(tier):
    contract = replace(tier, type="choice")
    reading = read_at(contract, story(Answered(Found({"tier": "Platinum+"}))))
    assert (reading.state, reading.value, reading.raw) == (State.INVALID, None, "Platinum+")


def test_a_name_that_was_never_there_is_a_changed_schema_with_nothing_to_show(tier):
    reading = read_at(tier, story(Answered(Found({"level": "ENT"}))))
    assert (reading.state, reading.reason) == (State.FAILED, Reason.SCHEMA_CHANGED)
    assert reading.answer is AnswerKind.NEVER


def test_a_renamed_field_shows_its_last_good_value_until_that_expires(tier):
    renamed = Answered(Found({"level": "ENT"}))
    moment = story(FOUND, Passed(2 * HOUR), renamed, Passed(HOUR), renamed)
    reading = read_at(tier, moment)
    assert (reading.state, reading.value) == (State.STALE, "ENT")
    assert reading.confirmed_at == START
    assert read_at(replace(tier, on_failure=OnFailure.WITHHOLD), moment).state is State.FAILED
    assert read_at(tier, moment.later(DAY)).state is State.FAILED


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("more.tier", {"more": {"tier": "ENT"}}, {"more": {"level": "ENT"}}),
        ("more.tier", {"more": {"tier": "ENT"}}, {"most": {"tier": "ENT"}}),
        ("a.b.tier", {"a": {"b": {"tier": "ENT"}}}, {"a": {"c": {"tier": "ENT"}}}),
        ('"a.tier"', {"a.tier": "ENT"}, {"level": "ENT"}),
    ],
    ids=["last name", "first name", "between", "a name with a dot"],
)
def test_so_does_one_whatever_part_of_its_path_was_renamed(tier, path, before, after):
    renamed = Answered(Found(after))
    moment = story(Answered(Found(before)), Passed(2 * HOUR), renamed, Passed(HOUR), renamed)
    reading = read_at(replace(tier, path=path), moment)
    assert (reading.state, reading.value, reading.reason) == (
        State.STALE, "ENT", Reason.SCHEMA_CHANGED,
    )  # fmt: skip


UNREAD = Answered(Found({"health": "good"}, unread={"tier": "Mend the cell."}))


def test_what_is_there_and_cannot_be_read_fails_alone_and_is_no_changed_schema(tier):
    moment = story(UNREAD)
    reading = read_at(tier, moment)
    assert (reading.state, reading.reason) == (State.FAILED, Reason.BAD_RESPONSE)
    assert reading.particulars == Particulars(remedy="Mend the cell.")
    assert read_at(field("health", path="health"), moment).state is State.FRESH


def test_what_cannot_be_read_any_more_shows_its_last_good_value_until_that_expires(tier):
    moment = story(FOUND, UNREAD)
    assert (read_at(tier, moment).state, read_at(tier, moment).value) == (State.FRESH, "ENT")
    later = read_at(tier, moment.later(2 * HOUR))
    assert (later.state, later.value, later.reason) == (State.STALE, "ENT", Reason.BAD_RESPONSE)
    assert (
        read_at(replace(tier, on_failure=OnFailure.WITHHOLD), moment.later(2 * HOUR)).value is None
    )
    assert read_at(tier, moment.later(DAY + HOUR)).state is State.FAILED
    assert read_at(tier, moment.after(FOUND)).reason is None


def test_a_failure_does_not_bring_a_renamed_field_back(tier):
    tier = replace(tier, on_failure=OnFailure.WITHHOLD)
    moment = story(FOUND, Answered(Found({"level": "ENT"})), TIMEOUT)
    reading = read_at(tier, moment)
    assert (reading.state, reading.value) == (State.FAILED, None)
    assert reading.reason is Reason.TIMEOUT


def test_a_renamed_field_does_not_touch_those_beside_it(tier):
    health = field("health", path="health")
    moment = story(
        Answered(Found({"tier": "ENT", "health": "good"})), Answered(Found({"health": "good"}))
    )
    assert read_at(tier, moment).reason is Reason.SCHEMA_CHANGED
    assert read_at(health, moment).reason is None
    assert read_at(health, moment).state is State.FRESH


def test_a_field_that_comes_back_is_as_it_was(tier):
    moment = story(FOUND, Answered(Found({})), Answered(Found({"tier": "PRO"})))
    reading = read_at(tier, moment)
    assert (reading.state, reading.value, reading.reason) == (State.FRESH, "PRO", None)


def test_a_replica_three_days_behind_is_three_days_old(tier):
    contract = replace(tier, clock=AgeClock.SOURCE)
    reading = read_at(contract, story(Answered(Found({"tier": "ENT"}, as_of=START - 3 * DAY))))
    assert reading.age is Age.EXPIRED
    assert reading.confirmed_at == START
    assert read_at(tier, story(FOUND)).age is Age.FRESH


def test_a_source_that_must_give_its_own_time_and_does_not_is_not_believed(tier):
    contract = replace(tier, clock=AgeClock.SOURCE)
    reading = read_at(contract, story(FOUND))
    assert (reading.state, reading.value) == (State.FAILED, None)


def test_the_time_in_the_data_counts_before_the_time_of_the_answer(tier):
    contract = replace(tier, clock=AgeClock.SOURCE, as_of_path="changed")
    data = {"tier": "ENT", "changed": "2026-11-23T06:30:00Z"}
    reading = read_at(contract, story(Answered(Found(data, as_of=START))))
    assert reading.as_of == START - 2.5 * HOUR
    assert reading.state is State.STALE


@pytest.mark.parametrize("unreadable", ["yesterday", 12, None, "2026-11-23", "2026-11-23T06:30:00"])
def test_a_source_time_that_cannot_be_read_is_no_time(tier, unreadable):
    contract = replace(tier, as_of_path="changed")
    reading = read_at(contract, story(Answered(Found({"tier": "ENT", "changed": unreadable}))))
    assert (reading.state, reading.as_of) == (State.FRESH, None)


@pytest.mark.parametrize("written", ["2026-11-23 09:00:00", "last week"])
def test_a_value_whose_own_time_cannot_be_read_is_not_given_that_of_its_row(tier, written):
    contract = replace(tier, clock=AgeClock.SOURCE, as_of_path="changed")
    data = {"tier": "ENT", "changed": written}
    reading = read_at(contract, story(Answered(Found(data, as_of=START))))
    assert (reading.state, reading.as_of) == (State.FAILED, None)


def test_expired_while_being_asked_again_is_on_its_way_and_not_failed(tier):
    moment = story(FOUND, Passed(2 * DAY))
    assert read_at(tier, moment, under_way=True).state is State.PENDING
    assert read_at(tier, moment.after(TIMEOUT), under_way=True).state is State.FAILED


def test_a_paused_source_shows_what_it_said_as_long_as_that_holds(tier):
    moment = story(FOUND)
    paused = replace(moment, observation=replace(moment.observation, fetch=Fetch.PAUSED))
    assert read_at(tier, paused).state is State.FRESH
    assert read_at(tier, paused.later(2 * DAY)).state is State.FAILED
    assert read_at(tier, Moment(Observation(fetch=Fetch.PAUSED))).state is State.FAILED


def test_the_error_itself_is_not_kept(tier):
    """An observation is stored; what an error says may hold what should not be."""
    known = Observation().failed(SourceError(Reason.TIMEOUT, "s3cret"), START)
    assert "s3cret" not in repr(known)


@given(contracts(), moments, under_way)
def test_what_is_of_another_type_is_never_shown_as_what_was_agreed(contract, moment, under_way):
    """Whatever stands for a text is one, and a text may stand for a number."""
    agreed = read_at(contract, moment, under_way)
    reading = read(
        contract, moment.observation, moment.now, extract, under_way=under_way, retyped=True
    )
    if agreed.value is not None:
        assert (reading.state, reading.value, reading.retyped) == (State.INVALID, None, True)
        assert reading.raw is not None
    else:
        assert (reading.state, reading.value) == (agreed.state, None)


@pytest.mark.parametrize(
    ("type", "raw"),
    [
        (FieldType.LIST, [{"title": "Printer on fire"}]),
        (FieldType.MONEY, {"amount": "7", "currency": "EUR"}),
        (FieldType.PERSON, {"name": "Ana"}),
    ],
)
def test_what_has_parts_shows_by_them_that_it_is_what_it_was(type, raw):
    contract = field("some", type=type)
    known = Observation().answered(Found({"some": raw}), START)
    reading = read(
        contract, known, START, lambda *_: (raw, None, None), under_way=False, retyped=True
    )

    assert (reading.state, reading.retyped) == (State.FRESH, False)


def test_a_list_that_came_with_a_total_and_comes_without_may_be_cut():
    contract = field("tickets", type=FieldType.LIST, path="tickets")

    def answered(known, **counted):
        data = {"tickets": {"items": [{"title": "Printer"}], **counted}}
        return known.answered(Found(data), START)

    whole = answered(Observation(), total=4)
    for known, state, reason in (
        (whole, State.FRESH, None),
        (answered(whole, count=4), State.STALE, Reason.SCHEMA_CHANGED),
        (answered(answered(whole, count=4), total=4), State.FRESH, None),
        (answered(Observation()), State.FRESH, None),
    ):
        found = read(contract, known, START, extract, under_way=False)
        assert (found.state, found.reason) == (state, reason)
