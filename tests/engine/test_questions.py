from datetime import timedelta

from context_sidecar.engine.questions import Question, questions, record_question
from support import build


def test_fields_of_one_lookup_share_one_question():
    tier = build.field("tier", path="Tier__c", stale_after=timedelta(days=1))
    owner = build.field("owner", path="Owner.Name", as_of_path="Changed")
    tickets = build.field("open_tickets", path="@", lookup="open_tickets")

    found = questions([tier, owner, tickets])

    assert set(found) == {("crm", "account"), ("crm", "open_tickets")}
    assert found["crm", "account"].names == {"Tier__c", "Owner.Name", "Changed"}
    assert found["crm", "open_tickets"].names == frozenset()


def test_a_question_is_asked_as_often_as_its_most_demanding_field_needs():
    hourly = build.field("a", stale_after=timedelta(hours=1))
    quick = build.field("b", stale_after=timedelta(minutes=5))

    assert questions([hourly, quick])["crm", "account"].stale_after == timedelta(minutes=5)
    assert questions([quick, hourly])["crm", "account"].stale_after == timedelta(minutes=5)


def test_other_names_make_another_version_and_their_order_does_not():
    one = Question("crm", "account", frozenset({"a", "b"}))
    same = Question("crm", "account", frozenset({"b", "a"}))
    other = Question("crm", "account", frozenset({"a"}))

    assert one.address == same.address
    assert one.address != other.address


def test_s8_another_system_under_the_same_name_makes_another_version():
    here = build.field(source=build.source("crm", system="acme.my.salesforce.com"))
    there = build.field(source=build.source("crm", system="other.my.salesforce.com"))

    one, other = (questions([field])["crm", "account"] for field in (here, there))

    assert one.address != other.address


def test_how_often_to_ask_does_not_change_what_was_answered():
    often = Question("crm", "account", frozenset({"a"}), timedelta(minutes=1))
    seldom = Question("crm", "account", frozenset({"a"}), timedelta(days=1))

    assert often.address == seldom.address


def test_a_records_keys_are_a_question_like_any_other():
    question = record_question(build.source("helpdesk"), "ticket")

    assert question.address[:2] == ("helpdesk", "record:ticket")
