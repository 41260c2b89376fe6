"""What became of the thing that a field reads is told where it explains what is wrong, and only
there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.drift import Because, Drift, DriftKind, Successor
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.shape import ShapeField
from context_sidecar.wording import answer, words
from support.gallery import ACME, NOW, TIER, VALUES, context, observed, reading

SINCE = NOW - timedelta(hours=1)
LIKELY = Successor(
    ShapeField(("Customer_Tier__c",), FieldType.CHOICE, "Customer Tier"),
    (Because.APPEARED, Because.CHOICES),
)
GONE = Drift(DriftKind.GONE, "Tier__c", SINCE, LIKELY, was=FieldType.CHOICE)
RETYPED = Drift(DriftKind.RETYPED, "Tier__c", SINCE, was=FieldType.CHOICE, now=FieldType.NUMBER)
UNLISTED = Drift(DriftKind.UNLISTED, "Tier__c", unlisted={"PLAT": "Platinum"})

LOST = observed(Found(VALUES, link=ACME.link), reason=Reason.SCHEMA_CHANGED)
LATE = observed(Found(VALUES, link=ACME.link), reason=Reason.TIMEOUT)
FINE = observed(Found(VALUES, link=ACME.link))


def strange(code):
    return observed(Found({**VALUES, "Tier__c": code}, link=ACME.link))


def told(drift, observation, locale="en"):
    shown = context(reading(TIER, observation), drifts={"tier": drift})
    [row] = answer(shown, words(locale, "Europe/Berlin"))["readings"]
    return row["drift"]


def test_a_field_that_is_gone_is_told_with_its_likely_successor():
    assert told(GONE, LOST) == {
        "kind": "gone",
        "name": "Tier__c",
        "since": "2026-11-23T09:52:00Z",
        "was": "choice",
        "now": None,
        "successor": {
            "path": "Customer_Tier__c",
            "label": "Customer Tier",
            "because": ["appeared", "choices"],
        },
        "said": "Salesforce has no “Tier__c” any more (since 10:52). It is likely "
        "“Customer_Tier__c” now: it appeared when the other went and it has the same choices.",
    }


def test_another_language_has_other_words():
    assert told(GONE, LOST, "de")["said"].startswith("Salesforce hat kein „Tier__c“ mehr (seit")


def test_a_field_of_another_type_is_told_as_such():
    found = told(RETYPED, strange("7"))

    assert found["said"] == "“Tier__c” is of another type in Salesforce (since 10:52)."
    assert (found["was"], found["now"], found["successor"]) == ("choice", "number", None)


def test_a_code_that_the_vocabulary_lacks_has_the_systems_own_words():
    assert told(UNLISTED, strange(" PLAT "))["said"] == "Salesforce calls “PLAT” “Platinum”."


@pytest.mark.parametrize(
    ("drift", "observation"),
    [
        (GONE, FINE),
        (GONE, LATE),
        (RETYPED, FINE),
        (UNLISTED, FINE),
        (UNLISTED, strange("GOLD")),
        (UNLISTED, LOST),
    ],
    ids=["well", "late", "well and retyped", "well and unlisted", "another code", "lost"],
)
def test_what_explains_nothing_is_not_told(drift, observation):
    assert told(drift, observation) is None


def test_nothing_in_it_breaks_a_line():
    hostile = Drift(DriftKind.UNLISTED, "Tier__c", unlisted={"PLAT": "Pla\n\u202etinum"})

    assert told(hostile, strange("PLAT"))["said"].isprintable()
