"""What to notice first: judged only on what can be trusted, and honest where it cannot be."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from context_sidecar.core.attention import (
    Attention,
    AttentionRule,
    Comparison,
    Condition,
    Join,
    Joined,
    Severity,
    Verdict,
    attend,
    judge,
)
from context_sidecar.core.freshness import state_of
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, Reading, State
from context_sidecar.core.values import Item, Items, Link, Money, Person
from hypothesis import given
from hypothesis import strategies as st
from support.build import field
from support.clock import START

NOW = START
FIELDS = ("a", "b", "c")
TRUSTED = {State.FRESH, State.MISSING}


def reading(value=None, name="a", state=None, fetch=Fetch.OK):
    answer = AnswerKind.NONE if value is None else AnswerKind.VALUE
    state = state or (State.MISSING if value is None else State.FRESH)
    return Reading(field(name), state, answer, Age.FRESH, fetch, value=value)


def untrusted(name="a", state=State.FAILED):
    return reading("x" if state is State.STALE else None, name, state)


def settling(name="a"):
    return reading(None, name, State.PENDING, Fetch.REFRESHING)


def holds(comparison, operand, value):
    condition = Condition("a", Comparison(comparison), operand)
    return judge(condition, {"a": reading(value)}, NOW)


def rule(when, severity=Severity.HIGH, say="Look"):
    return AttentionRule(when, severity, say)


IS_X = [Condition(name, Comparison.IS, "x") for name in FIELDS]

# Each comparison


@pytest.mark.parametrize(
    ("comparison", "operand", "value", "verdict"),
    [
        ("is", "ENT", "ENT", True), ("is", " ent", "ENT", True), ("is", "PRO", "ENT", False),
        ("is_not", "PRO", "ENT", True), ("is_not", "Ent", "ENT", False),
        ("one_of", ("PRO", "ENT"), "ENT", True), ("one_of", ("PRO",), "ENT", False),
        ("is", True, True, True), ("is", False, True, False), ("is_not", True, False, True),
        ("is", Decimal(50), Decimal("50.0"), True), ("one_of", (Decimal(1),), Decimal(1), True),
        ("below", Decimal(50), Decimal("49.9"), True), ("below", Decimal(50), Decimal(50), False),
        ("above", Decimal(50), Decimal("50.1"), True), ("above", Decimal(50), Decimal(50), False),
        ("at_least", Decimal(50), Decimal(50), True), ("at_least", Decimal(51), Decimal(50), False),
        ("at_most", Decimal(50), Decimal(50), True), ("at_most", Decimal(49), Decimal(50), False),
        ("above", Decimal(1000), Money(Decimal("1000.01"), "EUR"), True),
        ("above", Decimal(2), Items((Item("one"),), 3), True),
        ("is", Decimal(0), Items((), 0), True),
    ],
)  # fmt: skip
def test_values_compare_as_what_they_are(comparison, operand, value, verdict):
    assert holds(comparison, operand, value) is (Verdict.TRUE if verdict else Verdict.FALSE)


TODAY = NOW.date()
DAYS = timedelta(days=1)


@pytest.mark.parametrize(
    ("comparison", "value", "verdict"),
    [
        ("within", TODAY, True), ("within", TODAY + 60 * DAYS, True),
        ("within", TODAY + 61 * DAYS, False), ("within", TODAY - DAYS, False),
        ("within", NOW + 60 * DAYS, True), ("within", NOW + 60.1 * DAYS, False),
        ("older_than", TODAY - 61 * DAYS, True), ("older_than", TODAY - 60 * DAYS, False),
        ("older_than", NOW - 60.1 * DAYS, True), ("older_than", TODAY + 90 * DAYS, False),
        ("within", datetime.max.replace(tzinfo=UTC), False),
        ("older_than", date(1, 1, 1), True),
    ],
)  # fmt: skip
def test_dates_count_in_whole_days_and_times_to_the_second(comparison, value, verdict):
    expected = Verdict.TRUE if verdict else Verdict.FALSE
    assert holds(comparison, 60 * DAYS, value) is expected


def test_today_is_what_the_calendar_says_where_the_deployment_is():
    condition = Condition("a", Comparison.WITHIN, timedelta(0))
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    tomorrow = {"a": reading(date(2026, 11, 24))}
    assert judge(condition, tomorrow, late) is Verdict.FALSE
    assert judge(condition, tomorrow, late.astimezone(ZoneInfo("Europe/Berlin"))) is Verdict.TRUE


def test_a_confirmed_none_satisfies_only_the_question_whether_there_is_one():
    assert holds("missing", True, None) is Verdict.TRUE
    assert holds("missing", False, None) is Verdict.FALSE
    assert holds("missing", True, "ENT") is Verdict.FALSE
    for comparison, operand in (("is", "ENT"), ("is_not", "ENT"), ("below", Decimal(5))):
        assert holds(comparison, operand, None) is Verdict.FALSE


values = st.sampled_from(
    ["ENT", True, Decimal(5), TODAY, NOW, Money(Decimal(5), "EUR"), Person("Ana"),
     Link("https://a.example"), Items((), 0), None]
)  # fmt: skip
operands = st.sampled_from(
    ["ENT", True, Decimal(5), 5, timedelta(days=1), ("ENT", 5), (), None, TODAY]
)
conditions = st.builds(Condition, st.sampled_from(FIELDS), st.sampled_from(Comparison), operands)


@given(conditions, values)
def test_kinds_that_do_not_fit_cannot_be_judged_and_never_crash_the_card(condition, value):
    readings = {name: reading(value, name) for name in FIELDS}
    lines = attend([rule(condition)], readings, NOW)
    verdict = judge(condition, readings, NOW)
    assert len(lines) == (verdict in {Verdict.TRUE, Verdict.UNKNOWN})


def test_a_rule_that_does_not_fit_its_field_says_so_instead_of_firing():
    for comparison in ("is", "is_not"):
        condition = Condition("a", Comparison(comparison), "50")
        (line,) = attend([rule(condition)], {"a": reading(Decimal(50))}, NOW)
        assert (line.judged, line.because) == (False, ("a",))


# Trust

states = st.sampled_from(State)
fetches = st.sampled_from(Fetch)


@given(conditions, states, fetches, values)
def test_no_condition_is_decided_on_a_reading_that_is_not_trustworthy(
    condition, state, fetch, value
):
    readings = {name: reading(value, name, state, fetch) for name in FIELDS}
    if state not in TRUSTED:
        assert judge(condition, readings, NOW) in {Verdict.UNKNOWN, Verdict.SETTLING}


trees = st.recursive(
    st.sampled_from(IS_X),
    lambda inner: st.builds(
        Joined, st.sampled_from(Join), st.lists(inner, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
known = st.sampled_from(["x", "y", None])
maybe = st.one_of(known.map(reading), st.just(untrusted()), st.just(settling()))


def named(readings):
    return {
        name: replace(one, field=field(name)) for name, one in zip(FIELDS, readings, strict=True)
    }


@given(trees, st.tuples(maybe, maybe, maybe), st.tuples(known, known, known))
def test_what_is_decided_stays_so_whatever_the_unknown_turns_out_to_be(tree, readings, truth):
    """The law that makes three-valued logic honest (Kleene)."""
    readings = named(readings)
    verdict = judge(tree, readings, NOW)
    if verdict in {Verdict.TRUE, Verdict.FALSE}:
        revealed = {
            name: one if one.trustworthy else reading(now_known, name)
            for (name, one), now_known in zip(readings.items(), truth, strict=True)
        }
        assert judge(tree, revealed, NOW) is verdict


@given(trees, st.tuples(known, known, known))
def test_where_everything_is_known_everything_is_decided(tree, truth):
    readings = named(tuple(map(reading, truth)))
    assert judge(tree, readings, NOW) in {Verdict.TRUE, Verdict.FALSE}


def two_valued(tree, truth):
    if isinstance(tree, Condition):
        return truth[tree.field] == "x"
    parts = [two_valued(part, truth) for part in tree.parts]
    return {Join.ALL: all(parts), Join.ANY: any(parts), Join.NONE: not any(parts)}[tree.join]


@given(trees, st.tuples(known, known, known))
def test_where_everything_is_known_it_is_plain_logic(tree, truth):
    readings = named(tuple(map(reading, truth)))
    expected = two_valued(tree, dict(zip(FIELDS, truth, strict=True)))
    assert judge(tree, readings, NOW) is (Verdict.TRUE if expected else Verdict.FALSE)


@given(trees, st.tuples(maybe, maybe, maybe))
def test_none_of_is_not_any_of(tree, readings):
    opposite = {Verdict.TRUE: Verdict.FALSE, Verdict.FALSE: Verdict.TRUE}
    found = judge(Joined(Join.ANY, (tree,)), named(readings), NOW)
    assert judge(Joined(Join.NONE, (tree,)), named(readings), NOW) is opposite.get(found, found)


# Lines


def test_a_rule_that_holds_puts_its_line_on_top_with_what_it_rests_on():
    both = rule(Joined(Join.ALL, (IS_X[0], IS_X[1])))
    readings = {"a": reading("x", "a"), "b": reading("x", "b")}
    assert attend([both], readings, NOW) == (Attention(both, judged=True, because=("a", "b")),)


def test_a_rule_that_does_not_hold_says_nothing():
    assert attend([rule(IS_X[0])], {"a": reading("y")}, NOW) == ()


@pytest.mark.parametrize("state", sorted(set(State) - TRUSTED))
def test_a_rule_that_cannot_be_judged_says_because_of_what(state):
    both = rule(Joined(Join.ALL, (IS_X[0], IS_X[1])))
    readings = {"a": reading("x", "a"), "b": untrusted("b", state)}
    assert attend([both], readings, NOW) == (Attention(both, judged=False, because=("b",)),)


def test_a_rule_that_one_trusted_reading_decides_rests_on_that_one_alone():
    either = rule(Joined(Join.ANY, (IS_X[0], IS_X[1])))
    readings = {"a": reading("x", "a"), "b": untrusted("b")}
    assert attend([either], readings, NOW) == (Attention(either, judged=True, because=("a",)),)
    both = rule(Joined(Join.ALL, (IS_X[0], IS_X[1])))
    assert attend([both], readings | {"a": reading("y", "a")}, NOW) == ()


def test_a_rule_waits_in_silence_for_what_is_on_its_way():
    assert attend([rule(IS_X[0])], {"a": settling()}, NOW) == ()


def test_a_rule_over_a_field_that_the_visitor_may_not_see_does_not_exist():
    both = rule(Joined(Join.ANY, (IS_X[0], IS_X[1])))
    assert attend([both], {"a": reading("x")}, NOW) == ()


def test_what_could_be_judged_comes_first_and_of_those_the_most_severe():
    low, medium, high = (rule(IS_X[0], severity, severity) for severity in reversed(Severity))
    doubtful = rule(IS_X[1])
    readings = {"a": reading("x", "a"), "b": untrusted("b")}
    lines = attend([low, doubtful, high, medium], readings, NOW)
    assert [line.rule for line in lines] == [high, medium, low, doubtful]


def test_a_rules_fields_are_named_once_each_in_order():
    tree = Joined(Join.ALL, (IS_X[2], Joined(Join.NONE, (IS_X[0], IS_X[2])), IS_X[1]))
    assert rule(tree).fields == ("c", "a", "b")


def test_trustworthy_are_exactly_the_words_without_a_mark():
    """A fresh value and a fresh, confirmed none: what freshness calls so, attention may use."""
    for state in State:
        assert reading("x", state=state).trustworthy is (state in TRUSTED)
    assert state_of(AnswerKind.NONE, Age.STALE, Fetch.OK, field().on_failure) not in TRUSTED
