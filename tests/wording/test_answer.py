"""The one answer that every rendering is made from."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from context_sidecar.core.account import Matched
from context_sidecar.core.field import FieldType, OnFailure
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.wording import LANGUAGES, answer, words
from support.gallery import (
    ACME,
    AT_RISK,
    BILLING,
    FIELDS,
    GALLERY,
    HEALTH,
    HELPDESK,
    NOW,
    RENEWAL,
    REVENUE,
    TICKETS,
    TIER,
    VALUES,
    context,
    field,
    observed,
    reading,
    source_down,
)

ENGLISH = words("en", "Europe/Berlin")


def said(card: str, locale: str = "en") -> dict[str, Any]:
    return answer(GALLERY[card](), words(locale, "Europe/Berlin"))


def one(whole: dict[str, Any], id: str) -> dict[str, Any]:
    return next(each for each in whole["readings"] if each["field"] == id)


@pytest.mark.parametrize("card", GALLERY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_is_plain_json(card, language):
    whole = said(card, language)
    assert json.loads(json.dumps(whole)) == whole


def test_a_healthy_customer():
    whole = said("fresh")
    assert whole["record"] == {"host": "iframe", "type": "ticket", "id": "4711"}
    assert whole["account"] == {
        "id": "001A",
        "name": "Acme GmbH",
        "link": "https://acme.my.salesforce.com/001A",
        "matched_by": "domain",
        "matched_value": "acme.example",
    }
    assert whole["match"]["state"] == "matched"
    assert whole["match"]["message"] == "Found by domain “acme.example”."
    assert (whole["card"], whole["title"], whole["complete"]) == ("ticket", "Customer", True)
    assert whole["generated_at"] == "2026-11-23T10:52:00Z"
    assert whole["check_again_at"] == "2026-11-23T11:47:00Z"
    assert whole["notices"] == whole["attention"] == []


def test_a_reading_carries_its_contract_and_both_clocks():
    tier = one(said("fresh"), "tier")
    assert (tier["value"], tier["display"], tier["state"]) == ("ENT", "Enterprise", "fresh")
    assert (tier["answer"], tier["age"], tier["fetch"]) == ("value", "fresh", "ok")
    assert tier["confirmed_at"] == "2026-11-23T10:47:00Z"
    assert tier["as_of"] is None
    assert tier["stale_at"] == "2026-11-23T11:47:00Z"
    assert tier["expire_at"] == "2026-11-27T10:47:00Z"
    assert tier["owner"] == {"team": "revops", "label": "Revenue Operations"}
    assert tier["source"] == {
        "id": "crm",
        "label": "Salesforce",
        "link": "https://acme.my.salesforce.com/001A",
        "runbook": "https://wiki.example.com/crm",
    }
    assert tier["decision"] == "Which queue and response time the ticket gets"
    assert tier["definition"] == "The contract tier as signed, not as used."
    assert tier["contract"] == {
        "audience": "support, in iframe/ticket",
        "age": "1 hour, usable up to 4 days",
        "on_failure": "the last value is shown, with a mark",
    }
    assert tier["path"] == "account.Tier__c"
    assert tier["mapping"] == "“ENT” stands for “Enterprise”"
    assert tier["clocks"] == {"as_of": "", "confirmed": "11:47 today"}
    assert tier["next_check"] == "before 12:47 today"


@pytest.mark.parametrize(
    ("type", "raw", "value", "english", "german"),
    [
        ("text", "Acme", "Acme", "Acme", "Acme"),
        ("number", 1234.5, "1234.5", "1,234.5", "1.234,5"),
        ("percent", "12.5", "12.5", "12.5%", "12,5 %"),
        ("percent", "33.33333", "33.33333", "33.33%", "33,33 %"),
        (
            "money",
            {"amount": "1200.00", "currency": "EUR"},
            {"amount": "1200.00", "currency": "EUR"},
            "€1,200.00",
            "1.200,00 €",
        ),
        (
            "date",
            "2027-03-12",
            "2027-03-12",
            "12 Mar 2027 (in 109 days)",
            "12.03.2027 (in 109 Tagen)",
        ),
        (
            "datetime",
            "2026-11-23T10:31:00Z",
            "2026-11-23T10:31:00Z",
            "23 Nov 2026, 11:31 (21 minutes ago)",
            "23.11.2026, 11:31 Uhr (vor 21 Minuten)",
        ),
        ("boolean", True, True, "Yes", "Ja"),
        (
            "person",
            {"name": "Ana Lima", "email": "ana@acme.example"},
            {"name": "Ana Lima", "email": "ana@acme.example"},
            "Ana Lima",
            "Ana Lima",
        ),
        (
            "link",
            {"url": "https://acme.example", "label": ""},
            {"url": "https://acme.example", "label": ""},
            "https://acme.example",
            "https://acme.example",
        ),
    ],
)
def test_a_value_is_exact_in_json_and_of_the_readers_region_in_words(
    type, raw, value, english, german
):
    declared = field("it", "It", FieldType(type))
    for locale, shown in (("en", english), ("de", german)):
        said = answer(context(reading(declared, it=raw)), words(locale, "Europe/Berlin"))
        found = one(said, "it")
        assert found["value"] == value
        assert found["display"].replace("\N{NO-BREAK SPACE}", " ") == shown


def test_a_list_tells_how_many_and_how_old_the_oldest_is():
    tickets = one(said("fresh"), "open_tickets")
    assert tickets["display"] == "3 (up to 12 days old)"
    assert tickets["value"]["total"] == 3
    assert tickets["value"]["items"][2] == {
        "id": "4733",
        "title": "How do I add a colleague?",
        "status": "new",
        "priority": "low",
        "created_at": "2026-11-23T10:31:00Z",
        "updated_at": None,
        "age": "21 minutes ago",
        "url": "https://help.example.com/4733",
        "here": "",
    }


def test_a_list_of_which_only_a_part_came_does_not_claim_to_know_the_oldest():
    part = {"items": VALUES["open_tickets"], "total": 87}
    whole = answer(context(reading(TICKETS, open_tickets=part)), ENGLISH)
    assert one(whole, "open_tickets")["display"] == "87"


def test_an_empty_list_counts_to_nothing_and_an_unknown_one_to_no_number():
    empty = answer(context(reading(TICKETS, open_tickets=[])), ENGLISH)
    assert one(empty, "open_tickets")["display"] == "0"
    unknown = answer(context(reading(TICKETS, observed(reason=Reason.TIMEOUT))), ENGLISH)
    assert one(unknown, "open_tickets")["display"] == "Not available"


def test_what_several_fields_share_is_said_once():
    whole = said("source-down")
    (notice,) = whole["notices"]
    assert notice["headline"] == "Salesforce is not answering in time (since 11:42)."
    assert notice["details"] == (
        "Showing values of 2 hours ago. Revenue Operations looks after Salesforce. "
        "Next try at 11:55."
    )
    assert notice["ago"] == {"text": "2 hours ago", "from": "2026-11-23T08:52:00Z"}
    assert notice["fields"] == ["tier", "contract_status", "health", "renewal_date"]
    assert (notice["source"], notice["reason"]) == ("crm", "timeout")
    assert notice["since"] == "2026-11-23T10:42:00Z"
    assert notice["owner"] == {"team": "revops", "label": "Revenue Operations"}
    for marked in notice["fields"]:
        assert one(whole, marked)["note"] == "as of 2 hours ago"
        assert one(whole, marked)["told"]


def test_what_one_field_has_alone_is_said_beneath_it_and_nowhere_else():
    whole = said("stale-failing")
    assert whole["notices"] == []
    assert one(whole, "arr")["note"] == "as of 2 hours ago · Billing cannot be reached"


def test_two_causes_are_two_notices():
    crm = observed(Found(VALUES), ago=timedelta(hours=2), reason=Reason.TIMEOUT)
    billing = observed(Found(VALUES), ago=timedelta(hours=2), reason=Reason.UNREACHABLE)
    others = replace(HEALTH, id="other", source=BILLING)
    whole = answer(
        context(
            reading(TIER, crm), reading(HEALTH, crm), reading(REVENUE, billing),
            reading(others, billing),
        ),
        ENGLISH,
    )  # fmt: skip
    assert [notice["source"] for notice in whole["notices"]] == ["crm", "billing"]


def test_a_failure_that_takes_nothing_away_is_no_notice_and_no_note():
    whole = answer(source_down(Reason.TIMEOUT, ago=timedelta(minutes=20)), ENGLISH)
    tier = one(whole, "tier")
    assert whole["notices"] == []
    assert (tier["state"], tier["note"]) == ("fresh", "")
    assert "You can rely on the value: it is within its agreed age." in tier["message"]
    assert "Salesforce is not answering in time" in tier["message"]


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        (timedelta(hours=2), "Showing values of 2 hours ago."),
        (timedelta(days=5), "Its values are too old to use."),
    ],
)
def test_a_notice_says_what_may_still_be_relied_on(ago, expected):
    (notice,) = answer(source_down(Reason.TIMEOUT, ago=ago), ENGLISH)["notices"]
    assert notice["details"].startswith(expected)


def test_values_of_several_ages_tell_their_ages_themselves():
    hours = observed(Found(VALUES), ago=timedelta(hours=3), reason=Reason.TIMEOUT)
    others = observed(Found(VALUES), ago=timedelta(hours=2), reason=Reason.TIMEOUT)
    whole = answer(context(reading(TIER, hours), reading(HEALTH, others)), ENGLISH)
    (notice,) = whole["notices"]
    assert notice["details"].startswith("Showing last known values.")
    assert notice["ago"] is None
    assert [each["told"] for each in whole["readings"]] == [False, False]


def test_values_that_may_not_be_shown_at_all_are_not_said_to_be_old():
    strict = [replace(each, on_failure=OnFailure.WITHHOLD) for each in (TIER, HEALTH)]
    down = observed(Found(VALUES), ago=timedelta(hours=2), reason=Reason.TIMEOUT)
    whole = answer(context(*(reading(each, down) for each in strict)), ENGLISH)
    (notice,) = whole["notices"]
    assert notice["details"].startswith("Its values cannot be shown.")
    assert [each["display"] for each in whole["readings"]] == ["Not shown", "Not shown"]
    assert {each["note"] for each in whole["readings"]} == {"could not be confirmed"}


def test_a_notice_says_so_where_only_a_part_may_still_be_relied_on():
    old = observed(Found(VALUES), ago=timedelta(days=5), reason=Reason.TIMEOUT)
    older = observed(Found(VALUES), ago=timedelta(hours=2), reason=Reason.TIMEOUT)
    whole = answer(context(reading(TIER, old), reading(HEALTH, older)), ENGLISH)
    (notice,) = whole["notices"]
    assert notice["details"].startswith("Showing last known values where they may still be used.")


def test_what_only_a_person_can_mend_says_who():
    (notice,) = said("source-down-long")["notices"]
    assert "Revenue Operations has to fix this." in notice["details"]


def test_an_expired_value_is_apart_from_what_is_shown():
    revenue = one(said("expired"), "arr")
    assert revenue["value"] is None
    assert revenue["display"] == "Too old to use (5\N{NO-BREAK SPACE}days)"
    assert revenue["last_known"] == {
        "value": {"amount": "48000.00", "currency": "EUR"},
        "display": "€48,000.00",
    }


def test_a_value_outside_its_vocabulary_is_shown_raw_and_not_as_a_value():
    tier = one(said("invalid"), "tier")
    assert tier["value"] is None
    assert tier["raw"] == "Platinum+"


@pytest.mark.parametrize(
    ("type", "problem"),
    [("number", "not a number"), ("date", "not a date"), ("link", "not a web address")],
)
def test_what_is_wrong_with_a_value_is_said_in_words(type, problem):
    declared = field("it", "It", FieldType(type))
    found = one(answer(context(reading(declared, it="soon")), ENGLISH), "it")
    assert found["note"] == problem
    assert "Revenue Operations can correct it." in found["message"]


def test_a_raw_value_that_is_no_text_is_shown_as_the_source_wrote_it():
    declared = field("it", "It", FieldType.TEXT)
    found = one(answer(context(reading(declared, it={"a": [1, None]})), ENGLISH), "it")
    assert found["display"] == '“{"a": [1, null]}”'


def test_a_reading_says_what_time_alone_will_make_of_it():
    stale, expired = one(said("fresh"), "tier")["later"]
    assert (stale["at"], stale["state"]) == ("2026-11-23T11:47:00Z", "stale")
    assert (stale["display"], stale["note"]) == ("Enterprise", "as of 1 hour ago")
    assert stale["ago"] == {"text": "1 hour ago", "from": "2026-11-23T10:47:00Z"}
    assert (expired["at"], expired["state"]) == ("2026-11-27T10:47:00Z", "failed")
    assert expired["display"] == "Too old to use (4\N{NO-BREAK SPACE}days)"
    assert expired["last_known"]["display"] == "Enterprise"


def test_what_is_being_asked_now_is_not_promised_for_later():
    (expired,) = one(said("stale-checking"), "tier")["later"]
    assert expired["state"] == "failed"


def test_what_has_expired_becomes_nothing_else():
    assert one(said("expired"), "arr")["later"] == []


def test_a_card_says_since_when_everything_without_a_mark_has_been_confirmed():
    older = observed(Found(VALUES), ago=timedelta(minutes=40))
    whole = answer(context(*(reading(each) for each in FIELDS[1:]), reading(TIER, older)), ENGLISH)
    assert whole["checked"]["text"] == "Checked 40 minutes ago"
    assert whole["checked_at"] == "2026-11-23T10:12:00Z"


def test_a_card_says_when_a_source_was_last_asked_and_who_could_not_be_read():
    whole = said("source-down")
    assert whole["asked_at"] == "2026-11-23T10:50:00Z"
    assert whole["unread"] == ["Salesforce"]
    assert one(whole, "arr")["attempted_at"] == "2026-11-23T10:47:00Z"
    assert said("fresh")["unread"] == []


def test_a_source_that_could_not_be_read_is_named_though_its_values_are_still_good():
    whole = answer(source_down(Reason.TIMEOUT, ago=timedelta(minutes=20)), ENGLISH)
    assert one(whole, "tier")["state"] == "fresh"
    assert whole["unread"] == ["Salesforce"]


def test_a_source_that_stores_a_value_in_another_way_has_been_read():
    (found,) = context(reading(TIER, observed(reason=Reason.SCHEMA_CHANGED))).readings
    assert answer(context(found), ENGLISH)["unread"] == []


def test_a_card_on_which_nothing_is_certain_does_not_say_that_it_was_checked():
    whole = answer(context(reading(TIER, observed(reason=Reason.TIMEOUT))), ENGLISH)
    assert whole["checked"] is None


def test_a_card_names_whom_it_still_waits_for():
    assert said("pending")["progress"] == "Waiting for Helpdesk"
    assert said("fresh")["progress"] == ""


def test_attention_says_its_rule():
    (line,) = said("attention")["attention"]
    assert line == {
        "severity": "high",
        "judged": True,
        "say": "Renewal at risk. Tell the account owner before you close this ticket.",
        "headline": "Renewal at risk. Tell the account owner before you close this ticket.",
        "message": "Renewal at risk. Tell the account owner before you close this ticket.",
        "because": ["renewal_date", "health"],
        "told": False,
    }


def test_that_a_record_is_archived_is_said_once_for_its_source_and_takes_no_value_away():
    whole = said("archived")
    (notice,) = whole["notices"]
    of_salesforce = [one["field"] for one in whole["readings"] if one["source"]["id"] == "crm"]

    assert notice["kind"] == "archived"
    assert (notice["source"], notice["fields"]) == ("crm", of_salesforce)
    assert notice["message"] == (
        "The record in Salesforce is archived. Its values are shown all the same. "
        "Revenue Operations can link another record, or restore this one."
    )
    assert {one["state"] for one in whole["readings"]} == {"fresh"}
    assert [one["field"] for one in whole["readings"] if one["archived"]] == of_salesforce
    assert whole["unread"] == []
    assert said("fresh")["notices"] == []


def test_an_outage_is_told_beside_that_a_record_is_archived():
    found = Found(VALUES, archived=True)
    down = observed(found, ago=timedelta(hours=2), reason=Reason.TIMEOUT)
    whole = answer(context(reading(TIER, down), reading(HEALTH, down)), ENGLISH)

    assert [one["kind"] for one in whole["notices"]] == ["trouble", "archived"]
    assert all(one["told"] for one in whole["readings"])


def test_attention_that_cannot_be_judged_says_why():
    (line,) = said("cannot-judge")["attention"]
    assert not line["judged"]
    assert line["headline"] == f"Not judged: {line['say']}"
    assert line["message"] == "Could not be judged because of Renewal (Old) and Health score (Old)."
    assert line["because"] == ["renewal_date", "health"]


def test_a_rule_that_one_outage_keeps_from_being_judged_is_told_with_the_outage():
    whole = said("cannot-judge")
    (line,), (notice,) = whole["attention"], whole["notices"]
    assert line["told"]
    assert notice["unjudged"] == [line["say"]]


def test_a_rule_that_lacks_more_than_one_outage_takes_away_stands_for_itself():
    down = observed(Found(VALUES), ago=timedelta(hours=2), reason=Reason.TIMEOUT)
    whole = answer(
        context(
            reading(TIER, down), reading(RENEWAL, down),
            reading(HEALTH, observed(reason=Reason.SCHEMA_CHANGED)), rules=(AT_RISK,),
        ),
        ENGLISH,
    )  # fmt: skip
    (line,), (notice,) = whole["attention"], whole["notices"]
    assert not line["told"]
    assert notice["unjudged"] == []


@pytest.mark.parametrize(
    ("card", "state", "headline", "sentences"),
    [
        (
            "no-customer",
            "unmatched",
            "No customer found",
            [
                "Looked for: e-mail address of the requester “new.example”.",
                "Salesforce has no such customer.",
                "Revenue Operations can add what is missing.",
            ],
        ),
        (
            "free-mail",
            "unmatched",
            "No customer found",
            [
                (
                    "“ana@gmail.com” (e-mail address of the requester) points to no customer: it "
                    "is at a free mail service, or has no domain of its own."
                ),
                "Revenue Operations can add what is missing.",
            ],
        ),
        (
            "no-keys",
            "unmatched",
            "No customer found",
            [
                "There is nothing here by which a customer could be found.",
                "Revenue Operations can add what is missing.",
            ],
        ),
        (
            "several-customers",
            "ambiguous",
            "2 possible customers",
            [
                "They share the domain “acme.example”.",
                "None is shown, because a guess could be wrong.",
                "Revenue Operations can say which customer it is.",
            ],
        ),
        (
            "customer-pending",
            "pending",
            "Looking for the customer",
            ["Helpdesk is being asked now."],
        ),
        (
            "customer-unknown",
            "failed",
            "Customer not known yet",
            [
                "Helpdesk cannot be reached (since 11:42).",
                "So it cannot be said yet who the customer is.",
                "Support Tools looks after Helpdesk.",
            ],
        ),
    ],
)
def test_a_record_without_one_customer_says_what_was_looked_up_and_who_settles_it(
    card, state, headline, sentences
):
    whole = said(card)
    assert whole["account"] is None
    assert whole["match"]["state"] == state
    assert whole["match"]["headline"] == headline
    assert whole["match"]["message"] == " ".join(sentences)


def test_the_candidates_are_named_and_told_apart_by_what_they_do_not_share():
    acme, retail = said("several-customers")["match"]["candidates"]
    assert acme == {
        "id": "001A",
        "name": "Acme GmbH",
        "link": "https://acme.my.salesforce.com/001A",
        "keys": [{"key": "erp_number", "label": "erp number", "value": "4711"}],
    }
    assert (retail["id"], retail["name"]) == ("001B", "Acme Retail Ltd")


def test_a_list_of_customers_that_may_be_old_is_a_notice():
    (notice,) = said("directory-overdue")["notices"]
    assert notice["headline"] == "The list of customers from Salesforce may be out of date."
    assert notice["fields"] == []


def test_a_customer_that_may_be_another_by_now_is_a_notice():
    (notice,) = said("customer-not-confirmed")["notices"]
    assert notice["message"] == (
        "The customer behind this record was last confirmed: 08:52 today. Helpdesk cannot be "
        "reached (since 09:52). Support Tools looks after Helpdesk."
    )
    assert notice["fields"] == []


def test_a_customer_that_is_being_confirmed_is_waited_for_without_a_mark():
    whole = said("customer-being-confirmed")
    assert (whole["notices"], whole["progress"]) == ([], "Waiting for Helpdesk")
    assert not whole["complete"]


@pytest.mark.parametrize(
    ("card", "display", "note_", "why"),
    [
        (
            "not-asked",
            "Not asked",
            "Salesforce has no erp number for this customer",
            "Salesforce has no erp number for this customer, so Billing was not asked.",
        ),
        (
            "not-asked-of-several",
            "Not asked",
            "Salesforce has more than one erp number for this customer",
            (
                "Salesforce has more than one erp number for this customer, so Billing was not "
                "asked: 4711 and 4712."
            ),
        ),
    ],
    ids=["none", "several"],
)
def test_of_a_source_that_was_not_asked_the_list_of_customers_says_why(card, display, note_, why):
    arr = one(said(card), "arr")

    assert (arr["display"], arr["note"]) == (display, note_)
    assert arr["message"].startswith(why)
    assert arr["remark"].startswith(why)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("card", ["not-asked", "not-asked-of-several"])
def test_nothing_is_told_as_if_a_source_that_was_not_asked_had_said_it(card, language):
    whole = said(card, language)
    arr = one(whole, "arr")
    spoken = f"{arr['display']} {arr['note']} {arr['message']} {arr['remark']}"

    assert (arr["answer"], arr["lacks"], arr["certain"]) == ("never", "erp_number", False)
    assert [arr[each] for each in ("confirmed_at", "attempted_at", "stale_at")] == [None] * 3
    assert (arr["candidates"], arr["clocks"]["confirmed"], arr["next_check"]) == ([], "", "")
    assert "11:47" not in spoken, "nobody confirmed it at any time"
    assert "Salesforce" in arr["message"]


def test_where_nobody_says_who_lists_customers_the_list_itself_is_named():
    whole = answer(replace(GALLERY["not-asked"](), accounts=None), ENGLISH)

    assert one(whole, "arr")["note"] == "The list of customers has no erp number for this customer"


def test_each_kind_of_nothing_has_a_word_of_its_own():
    kinds = {
        "missing": "renewal_date", "unmatched": "arr", "not-asked": "arr",
        "ambiguous": "arr", "failed": "health",
        "invalid": "tier", "pending": "open_tickets", "expired": "arr", "withheld": "health",
    }  # fmt: skip
    for language in LANGUAGES:
        readings = [one(said(card, language), marked) for card, marked in kinds.items()]
        assert len({each["display"] for each in readings}) == len(kinds)
        assert len({each["word"] for each in readings}) == 7, "two more have failed in their way"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("card", GALLERY)
def test_no_sentence_shows_a_code(card, language):
    whole = said(card, language)
    sentences = [notice["message"] for notice in whole["notices"]]
    sentences += [each["message"] for each in whole["readings"]]
    assert not any(re.search(r"_|\b[45]\d\d\b", sentence) for sentence in sentences)


def test_a_name_from_a_source_cannot_reorder_the_sentence_around_it():
    evil = replace(ACME, name="Acme\u202e\x1b[31m")
    whole = answer(context(match=Matched(evil, "domain", "acme.example")), ENGLISH)
    assert whole["account"]["name"] == "Acme\ufffd\ufffd[31m"


def test_an_amount_of_any_size_is_exact():
    huge = Decimal("123456789012345678901234567890.12")
    money = {"amount": str(huge), "currency": "XYZ"}
    found = one(answer(context(reading(REVENUE, arr=money)), ENGLISH), "arr")
    assert found["value"] == {"amount": str(huge), "currency": "XYZ"}


def test_the_same_context_gives_the_same_answer():
    assert said("everything") == said("everything")


def test_what_is_far_in_the_past_or_future_can_still_be_told():
    declared = field("it", "It", FieldType.DATETIME, HELPDESK)
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        found = one(answer(context(reading(declared, it=moment)), ENGLISH), "it")
        assert found["display"]


def test_a_card_seen_at_another_time_tells_other_ages():
    assert (
        one(
            answer(replace(GALLERY["stale"](), generated_at=NOW + timedelta(hours=3)), ENGLISH),
            "tier",
        )["note"]
        == "as of 5 hours ago"
    )
