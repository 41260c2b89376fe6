"""What may lie behind a failure is said as what it may be: all of it, and none of it as a guess."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.causes import CAUSES, Cause, Particulars
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.wording import answer, words
from context_sidecar_widgets import card
from support.gallery import FIELDS, HOURS, TIER, VALUES, context, observed, reading

SESSION = Particulars(
    certain=False, causes=(Cause.TOKEN_EXPIRED, Cause.WRONG_INSTANCE, Cause.API_NOT_ENABLED),
    code="INVALID_SESSION_ID", request_id="r-1",
)  # fmt: skip
QUOTA = Particulars(causes=(Cause.DAILY_QUOTA,))


def told(reason, known, locale="en", fields=(TIER,)):
    """The card while *fields* cannot be read."""
    failing = replace(observed(Found(VALUES), ago=HOURS, reason=reason), particulars=known)
    down = {each.id: each for each in fields}
    shown = [
        reading(down.get(each.id, each), failing if each.id in down else None) for each in FIELDS
    ]
    return answer(context(*shown), words(locale, "Europe/Berlin"))


def row(card):
    return next(each for each in card["readings"] if each["field"] == "tier")


def test_a_suspicion_is_said_to_be_one_with_all_that_it_may_be():
    found = row(told(Reason.CREDENTIAL_EXPIRED, SESSION))

    assert "Salesforce no longer accepts our key, as it seems (since 11:42). " in found["message"]
    assert (
        "Possible causes: the token has expired, the token is one of another instance or access "
        "to its API is not enabled for us."
    ) in found["message"]
    assert found["note"].endswith("Salesforce no longer accepts our key, as it seems")


def test_one_certain_cause_is_said_as_such_with_when_it_ends():
    found = row(told(Reason.RATE_LIMITED, QUOTA))

    assert "as it seems" not in found["message"]
    assert "Cause: the daily quota of calls is used up." in found["message"]
    assert found["message"].endswith("Next try at 11:55.")


SIX = replace(TIER, source=replace(TIER.source, limits=Limits(rate=6)))
OURS = Particulars(causes=(Cause.OWN_LIMIT,))


def test_our_own_limit_is_no_limit_of_the_vendors():
    found = row(told(Reason.RATE_LIMITED, OURS, fields=(SIX,)))

    assert (
        "Salesforce is not asked more often just now: our own limit for it (6 a minute) is used up "
        "(since 11:42)."
    ) in found["message"]
    assert found["message"].endswith("Next try at 11:55.")
    assert "Cause" not in found["message"], "said already"
    assert "may not be asked" not in found["message"]
    assert found["note"].endswith("our own limit for it (6 a minute) is used up")
    assert [one["cause"] for one in found["possible_causes"]] == ["own_limit"]


def test_what_we_count_of_one_kind_of_question_is_told_as_that():
    known = Particulars(causes=(Cause.OWN_ENDPOINT_LIMIT,))
    found = row(told(Reason.RATE_LIMITED, known, fields=(SIX,)))

    assert (
        "Salesforce is not asked more often just now: our own limit for questions of this kind is "
        "used up (since 11:42)."
    ) in found["message"]
    assert "Cause" not in found["message"]
    assert "6 a minute" not in found["message"]


@pytest.mark.parametrize(
    ("per", "said"),
    [
        (timedelta(seconds=1), "(6 a second)"),
        (timedelta(hours=1), "(6 an hour)"),
        (timedelta(days=1), "(6 a day)"),
        (timedelta(seconds=10), "our own limit for it is used up"),
    ],
    ids=str,
)
def test_it_is_told_as_it_is_declared(per, said):
    limited = replace(TIER, source=replace(TIER.source, limits=Limits(rate=6, per=per)))

    assert said in row(told(Reason.RATE_LIMITED, OURS, fields=(limited,)))["message"]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("de", "unsere eigene Grenze dafür (6 pro Minute) ist ausgeschöpft"),
        ("fr", "notre propre limite (6 par minute) est atteinte"),
        ("es", "nuestro propio límite (6 por minuto) está agotado"),
        ("ja", "1 分に 6 回"),
    ],
)
def test_it_is_ours_in_every_language(locale, said):
    assert said in row(told(Reason.RATE_LIMITED, OURS, locale, fields=(SIX,)))["message"]


def test_programs_are_told_too():
    found = row(told(Reason.CREDENTIAL_EXPIRED, SESSION))

    assert (found["certain"], found["code"], found["request_id"]) == (
        False, "INVALID_SESSION_ID", "r-1",
    )  # fmt: skip
    assert [one["cause"] for one in found["possible_causes"]] == [
        "token_expired", "wrong_instance", "api_not_enabled",
    ]  # fmt: skip
    assert found["possible_causes"][0]["said"] == "the token has expired"

    well = next(each for each in told(Reason.TIMEOUT, QUOTA)["readings"] if each["field"] == "arr")
    assert (well["certain"], well["possible_causes"], well["code"]) == (True, [], "")


def test_what_mends_the_source_is_for_the_admin_s_pages_and_no_card():
    """It is written by an adapter, in English, about the source's settings."""
    remedy = 'Set `delimiter: ";"` in the source\'s settings.'
    shown = told(Reason.SCHEMA_CHANGED, Particulars(remedy=remedy), "de")

    assert "delimiter" not in json.dumps(shown)
    assert "delimiter" not in card(shown, words("de", "Europe/Berlin"))


def test_a_notice_for_several_fields_says_it_once():
    [notice] = told(Reason.CREDENTIAL_EXPIRED, SESSION, fields=FIELDS[:2])["notices"]

    assert notice["headline"].startswith("Salesforce no longer accepts our key, as it seems")
    assert notice["details"].startswith("Possible causes: the token has expired")


def test_a_field_that_lost_its_name_says_nothing_of_an_older_trouble():
    known = observed(Found({}), ago=timedelta(minutes=5))
    assert known.reason is None

    assert row(answer(context(reading(TIER, known)), words("en", "UTC")))["possible_causes"] == []


@pytest.mark.parametrize("locale", ["de", "es", "fr", "ja"])
def test_every_language_has_its_own_words_for_each(locale):
    spoken = words(locale, "UTC")
    found = row(told(Reason.CREDENTIAL_EXPIRED, SESSION, locale))

    assert {spoken.text(said) for said in CAUSES.values()}.isdisjoint(CAUSES.values())
    assert spoken.text("the token has expired") in found["message"]


def test_in_german():
    found = row(told(Reason.CREDENTIAL_EXPIRED, SESSION, "de"))

    assert "Salesforce nimmt unseren Schlüssel nicht mehr an, wie es scheint" in found["message"]
    assert (
        "Mögliche Ursachen: das Token ist abgelaufen, das Token gehört zu einer anderen Instanz "
        "oder der Zugang zur API ist für uns nicht freigeschaltet."
    ) in found["message"]
