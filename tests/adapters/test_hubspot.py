"""What the HubSpot adapter asks, and what it makes of each answer that HubSpot can give."""

from __future__ import annotations

import pytest
from context_sidecar import Found, NoMatch, Reason, Several, SourceError, plugins
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.field import FieldType
from context_sidecar.core.parsing import parse
from context_sidecar.core.values import Person
from context_sidecar.engine.extraction import extract
from marshmallow import ValidationError
from support import build
from support.adapters import ask, plugged
from support.hubspot import HubSpot, company, ticket
from support.vendor import failure


@pytest.fixture
def hubspot(httpserver):
    return HubSpot(httpserver)


@pytest.fixture
def settings(hubspot):
    return {"url": hubspot.url, "token": "s3cret", "portal_id": "4711"}


@pytest.fixture
def adapter(settings):
    with plugged("hubspot", settings) as opened:
        yield opened


@pytest.fixture
def by_domain(settings):
    with plugged("hubspot", settings | {"by": "domain"}) as opened:
        yield opened


def read(answer, path):
    return extract(build.field(path=path), answer.data)[0]


class TestCompany:
    def test_its_properties_are_read_by_their_names(self, adapter):
        answer = ask(adapter, "11", names=("tier",))

        assert read(answer, "tier") == "ENT"
        assert answer.data["id"] == "11"
        assert answer.link == "https://app.hubspot.com/contacts/4711/record/0-2/11"

    def test_a_batch_is_one_call(self, hubspot, adapter):
        answers = ask(adapter, "11", "12")

        assert [answer.data["name"] for answer in answers.values()] == ["Acme", "Bolt"]
        assert len(hubspot.asked) == 1

    @pytest.mark.parametrize("silent", [False, True])
    @pytest.mark.parametrize("value", ["", None])
    def test_a_property_without_a_value_is_a_confirmed_none(self, hubspot, adapter, value, silent):
        hubspot.silent = silent
        hubspot.records["companies"]["11"]["health"] = value

        assert read(ask(adapter, "11", names=("health",)), "health") is None

    def test_a_property_that_does_not_exist_is_missing_and_no_none(self, hubspot, adapter):
        """HubSpot leaves it out and says 200."""
        hubspot.properties -= {"tier"}

        answer = ask(adapter, "11", names=("tier", "erp_number"))

        assert read(answer, "erp_number") == "C-Acme"
        with pytest.raises(AbsentError, match="tier"):
            read(answer, "tier")

        hubspot.properties |= {"tier"}
        assert read(ask(adapter, "11", names=("tier",)), "tier") == "ENT"

    def test_an_archived_property_is_missing_too(self, hubspot, adapter):
        hubspot.properties -= {"tier"}
        hubspot.properties |= {"old"}
        hubspot.false = {"old": {"archived": True}}
        hubspot.silent = True

        with pytest.raises(AbsentError):
            read(ask(adapter, "11", names=("old",)), "old")

    def test_what_hubspot_denies_is_no_match(self, adapter):
        answers = ask(adapter, "11", "99")

        assert isinstance(answers["11"], Found)
        assert answers["99"] == NoMatch()

    def test_what_it_neither_shows_nor_denies_is_not_believed(self, hubspot, adapter):
        hubspot.false = {"read": {"results": []}}

        assert ask(adapter, "11").reason is Reason.BAD_RESPONSE

    def test_a_batch_that_failed_in_part_for_another_cause_is_not_believed(self, hubspot, adapter):
        error = {"category": "INTERNAL_ERROR", "message": "…", "context": {}}
        hubspot.false = {"read": {"results": [], "errors": [error]}}

        found = failure(adapter, "11")

        assert (found.reason, found.code) == (Reason.BAD_RESPONSE, "INTERNAL_ERROR")

    def test_a_merged_company_answers_by_its_old_id(self, hubspot, adapter):
        hubspot.merged = {"10": "11"}
        hubspot.records["companies"]["11"]["hs_merged_object_ids"] = "9;10"

        assert ask(adapter, "10").data["name"] == "Acme"

    def test_a_company_that_was_not_asked_for_spoils_the_answer(self, hubspot, adapter):
        hubspot.merged = {"10": "11"}  # and the company says nothing of it

        assert failure(adapter, "10").reason is Reason.SCHEMA_CHANGED

    def test_what_is_no_id_fails_alone(self, adapter):
        answers = ask(adapter, "11", "C-Acme")

        assert isinstance(answers["11"], Found)
        assert answers["C-Acme"].reason is Reason.NOT_CONFIGURED

    def test_a_property_with_unique_values_can_be_the_key(self, settings):
        with plugged("hubspot", settings | {"by": "erp_number"}) as adapter:
            answers = ask(adapter, "C-Acme", "C-9")

        assert answers["C-Acme"].data["id"] == "11"
        assert answers["C-9"] == NoMatch()

    def test_a_domain_can_be_the_key_whatever_its_case(self, by_domain):
        answers = ask(by_domain, "ACME.example", "bolt.test", "other.test")

        assert [answers["ACME.example"].data["id"], answers["bolt.test"].data["id"]] == ["11", "12"]
        assert answers["other.test"] == NoMatch(certain=False), "the index may lag behind"

    def test_where_we_are_shown_no_company_no_domain_is_unknown(self, hubspot, by_domain):
        hubspot.records["companies"] = {}

        assert failure(by_domain, "acme.example").reason is Reason.PERMISSION_DENIED

    def test_two_companies_with_one_domain_are_a_doubt(self, hubspot, by_domain):
        hubspot.records["companies"]["13"] = company("Acme Inc", "acme.example")

        assert ask(by_domain, "acme.example") == Several(("Acme (11)", "Acme Inc (13)"))

    def test_a_search_is_read_page_by_page(self, hubspot, by_domain):
        hubspot.records["companies"] = {
            str(n): company(f"Acme {n}", "acme.example") for n in range(250)
        }

        assert isinstance(ask(by_domain, "acme.example"), Several)
        assert len(hubspot.asked) == 3

    @pytest.mark.parametrize("total", [3, 20_000])
    def test_a_search_that_ends_early_is_not_believed(self, hubspot, by_domain, total):
        hubspot.false = {"search": {"total": total, "paging": {"next": {"after": "1"}}}}

        assert failure(by_domain, "acme.example").reason is Reason.BAD_RESPONSE


class TestOwner:
    def test_a_company_has_a_person_with_name_and_address(self, hubspot, adapter):
        hubspot.records["companies"]["11"]["hubspot_owner_id"] = "7"

        answer = ask(adapter, "11", names=("owner",))

        person = parse(build.field(type=FieldType.PERSON), read(answer, "owner"))
        assert person == Person("Olga Ott", "Olga@acme.example")

    def test_no_owner_is_a_confirmed_none(self, adapter):
        answer = ask(adapter, "11", names=("owner.name",))

        assert read(answer, "owner.name") is None

    def test_somebody_who_left_is_still_named(self, hubspot, adapter):
        hubspot.records["companies"]["11"]["hubspot_owner_id"] = "8"
        hubspot.records["companies"]["12"]["hubspot_owner_id"] = "666"

        answers = ask(adapter, "11", "12", names=("owner.name",))

        assert read(answers["11"], "owner.name") == "Per Past"
        assert read(answers["12"], "owner.name") == "Owner 666"


class TestOpenTickets:
    def test_each_company_gets_those_in_no_closed_stage(self, hubspot, adapter):
        hubspot.add_tickets("11", "1", "4", "1")
        hubspot.add_tickets("12", "4")

        answers = ask(adapter, "11", "12", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [2, 0]
        listed = parse(build.field(type=FieldType.LIST), answers["11"].data)
        assert [item.id for item in listed.items] == ["102", "100"]
        assert (listed.items[0].title, listed.items[0].status) == ("Ticket 102", "New")
        assert listed.items[0].url == "https://app.hubspot.com/contacts/4711/record/0-5/102"

    def test_a_batch_takes_few_calls(self, hubspot, adapter):
        hubspot.add_tickets("11", *["1"] * 120)
        hubspot.add_tickets("12", *["1"] * 30)

        ask(adapter, "11", "12", lookup="open_tickets")

        assert len(hubspot.asked) == 5  # companies, stages, links, and 150 tickets in two

    def test_no_ticket_ever_is_a_list_of_none_because_hubspot_says_so(self, adapter):
        assert ask(adapter, "11", lookup="open_tickets").data == {"items": [], "total": 0}

    def test_silence_about_a_company_is_not_believed(self, hubspot, adapter):
        hubspot.links = lambda _: {"results": []}

        assert failure(adapter, "11", lookup="open_tickets").reason is Reason.BAD_RESPONSE

    @pytest.mark.parametrize("shown", [[], ["100", "104"]], ids=["none", "another"])
    def test_tickets_that_are_neither_shown_nor_denied_are_not_left_out(
        self, hubspot, adapter, shown
    ):
        hubspot.add_tickets("11", "1", "1")
        rows = [
            {"id": one, "properties": {**ticket(one, "1"), "hs_object_id": one}} for one in shown
        ]
        answered = {"status": "COMPLETE", "results": rows}
        read = hubspot.batch
        hubspot.batch = lambda kind, body: answered if kind == "tickets" else read(kind, body)

        assert failure(adapter, "11", lookup="open_tickets").reason is Reason.BAD_RESPONSE

    def test_a_ticket_that_is_gone_meanwhile_is_left_out(self, hubspot, adapter):
        hubspot.add_tickets("11", "1", "1")
        del hubspot.records["tickets"]["100"]

        assert ask(adapter, "11", lookup="open_tickets").data["total"] == 1

    def test_an_unknown_company_has_no_tickets_to_count(self, adapter):
        assert ask(adapter, "99", lookup="open_tickets") == NoMatch()

    def test_of_a_company_with_very_many_the_open_ones_are_searched_for(self, hubspot, adapter):
        hubspot.add_tickets("11", *["4"] * 400, *["1"] * 250)

        data = ask(adapter, "11", lookup="open_tickets").data

        assert (len(data["items"]), data["total"]) == (100, 250)
        assert len(hubspot.asked) == 4

    def test_a_ticket_that_was_deleted_meanwhile_is_not_counted(self, hubspot, adapter):
        hubspot.add_tickets("11", "1", "1")
        del hubspot.records["tickets"]["100"]

        assert ask(adapter, "11", lookup="open_tickets").data["total"] == 1


class TestAccounts:
    def test_all_pages_are_listed(self, hubspot, adapter):
        hubspot.records["companies"] = {
            str(n): company(f"Acme {n}", "acme.example") for n in range(250)
        }

        rows = list(adapter.accounts({"erp_number", "domain"}))

        assert [row.data["id"] for row in rows] == [str(n) for n in range(250)]
        assert rows[1].data["erp_number"] == "C-Acme 1"
        assert rows[1].link.endswith("/record/0-2/1")

    def test_a_company_without_a_value_has_a_none_there(self, hubspot, adapter):
        hubspot.silent = True

        assert [row.data["health"] for row in adapter.accounts({"health"})] == [None, None]

    def test_a_list_that_goes_in_circles_ends(self, hubspot, adapter):
        hubspot.false = {"companies": {"paging": {"next": {"after": "0"}}}}

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.BAD_RESPONSE


class TestRecord:
    def test_a_company_is_its_own(self, adapter):
        found = adapter.record("company", "11")
        assert found == {
            "company_id": "11", "company_domain": "acme.example", "company_name": "Acme",
        }  # fmt: skip
        assert {*found} == {*adapter.record_keys_of("company")}

    def test_a_contact_has_an_address_and_a_primary_company(self, hubspot, adapter):
        hubspot.records["contacts"]["5"] = {"email": "ana@acme.example", "firstname": "Ana"}
        links = [("11", "contact_to_company_unlabeled"), ("12", "contact_to_company_unlabeled")]
        links += [("12", "contact_to_company")]
        hubspot.associations = {"companies": [{"id": one, "type": kind} for one, kind in links]}

        assert adapter.record("contact", "5") == {
            "requester_email": "ana@acme.example", "requester_name": "Ana", "company_id": "12",
        }  # fmt: skip

    def test_of_several_companies_none_is_guessed(self, hubspot, adapter):
        hubspot.records["deals"]["6"] = {"dealname": "Renewal"}
        links = [{"id": one, "type": "deal_to_company_unlabeled"} for one in ("11", "12")]
        hubspot.associations = {"companies": links}

        assert adapter.record("deal", "6") == {}

    def test_a_ticket_is_followed_to_its_contact(self, hubspot, adapter):
        hubspot.add_tickets("11", "1")
        hubspot.records["contacts"]["5"] = {"email": "ana@acme.example", "lastname": "Ott"}
        hubspot.associations = {
            "companies": [{"id": "11", "type": "ticket_to_company"}],
            "contacts": [{"id": "5", "type": "ticket_to_contact"}],
        }

        found = adapter.record("ticket", "100")
        assert found == {
            "company_id": "11", "requester_email": "ana@acme.example", "requester_name": "Ott",
        }  # fmt: skip
        assert {*found} == {*adapter.record_keys_of("ticket")}

    def test_no_such_record_is_none(self, adapter):
        assert adapter.record("deal", "99") is None

    def test_other_things_have_no_keys(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("quote", "1")
        assert found.value.reason is Reason.NOT_CONFIGURED


CORRELATION = "aeb5f871-7f07-4993-9211-075dc63e7cbf"


def error(category, **more):
    known = {"status": "error", "message": "…", "correlationId": CORRELATION, "category": category}
    return known | more


MISSING_SCOPES = error(
    "MISSING_SCOPES",
    errors=[{"message": "…", "context": {"requiredGranularScopes": ["tickets"]}}],
)
TEN_SECONDS = error("RATE_LIMITS", errorType="RATE_LIMIT", policyName="TEN_SECONDLY_ROLLING")
DAILY = error("RATE_LIMITS", errorType="RATE_LIMIT", policyName="DAILY")


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "body", "reason"),
        [
            (401, error("EXPIRED_AUTHENTICATION"), Reason.CREDENTIAL_EXPIRED),
            (401, error("INVALID_AUTHENTICATION"), Reason.CREDENTIAL_EXPIRED),
            (403, MISSING_SCOPES, Reason.PERMISSION_DENIED),
            (403, "<html>Cloudflare</html>", Reason.PERMISSION_DENIED),
            (404, "", Reason.ENDPOINT_GONE),
            (400, error("VALIDATION_ERROR"), Reason.SCHEMA_CHANGED),
            (423, "", Reason.SERVER_ERROR),
            (429, TEN_SECONDS, Reason.RATE_LIMITED),
            (429, "", Reason.RATE_LIMITED),
            (477, "", Reason.SERVER_ERROR),
            (500, error("INTERNAL_ERROR"), Reason.SERVER_ERROR),
            (502, "<html>", Reason.SERVER_ERROR),
            (530, "", Reason.CREDENTIAL_EXPIRED),
            (200, "null", Reason.BAD_RESPONSE),
            (200, "", Reason.BAD_RESPONSE),
        ],
    )
    def test_each_has_its_reason_until_it_is_mended(self, hubspot, adapter, status, body, reason):
        hubspot.refuse(status, body)

        with pytest.raises((SourceError, TypeError)) as found:
            ask(adapter, "11")
        assert getattr(found.value, "reason", Reason.BAD_RESPONSE) is reason
        assert "s3cret" not in str(found.value)

        hubspot.mend()
        assert isinstance(ask(adapter, "11"), Found)

    def test_the_vendors_code_and_id_of_the_request_are_kept(self, hubspot, adapter):
        hubspot.refuse(403, MISSING_SCOPES)

        found = failure(adapter, "11")

        assert found.code == "MISSING_SCOPES"
        assert found.request_id == CORRELATION
        assert "tickets" in found.detail

    @pytest.mark.parametrize(
        ("body", "headers", "wait"),
        [
            (TEN_SECONDS, {}, 10),
            (TEN_SECONDS, {"Retry-After": "3"}, 3),
            (TEN_SECONDS | {"policyName": "SECONDLY"}, {}, 1),
            (DAILY, {}, None),
            ("", {"Retry-After": "3"}, 3),
        ],
    )
    def test_how_long_to_wait_follows_from_the_budget(self, hubspot, adapter, body, headers, wait):
        hubspot.refuse(429, body, headers)

        assert failure(adapter, "11").retry_after == wait

    def test_a_missing_scope_for_tickets_leaves_the_company(self, hubspot, adapter):
        hubspot.refuse(403, MISSING_SCOPES, only="/tickets")

        assert failure(adapter, "11", lookup="open_tickets").reason is Reason.PERMISSION_DENIED
        assert isinstance(ask(adapter, "11"), Found)


def test_check_says_which_account(hubspot, adapter):
    assert adapter.check() == "HubSpot account 4711"

    hubspot.records["companies"] = {}
    with pytest.raises(SourceError) as found:
        adapter.check()
    assert found.value.reason is Reason.PERMISSION_DENIED


@pytest.mark.parametrize("wrong", [{"portal_id": "acme"}, {"by": "name eq"}, {"token": ""}])
def test_settings_that_cannot_work_are_refused(wrong):
    with pytest.raises(ValidationError):
        plugins.adapter("hubspot").Settings().load({"token": "t", "portal_id": "1"} | wrong)
