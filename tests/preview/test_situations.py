"""Whatever can happen to a card is in its preview, and came about as it does in use."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from context_sidecar.core.account import Ambiguous, Matched, Unmatched
from context_sidecar.core.attention import AttentionRule, Comparison, Condition, Severity
from context_sidecar.core.field import FieldType, OnFailure
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, State
from context_sidecar.core.reasons import Reason
from context_sidecar.preview.situations import situations
from context_sidecar.preview.stage import Stage
from context_sidecar.wording import LANGUAGES, answer, words
from preview.conftest import FIELDS
from support.build import card, field
from support.gallery import NOW


@pytest.fixture(scope="module")
def found(stage):
    return {one.id: one for one in situations(stage, stage.configuration.cards["ticket"])}


def readings(found, name):
    """What the field called *name* reads in the situations of its own, by the situation's name."""
    own = {key: one for key, one in found.items() if key.startswith(f"fields/{name}/")}
    return {
        key.rpartition("/")[2]: reading
        for key, one in own.items()
        for reading in one.context.readings
        if reading.field.id == name
    }


@pytest.mark.parametrize("name", [one.id for one in FIELDS])
def test_every_field_is_seen_in_every_state_and_failed_for_every_reason(found, name):
    own = readings(found, name)

    assert {reading.state for reading in own.values()} == set(State)
    for reason in Reason:
        assert own[f"failed-{reason}"].state is State.FAILED
        assert own[f"failed-{reason}"].reason is reason


def test_an_old_value_is_seen_being_checked_not_answered_blocked_and_old_in_its_source(found):
    own = readings(found, "dated")

    assert {own[name].state for name in ("checking", "old", "old-blocked", "behind")} == {"stale"}
    assert own["checking"].fetch is Fetch.REFRESHING
    assert own["old"].fetch is Fetch.FAILING
    assert own["old-blocked"].fetch is Fetch.BLOCKED
    assert own["behind"].reason is None


def test_an_expired_value_is_there_for_a_deliberate_click_where_the_contract_allows_it(found):
    allowed, strict = readings(found, "text")["too-old"], readings(found, "strict")["too-old"]

    assert allowed.age is strict.age is Age.EXPIRED
    assert allowed.last_known == "Sample text"
    assert strict.last_known is None


def test_what_a_contract_rules_out_is_not_shown(found):
    assert "held-back" in readings(found, "strict")
    assert "old" not in readings(found, "strict")
    assert "held-back" not in readings(found, "text")
    assert "behind" not in readings(found, "text")


def test_a_source_that_knows_customers_by_another_number_may_have_no_way_to_be_asked(found):
    unasked = readings(found, "dated")["not-asked"]
    assert (unasked.lacks, unasked.confirmed_at) == ("erp_number", None)
    assert "not-asked" not in readings(found, "text")


def test_every_field_is_seen_said_to_be_wrong(stage, found):
    for one in FIELDS:
        said = answer(found[f"fields/{one.id}/disputed"].context, stage.words)["readings"]
        assert [each["field"] for each in said if each["disputed"]] == [one.id]


def test_the_other_fields_have_a_good_day(found):
    for name, one in found.items():
        if name.startswith("fields/text/"):
            assert all(each.trustworthy for each in one.context.readings if each.field.id != "text")


@pytest.mark.parametrize(("name", "notices"), [("fresh", 0), ("down-crm", 1), ("down-two", 1)])
def test_what_several_values_share_is_told_once(stage, found, name, notices):
    said = answer(found[f"card/{name}"].context, stage.words)

    assert len(said["notices"]) == notices


def test_two_sources_are_down_for_reasons_of_their_own(found):
    reasons = {each.reason for each in found["card/down-two"].context.readings}

    assert reasons == {Reason.TIMEOUT, Reason.CREDENTIAL_EXPIRED}


def test_the_customer_is_found_not_found_one_of_several_and_not_known(stage, found):
    matches = {name: found[f"card/{name}"].context.match for name in
               ("fresh", "nobody", "nothing-said", "several", "looking", "not-known")}  # fmt: skip

    assert isinstance(matches["fresh"], Matched)
    assert matches["nobody"] == Unmatched((("requester_email", "example.com"),))
    assert matches["nothing-said"] == Unmatched()
    assert isinstance(matches["several"], Ambiguous)
    assert matches["looking"].trouble.reason is None
    assert matches["not-known"].trouble.reason is Reason.UNREACHABLE
    assert found["card/overdue"].context.overdue


def test_every_line_is_seen_shown_and_not_judged(found):
    for number, severity in enumerate(Severity, start=1):
        shown = found[f"lines/{number}-shown"].context.attention
        doubted = found[f"lines/{number}-not-judged"].context.attention
        assert (severity, True) in [(line.rule.severity, line.judged) for line in shown]
        assert (severity, False) in [(line.rule.severity, line.judged) for line in doubted]


def test_a_line_that_no_value_brings_up_is_told_to_the_admin(stage):
    never = AttentionRule(
        Condition("list", Comparison.BELOW, Decimal(0)), Severity.LOW, "Never to be seen"
    )
    shown = card(field("list", type=FieldType.LIST), attention=(never,))

    found = {one.id: one for one in situations(stage, shown)}

    assert found["lines/1-shown"].context.attention == ()
    assert "look at it again" in found["lines/1-shown"].when


def test_what_the_audience_may_not_see_is_absent(stage):
    secret = field("margin", audience=frozenset({"finance"}))
    line = AttentionRule(Condition("margin", Comparison.MISSING, operand=False), Severity.LOW, "No")
    shown = card(field(), secret, attention=(line,))

    found = list(situations(stage, shown))

    assert not any("margin" in one.id or "lines/" in one.id for one in found)
    assert all(each.field.id != "margin" for one in found for each in one.context.readings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_situation_says_when_it_happens_and_what_is_promised(configuration, language):
    spoken = words(language, "Europe/Berlin")
    found = list(situations(Stage(configuration, spoken, NOW), configuration.cards["ticket"]))

    assert len({one.id for one in found}) == len(found)
    for one in found:
        for text in (one.group, one.title, one.when, one.promise):
            assert text, one.id
            assert "{" not in text, one.id


def test_a_value_that_expires_as_it_becomes_old_is_never_only_old(stage):
    at_once = replace(FIELDS[0], expire_after=FIELDS[0].stale_after)
    assert at_once.on_failure is OnFailure.SHOW_STALE

    own = readings({one.id: one for one in situations(stage, card(at_once))}, at_once.id)

    assert "denied" in own
    assert State.STALE not in {reading.state for name, reading in own.items() if name != "denied"}
