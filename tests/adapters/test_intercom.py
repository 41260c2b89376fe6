"""What the Intercom adapter makes of each answer that Intercom can give."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from context_sidecar import Found, NoMatch, Reason, Several, SourceError, plugins
from context_sidecar.engine.questions import Question
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.cached import Cached
from support.intercom import (
    ACME,
    BOLT,
    REQUEST_ID,
    Intercom,
    attribute,
    company,
    contact,
    conversation,
    error,
)
from support.vendor import failure


@pytest.fixture
def intercom(httpserver):
    return Intercom(httpserver)


@pytest.fixture
def settings(intercom):
    return {"url": intercom.url, "token": "s3cret"}


@pytest.fixture
def adapter(settings):
    with plugged("intercom", settings) as opened:
        yield opened


def calls(intercom):
    """How many calls there were so far, by path."""
    return Counter(request.path for request in intercom.asked)


class TestAccount:
    @pytest.mark.parametrize("listed", [True, False])
    def test_a_company_is_found_by_the_id_that_we_gave_it(self, intercom, adapter, listed):
        """The description says that it comes in a list, the guide that it comes by itself."""
        intercom.listed = listed

        assert ask(adapter, "C-1") == Found(
            intercom.companies[0],
            link=f"https://app.intercom.com/a/apps/abc123/companies/{ACME}/users",
        )

    def test_by_intercoms_own_id(self, settings):
        with plugged("intercom", settings | {"by": "id"}) as adapter:
            assert ask(adapter, BOLT).data["company_id"] == "C-2"
            assert ask(adapter, "none") == NoMatch()

    def test_no_such_company_is_no_match(self, adapter):
        assert ask(adapter, "C-9") == NoMatch()

    def test_another_404_is_no_answer(self, intercom, adapter):
        intercom.refuse(404, "<h1>Not found</h1>")

        assert failure(adapter, "C-1").reason is Reason.ENDPOINT_GONE

    def test_of_two_under_one_id_none_is_guessed(self, intercom, adapter):
        intercom.companies.append(company("7", "C-1"))

        assert isinstance(ask(adapter, "C-1"), Several)

    def test_a_list_of_all_companies_is_not_believed(self, intercom, adapter):
        """That is what comes back where the filter is not understood."""
        everything = {"type": "list", "data": intercom.companies, "total_count": 2}
        intercom.refuse(200, everything)

        assert failure(adapter, "C-1").reason is Reason.SCHEMA_CHANGED

    def test_a_company_that_is_neither_shown_nor_denied_is_not_unknown(self, intercom, adapter):
        intercom.refuse(200, {"type": "list", "data": [], "total_count": 0})

        assert failure(adapter, "C-1").reason is Reason.BAD_RESPONSE

    def test_a_list_cut_short_is_not_believed(self, intercom, adapter):
        intercom.refuse(200, {"type": "list", "data": [], "total_count": 2})

        assert failure(adapter, "C-1").reason is Reason.BAD_RESPONSE

    def test_an_attribute_that_a_company_does_not_have_is_none(self, intercom, adapter):
        intercom.attributes.append(attribute("custom_attributes.region"))

        data = ask(adapter, "C-1", names=("custom_attributes.region", "website", "plan.name")).data

        assert data["custom_attributes"] == {"tier": "ENT", "region": None}
        assert (data["website"], data["plan"]) == (None, {"name": None})

    @pytest.mark.parametrize("archived", [True, False])
    def test_one_that_does_not_exist_is_not_there(self, intercom, adapter, archived):
        if archived:
            intercom.attributes.append(attribute("custom_attributes.region", archived=True))

        data = ask(adapter, "C-1", names=("custom_attributes.region",)).data

        assert data["custom_attributes"] == {"tier": "ENT"}

    def test_what_is_there_costs_one_call(self, intercom, adapter):
        ask(adapter, "C-1", names=("name", "custom_attributes.tier", "website"))

        assert [request.path for request in intercom.asked] == ["/companies"]


class TestOpenTickets:
    def test_each_company_gets_its_own(self, adapter):
        answers = ask(adapter, "C-1", "C-2", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [2, 1]
        assert answers["C-1"].data["items"][0] == {
            "id": "2",
            "title": "Invoices",
            "status": "snoozed",
            "priority": "priority",
            "created_at": "2024-12-18T15:59:06+00:00",
            "updated_at": "2024-12-18T15:59:08+00:00",
            "url": "https://app.intercom.com/a/inbox/abc123/inbox/conversation/2",
        }

    def test_a_subject_in_html_becomes_words(self, adapter):
        [item] = ask(adapter, "C-2", lookup="open_tickets").data["items"]

        assert item["title"] == "Conversation & 3"

    def test_none_is_a_list_of_none(self, intercom, adapter):
        intercom.conversations = []

        assert ask(adapter, "C-1", lookup="open_tickets").data == {"items": [], "total": 0}

    def test_an_unknown_company_has_no_conversations_to_count(self, adapter):
        assert ask(adapter, "C-9", lookup="open_tickets") == NoMatch()

    def test_what_was_closed_since_it_was_indexed_does_not_count(self, intercom, adapter):
        intercom.lagging = True

        assert ask(adapter, "C-2", lookup="open_tickets").data["total"] == 1

    @pytest.mark.parametrize("cursors", [True, False])
    def test_the_people_of_a_batch_are_asked_for_by_fifteen(self, intercom, adapter, cursors):
        intercom.cursors = cursors
        intercom.people[ACME] = [contact(f"a{n}") for n in range(70)]
        intercom.conversations = [conversation(n, f"a{n}") for n in range(70)]

        assert ask(adapter, "C-1", lookup="open_tickets").data["total"] == 70
        assert [request.path for request in intercom.asked] == [
            "/companies",
            *[f"/companies/{ACME}/contacts"] * 2,
            *["/conversations/search"] * 5,
        ]

    def test_of_very_many_people_all_that_is_open_is_read(self, intercom, adapter):
        intercom.people[ACME] = [contact(f"a{n}") for n in range(200)]
        intercom.conversations = [conversation(n, f"a{n}") for n in range(400)]

        data = ask(adapter, "C-1", lookup="open_tickets").data

        assert (data["total"], len(data["items"])) == (200, 100)
        assert [request.path for request in intercom.asked[5:]] == ["/conversations/search"] * 3

    def test_a_company_whose_people_are_not_shown_never_reads_as_none(self, intercom, adapter):
        intercom.people[ACME] = []

        assert failure(adapter, "C-1", lookup="open_tickets").reason is Reason.PERMISSION_DENIED

    def test_one_that_nobody_belongs_to_has_none(self, intercom, adapter):
        intercom.companies[0]["user_count"], intercom.people[ACME] = 0, []

        assert ask(adapter, "C-1", lookup="open_tickets").data["total"] == 0

    def test_pages_of_people_that_end_early_are_not_believed(self, intercom, adapter):
        pages = {"type": "pages", "page": 1, "per_page": 50}
        page = {"type": "list", "data": [contact("a1")], "total_count": 60, "pages": pages}
        intercom.refuse(200, page, only="contacts")

        assert failure(adapter, "C-1", lookup="open_tickets").reason is Reason.BAD_RESPONSE

    @pytest.mark.parametrize(
        ("false", "reason"),
        [
            ({"conversations": [conversation(9, "x1")]}, Reason.SCHEMA_CHANGED),
            ({"total_count": 7}, Reason.BAD_RESPONSE),
            ({"pages": {"next": {"starting_after": "0"}}}, Reason.BAD_RESPONSE),
        ],
    )
    def test_a_search_that_cannot_be_right_is_not_believed(self, intercom, adapter, false, reason):
        intercom.false = {"total_count": 1} | false if "conversations" in false else false

        assert failure(adapter, "C-1", lookup="open_tickets").reason is reason


class TestManyAtOnce:
    """Companies from their list, and conversations out of all that are open."""

    @pytest.fixture
    def keys(self, intercom):
        """A hundred and twenty companies, with two people each; one of them has all open
        conversations but three, and of another nobody knows."""
        intercom.companies = [company(f"id-{n}", f"C-{n}") for n in range(120)]
        intercom.people = {f"id-{n}": [contact(f"p{n}a"), contact(f"p{n}b")] for n in range(120)}
        intercom.conversations = [
            *(conversation(n, "p7a") for n in range(40)),
            conversation(50, "p8a", "p9b"),
            conversation(51, "p119b"),
            conversation(52, "p10a", open=False, state="closed"),
            conversation(53, "x1"),
        ]
        return [*(f"C-{n}" for n in range(120)), "C-none"]

    def test_each_company_is_what_it_is_by_itself(self, intercom, adapter, keys):
        intercom.unlisted = {"id-3"}

        names = ("custom_attributes.tier", "website")
        many = adapter.lookups["account"].ask(keys, names)

        assert calls(intercom) == {"/companies/list": 3, "/companies": 2}
        assert many["C-none"] == NoMatch()
        assert many["C-3"] == ask(adapter, "C-3", names=names)
        assert many["C-77"] == ask(adapter, "C-77", names=names)
        assert all(isinstance(many[key], Found) for key in keys[:-1])

    def test_a_search_for_one_that_was_not_filtered_is_not_believed(self, intercom, adapter, keys):
        """Another one of those that were asked for would pass for a none of this one."""
        answer = intercom.company
        intercom.company = lambda _: answer("C-5")

        with pytest.raises(SourceError) as found:
            adapter.lookups["account"].ask(keys, ())
        assert found.value.reason is Reason.SCHEMA_CHANGED

        intercom.company = answer
        assert adapter.lookups["account"].ask(keys, ())["C-none"] == NoMatch()

    def test_no_more_of_the_list_is_read_than_it_takes(self, intercom, adapter, keys):
        adapter.lookups["account"].ask(keys[:40], ())

        assert calls(intercom) == {"/companies/list": 1}

    def test_open_conversations_are_those_that_each_has_by_itself(self, intercom, adapter, keys):
        many = adapter.lookups["open_tickets"].ask(keys, ())

        assert calls(intercom) == {
            "/companies/list": 3, "/companies": 1, "/conversations/search": 1,
            "/contacts/search": 1, "/contacts/x1": 1,
        }  # fmt: skip
        totals = {key: one.data["total"] for key, one in many.items() if key != "C-none"}
        assert {key: n for key, n in totals.items() if n} == {
            "C-7": 40, "C-8": 1, "C-9": 1, "C-119": 1,
        }  # fmt: skip
        assert many["C-none"] == NoMatch()
        for key in ("C-7", "C-8", "C-10"):
            assert many[key] == ask(adapter, key, lookup="open_tickets")

    def test_who_was_added_just_now_is_asked_for_alone(self, intercom, adapter, keys):
        intercom.unindexed = {"p119b"}

        assert adapter.lookups["open_tickets"].ask(keys, ())["C-119"].data["total"] == 1

    def test_all_companies_of_somebody_count(self, intercom, adapter, keys):
        for n in range(20, 80):
            intercom.people[f"id-{n}"].append(contact("p8a"))

        many = adapter.lookups["open_tickets"].ask(keys, ())

        assert {many[f"C-{n}"].data["total"] for n in (8, *range(20, 80))} == {1}
        assert calls(intercom)["/contacts/p8a/companies"] == 2

    def test_people_who_are_not_shown_never_read_as_none_until_they_are(
        self, intercom, adapter, keys
    ):
        people, intercom.people = intercom.people, {}

        with pytest.raises(SourceError) as found:
            adapter.lookups["open_tickets"].ask(keys, ())
        assert found.value.reason is Reason.PERMISSION_DENIED

        intercom.people = people
        assert adapter.lookups["open_tickets"].ask(keys, ())["C-7"].data["total"] == 40

    def test_a_search_for_people_that_was_not_filtered_is_not_believed(
        self, intercom, adapter, keys
    ):
        intercom.refuse(200, {"data": [contact("q1")], "total_count": 1}, only="contacts/search")

        with pytest.raises(SourceError) as found:
            adapter.lookups["open_tickets"].ask(keys, ())
        assert found.value.reason is Reason.SCHEMA_CHANGED

    def test_the_background_asks_so(self, intercom, settings, keys):
        rig = Cached("intercom", settings)
        try:
            known = rig.ask_all(Question("crm", "open_tickets"), keys)
        finally:
            rig.close()

        assert known["C-7"].answer.data["total"] == 40
        assert sum(calls(intercom).values()) == 7


class TestContacts:
    def test_the_first_people_come_with_how_many_there_are(self, intercom, adapter):
        intercom.people[ACME] = [contact(f"a{n}") for n in range(70)]

        data = ask(adapter, "C-1", lookup="contacts").data

        assert (len(data["items"]), data["total"]) == (50, 70)
        assert data["items"][0] == {
            "id": "a0",
            "title": "Contact a0",
            "status": "user",
            "created_at": "2024-12-18T15:55:38+00:00",
            "updated_at": "2024-12-18T15:55:38+00:00",
            "url": "https://app.intercom.com/a/apps/abc123/users/a0",
        }

    def test_an_unknown_company_has_no_people_to_count(self, adapter):
        assert ask(adapter, "C-9", lookup="contacts") == NoMatch()


class TestAccounts:
    def test_all_are_listed_to_the_end_of_the_scroll(self, intercom, adapter):
        intercom.companies = [company(str(n), f"C-{n}") for n in range(250)]

        rows = list(adapter.accounts({"company_id"}))

        assert [row.data["company_id"] for row in rows] == [f"C-{n}" for n in range(250)]
        assert rows[0].link.endswith("/companies/0/users")

    def test_a_second_scroll_is_waited_for(self, intercom, adapter):
        intercom.refuse(400, error("scroll_exists", "scroll already exists for this workspace"))

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.SERVER_ERROR


class TestRecord:
    def test_a_conversation_names_its_contact_and_company(self, adapter):
        expected = {
            "requester_email": "a1@acme.example",
            "requester_external_id": "p-a1",
            "requester_name": "Contact a1",
            "company_id": ACME,
        }

        assert adapter.record("conversation", "1") == expected
        assert adapter.record("contact", "a1") == expected

    def test_of_several_people_none_is_guessed(self, intercom, adapter):
        intercom.conversations = [conversation(1, "a1", "b1")]

        assert adapter.record("conversation", "1") == {}

    def test_of_several_companies_none_is_guessed(self, intercom, adapter):
        intercom.people[BOLT] = [contact("a1")]

        assert "company_id" not in adapter.record("contact", "a1")

    @pytest.mark.parametrize(("type", "id"), [("conversation", "99"), ("contact", "99")])
    def test_no_such_record_is_none(self, adapter, type, id):
        assert adapter.record(type, id) is None

    def test_other_things_have_no_keys(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("article", "1")
        assert found.value.reason is Reason.NOT_CONFIGURED


REFUSALS = [
    (401, error("unauthorized", "Access Token Invalid"), Reason.CREDENTIAL_EXPIRED),
    (401, error("token_unauthorized"), Reason.CREDENTIAL_EXPIRED),
    (401, error("token_revoked"), Reason.CREDENTIAL_EXPIRED),
    (403, error("api_plan_restricted", "Active subscription needed."), Reason.PERMISSION_DENIED),
    (403, error("forbidden"), Reason.PERMISSION_DENIED),
    (400, error("intercom_version_invalid"), Reason.ENDPOINT_GONE),
    (400, error("parameter_invalid"), Reason.BAD_RESPONSE),
    (500, error("server_error"), Reason.SERVER_ERROR),
    (503, error("service_unavailable"), Reason.SERVER_ERROR),
    (500, "<h1>Oops</h1>", Reason.SERVER_ERROR),
    (200, "<h1>Log in</h1>", Reason.BAD_RESPONSE),
]


@pytest.mark.parametrize(("status", "body", "reason"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(intercom, adapter, status, body, reason):
    intercom.refuse(status, body)

    found = failure(adapter, "C-1")

    assert found.reason is reason
    if isinstance(body, dict) and reason is not Reason.BAD_RESPONSE:
        assert (found.code, found.request_id) == (body["errors"][0]["code"], REQUEST_ID)
    assert "s3cret" not in str(found)

    intercom.mend()
    assert isinstance(ask(adapter, "C-1"), Found)


def test_a_window_that_is_used_up_is_waited_for_by_intercoms_own_clock(intercom, adapter):
    headers = {"X-RateLimit-Reset": str(int(time.time()) + 7)}
    intercom.refuse(429, error("rate_limit_exceeded"), headers)

    found = failure(adapter, "C-1")

    assert found.reason is Reason.RATE_LIMITED
    assert 4 < found.retry_after <= 7


def test_check_says_who_we_are(adapter):
    assert adapter.check() == "Intercom workspace Acme Support as Sidecar"


def test_the_version_is_pinned(intercom, adapter):
    ask(adapter, "C-1", lookup="open_tickets")

    assert {request.headers["Intercom-Version"] for request in intercom.asked} == {"2.15"}
    assert intercom.asked[0].headers["Authorization"] == "Bearer s3cret"


@pytest.mark.parametrize("given", [{}, {"token": ""}, {"token": "t", "by": "name"}])
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("intercom").Settings().load(given)
