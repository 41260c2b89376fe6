"""What stands beside the customer's name, in words, and what explains a value."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from context_sidecar.core.observation import Found
from context_sidecar.core.reading import State
from context_sidecar.core.reasons import Reason
from context_sidecar.wording import answer, words
from support.gallery import (
    EXPLAINED,
    FIELDS,
    HOURS,
    REASONS,
    RENEWAL,
    TIER,
    VALUES,
    context,
    explained,
    observed,
    reading,
)

ENGLISH = words("en", "Europe/Berlin")
REASON_GIVEN = Found({**VALUES, "health_reasons": "Logins down by a third"})


def headline(shown):
    return [
        (one["text"], one["state"], one["marked"]) for one in answer(shown, ENGLISH)["headline"]
    ]


def health(shown):
    return next(one for one in answer(shown, ENGLISH)["readings"] if one["field"] == "health")


def test_a_choice_speaks_for_itself_and_a_number_by_its_word():
    assert headline(explained()) == [
        ("Enterprise", "fresh", False),
        ("Health score: Poor", "fresh", False),
    ]
    assert headline(context(headline=("renewal_date",))) == [
        ("Renewal: 12 Jan 2027 (in\N{NO-BREAK SPACE}50\N{NO-BREAK SPACE}days)", "fresh", False)
    ]


@pytest.mark.parametrize(
    ("observation", "told"),
    [
        (observed(Found(VALUES), ago=HOURS, reason=Reason.TIMEOUT), ("Enterprise", "stale", True)),
        (observed(reason=Reason.TIMEOUT), ("Account tier", "failed", True)),
        (observed(Found({**VALUES, "Tier__c": "GOLD"})), ("Account tier", "invalid", True)),
        (observed(Found({**VALUES, "Tier__c": None})), ("Account tier", "missing", False)),
    ],
)
def test_what_is_not_certain_is_marked_there_too_and_what_is_not_shown_is_only_named(
    observation, told
):
    assert headline(context(reading(TIER, observation))) == [told]


def test_it_turns_with_the_value():
    (one,) = answer(context(reading(TIER)), ENGLISH)["headline"]
    assert [(each["at"], each["text"], each["state"], each["marked"]) for each in one["later"]] == [
        ("2026-11-23T11:47:00Z", "Enterprise", "stale", True),
        ("2026-11-27T10:47:00Z", "Account tier", "failed", True),
    ]


def test_a_field_that_the_visitor_may_not_see_is_not_told_there_either():
    assert headline(context(reading(RENEWAL), headline=("tier",))) == []


@pytest.mark.parametrize(
    ("number", "display"),
    [(-1, "-1"), (0, "Poor (0)"), (49.9, "Poor (49.9)"), (50, "Fair (50)"), (80, "Good (80)")],
)
def test_a_number_has_the_word_of_the_highest_bound_that_it_reaches(number, display):
    seen = observed(Found({**VALUES, "health": number}))
    assert health(context(reading(EXPLAINED, seen)))["display"] == display
    assert EXPLAINED.word_for(Decimal(100)) == "Good"


@pytest.mark.parametrize(
    ("reasons", "note"),
    [
        (observed(REASON_GIVEN), "Logins down by a third"),
        (observed(REASON_GIVEN, ago=HOURS), "Logins down by a third (Old)"),
        (observed(Found({**VALUES, "health_reasons": None})), "no reasons given"),
        (observed(reason=Reason.PERMISSION_DENIED), "reasons not known"),
        (observed(REASON_GIVEN, ago=timedelta(days=5)), "reasons not known"),
    ],
)
def test_a_value_is_told_with_its_reasons_and_with_how_far_those_are_to_be_trusted(reasons, note):
    assert health(explained(reasons))["note"] == note


def test_reasons_turn_with_their_own_time():
    short = replace(REASONS, expire_after=timedelta(hours=2))
    shown = context(reading(EXPLAINED), reading(short, health_reasons="Logins down"))
    notes = [each["note"] for each in health(shown)["later"]]
    assert notes == [
        "as of 1 hour ago · Logins down (Old)",
        "as of 2 hours ago · reasons not known",
        "",
    ]
    assert health(shown)["later"][-1]["state"] == State.FAILED


def test_reasons_are_no_row_of_their_own_and_go_with_what_they_explain():
    whole = answer(explained(), ENGLISH)
    explaining = [one["explains"] for one in whole["readings"]]
    assert explaining == [*[None] * len(FIELDS), "health"]
    alone = answer(context(reading(REASONS, health_reasons="Logins down")), ENGLISH)
    assert [one["explains"] for one in alone["readings"]] == [None]
