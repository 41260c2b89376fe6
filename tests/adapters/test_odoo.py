"""What the Odoo adapter makes of each answer that a database of Odoo can give."""

from __future__ import annotations

import re

import pytest
from context_sidecar import (
    Cause,
    FieldType,
    Found,
    NoMatch,
    Reason,
    Scope,
    Several,
    SourceError,
    plugins,
)
from context_sidecar_adapters.odoo import models
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.odoo import (
    ACME,
    ANA,
    BOLT,
    Odoo,
    day,
    instalment,
    paid,
    partner,
    project,
    subscription,
)
from support.vendor import failure


@pytest.fixture
def odoo(httpserver):
    return Odoo(httpserver)


@pytest.fixture
def settings(odoo):
    return {"url": odoo.url, "database": "acme", "api_key": "s3cret"}


@pytest.fixture
def adapter(settings):
    with plugged("odoo", settings) as opened:
        yield opened


def calls(odoo):
    return [request.path.removeprefix("/json/2/") for request in odoo.asked]


class TestAccount:
    def test_a_partner_is_found_by_its_reference(self, odoo, adapter):
        answer = ask(adapter, "C-1", names=("phone", "active", "user_id.name", "write_date"))

        assert answer.data["phone"] is None
        assert answer.data["active"] is True
        assert answer.data["user_id"] == {"id": 2, "name": "Olga"}
        assert answer.data["write_date"] == "2026-11-02T09:30:00+00:00"
        assert answer.link == f"{odoo.url}/mail/view?model=res.partner&res_id={ACME}"

    def test_a_batch_is_read_to_its_end_and_the_types_once(self, odoo, adapter):
        answers = ask(adapter, "C-1", "C-2", names=("x_tier",))

        assert [found.data["x_tier"] for found in answers.values()] == ["ENT", "ENT"]
        assert calls(odoo) == ["res.partner/fields_get", *["res.partner/search_read"] * 2]

    def test_a_boolean_that_is_not_set_is_no_null(self, odoo, adapter):
        odoo.models["res.partner"][0] |= {"is_company": False, "active": False}

        data = ask(adapter, "C-1", names=("is_company", "active")).data

        assert (data["is_company"], data["active"]) == (False, False)

    def test_a_field_that_is_gone_is_left_out_and_spoils_nothing(self, adapter):
        data = ask(adapter, "C-1", names=("x_gone", "x_tier")).data

        assert "x_gone" not in data
        assert data["x_tier"] == "ENT"

    def test_none_is_believed_once_we_are_shown_some(self, odoo, adapter):
        assert ask(adapter, "C-1", "C-9")["C-9"] == NoMatch()

        odoo.kept = {ACME, BOLT}
        found = failure(adapter, "C-1")
        assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)

        odoo.kept = set()
        assert isinstance(ask(adapter, "C-1"), Found)

    def test_of_two_with_one_reference_none_is_guessed(self, odoo, adapter):
        odoo.models["res.partner"].append(partner(10, "C-1"))
        assert isinstance(ask(adapter, "C-1"), Several)

        odoo.models["res.partner"][-1]["active"] = False
        assert ask(adapter, "C-1").data["id"] == ACME

    def test_an_archived_one_is_found_as_one_until_it_is_restored(self, odoo, adapter):
        for active in (True, False, True):
            odoo.models["res.partner"][0]["active"] = active
            answer = ask(adapter, "C-1")
            assert (answer.data["id"], answer.archived) == (ACME, not active)
            assert ask(adapter, "C-1", lookup="open_tickets").archived is not active

        assert odoo.asked[0].json["context"]["active_test"] is False

    def test_a_person_at_a_company_is_no_account(self, odoo, adapter):
        odoo.models["res.partner"][2]["ref"] = "C-1"

        assert ask(adapter, "C-1").data["id"] == ACME

    def test_by_id_or_another_field(self, settings):
        with plugged("odoo", settings | {"by": "id"}) as adapter:
            answers = ask(adapter, str(ACME), "C-1")
        assert answers[str(ACME)].data["display_name"] == "Partner C-1"
        assert answers["C-1"].reason is Reason.NOT_CONFIGURED

        with plugged("odoo", settings | {"by": "vat"}) as adapter:
            assert ask(adapter, "DE1").data["id"] == BOLT

    def test_a_key_field_that_is_gone_is_a_changed_schema(self, settings):
        with plugged("odoo", settings | {"by": "x_number"}) as adapter:
            found = failure(adapter, "C-1")

        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)

    def test_other_partners_than_were_asked_for_are_not_believed(self, odoo, adapter):
        odoo.deaf = True

        assert failure(adapter, "C-1").reason is Reason.SCHEMA_CHANGED


class TestOverdueInvoices:
    def test_each_partner_gets_its_own(self, odoo, adapter):
        answers = ask(adapter, "C-1", "C-2", lookup="overdue_invoices")

        assert answers["C-1"].data == {
            "items": [
                {
                    "id": "1",
                    "title": "INV/2026/00001: 120.5 EUR",
                    "status": f"due {day(-10)}",
                    "created_at": "2026-10-01T08:00:00+00:00",
                    "updated_at": "2026-11-02T09:30:00+00:00",
                    "url": f"{odoo.url}/mail/view?model=account.move&res_id=1",
                }
            ],
            "total": 1,
            "oldest_due": day(-10),
            "amount": {"amount": "120.5", "currency": "EUR"},
        }
        assert answers["C-2"].data["total"] == 1
        assert calls(odoo) == [
            *["res.partner/search_read"] * 2,
            *["account.move.line/search_read"] * 2,
        ]

    def test_none_is_believed_once_there_are_some_of_others(self, odoo, adapter):
        odoo.models["account.move.line"] = [instalment(4, BOLT)]

        data = ask(adapter, "C-1", lookup="overdue_invoices").data
        assert data == {"items": [], "total": 0, "oldest_due": None, "amount": None}

        odoo.kept = {4}
        assert failure(adapter, "C-1", lookup="overdue_invoices").reason is Reason.PERMISSION_DENIED

    def test_an_instalment_that_is_late_is_owed_though_the_last_is_not_due(self, odoo, adapter):
        odoo.models["account.move.line"] = [
            instalment(n, ACME, move=7, days=days) for n, days in enumerate((-40, -10, 20), 1)
        ]

        data = ask(adapter, "C-1", lookup="overdue_invoices").data

        [item] = data["items"]
        assert (item["id"], item["title"]) == ("7", "INV/2026/00007: 241.0 EUR")
        assert item["status"] == f"due {day(-40)}"
        assert (data["total"], data["oldest_due"]) == (1, day(-40))
        assert data["amount"] == {"amount": "241.0", "currency": "EUR"}

    def test_what_is_paid_before_the_bank_says_so_is_not_owed(self, odoo, adapter):
        odoo.models["account.move.line"][0]["move_id.payment_state"] = "in_payment"

        assert ask(adapter, "C-1", lookup="overdue_invoices").data["total"] == 0

    def test_an_invoice_without_a_due_date_is_never_overdue(self, odoo, adapter):
        odoo.models["account.move.line"][0]["date_maturity"] = False

        assert ask(adapter, "C-1", lookup="overdue_invoices").data["total"] == 0

    def test_what_is_due_today_is_not_overdue(self, odoo, adapter):
        odoo.models["account.move.line"] = [
            instalment(1, ACME, days=0),
            instalment(2, ACME, days=-2),
        ]

        assert ask(adapter, "C-1", lookup="overdue_invoices").data["oldest_due"] == day(-2)

    @pytest.mark.parametrize("shown", [5, 3], ids=["as many as asked for", "fewer"])
    def test_all_pages_are_read_the_oldest_first(self, odoo, adapter, monkeypatch, shown):
        monkeypatch.setattr(models, "PAGE", 5)
        odoo.most = shown
        odoo.models["account.move.line"] = [
            instalment(n, ACME, days=-n, amount_residual_currency=0.1) for n in range(1, 13)
        ]

        data = ask(adapter, "C-1", lookup="overdue_invoices").data

        assert (data["total"], data["oldest_due"]) == (12, day(-12))
        assert data["amount"] == {"amount": "1.2", "currency": "EUR"}
        assert calls(odoo).count("account.move.line/search_read") == {5: 4, 3: 5}[shown]

    def test_amounts_of_several_currencies_are_not_added(self, odoo, adapter):
        odoo.models["account.move.line"].append(instalment(9, ACME, currency_id=[2, "USD"]))

        amount = ask(adapter, "C-1", lookup="overdue_invoices").data["amount"]
        assert re.fullmatch(r"[\d.]+ EUR \+ [\d.]+ USD", amount)

    @pytest.mark.parametrize(
        "row",
        [instalment(1, BOLT), instalment(1, ACME, parent_state="draft"), paid(1, ACME)],
        ids=["another's", "a draft", "a paid one"],
    )
    def test_an_invoice_that_cannot_be_right_is_not_believed(self, odoo, adapter, row):
        odoo.models["res.partner"] = [partner(ACME, "C-1")]
        odoo.models["account.move.line"], odoo.deaf = [row], True

        assert failure(adapter, "C-1", lookup="overdue_invoices").reason is Reason.SCHEMA_CHANGED

    def test_an_unknown_partner_has_none_to_count(self, adapter):
        for lookup in ("overdue_invoices", "subscriptions", "projects", "open_tickets"):
            assert ask(adapter, "C-9", lookup=lookup) == NoMatch()


class TestSubscriptions:
    def test_what_recurs_and_what_comes_next(self, adapter):
        data = ask(adapter, "C-1", lookup="subscriptions").data

        assert data["monthly"] == {"amount": "199.8", "currency": "EUR"}
        assert (data["next_invoice"], data["first_end"]) == (day(12), "2027-06-30")
        assert [item["status"] for item in data["items"]] == [
            "in progress, until 2027-06-30", "paused",
        ]  # fmt: skip
        assert data["items"][0]["title"] == "S00001: 99.9 EUR a month"

    def test_none_at_all(self, adapter):
        data = ask(adapter, "C-2", lookup="subscriptions").data

        assert (data["total"], data["monthly"], data["next_invoice"]) == (0, None, None)

    def test_without_the_app_orders_do_not_recur(self, odoo, adapter):
        odoo.models["sale.order"] = [{"id": 1, "commercial_partner_id": [ACME, "C"]}]

        assert failure(adapter, "C-1", lookup="subscriptions").reason is Reason.SCHEMA_CHANGED

    def test_one_that_ended_is_not_believed(self, odoo, adapter):
        odoo.models["res.partner"] = [partner(ACME, "C-1")]
        odoo.models["sale.order"] = [subscription(3, ACME, subscription_state="6_churn")]
        odoo.deaf = True

        assert failure(adapter, "C-1", lookup="subscriptions").reason is Reason.SCHEMA_CHANGED


class TestProjects:
    def test_those_of_the_company_and_of_its_people(self, adapter):
        data = ask(adapter, "C-1", lookup="projects").data

        assert [item["title"] for item in data["items"]] == ["Project 2", "Project 1"]
        assert [item["status"] for item in data["items"]] == [
            "on track, until 2027-03-31", "at risk, until 2027-03-31",
        ]  # fmt: skip
        assert data["statuses"]["at_risk"] == data["statuses"]["on_track"] == 1
        assert data["statuses"]["off_track"] == 0

    def test_one_of_somebody_else_is_not_believed(self, odoo, adapter):
        odoo.models["project.project"] = [project(1, BOLT)]
        odoo.deaf = True
        odoo.models["res.partner"] = [partner(ACME, "C-1")]

        assert failure(adapter, "C-1", lookup="projects").reason is Reason.SCHEMA_CHANGED

    def test_none_at_all(self, adapter):
        assert ask(adapter, "C-2", lookup="projects").data["total"] == 0


class TestOpenTickets:
    def test_those_in_no_folded_stage_the_last_changed_first(self, odoo, adapter):
        data = ask(adapter, "C-1", lookup="open_tickets").data

        assert [item["id"] for item in data["items"]] == ["00002", "00001"]
        assert data["items"][1] == {
            "id": "00001",
            "title": "Ticket 1",
            "status": "New",
            "priority": "urgent",
            "created_at": "2026-10-01T08:00:00+00:00",
            "updated_at": "2026-11-02T09:30:00+00:00",
            "url": f"{odoo.url}/mail/view?model=helpdesk.ticket&res_id=1",
        }

    def test_without_the_app_it_is_said(self, odoo, adapter):
        del odoo.models["helpdesk.ticket"]

        found = failure(adapter, "C-1", lookup="open_tickets")

        assert found.reason is Reason.ENDPOINT_GONE
        assert found.detail == "helpdesk.ticket: its app is not installed"
        assert isinstance(ask(adapter, "C-1"), Found)


class TestAccounts:
    def test_companies_that_are_not_archived(self, odoo, adapter, monkeypatch):
        monkeypatch.setattr(models, "PAGE", 5)
        odoo.models["res.partner"] += [partner(n, f"C-{n}") for n in range(20, 28)]
        odoo.models["res.partner"].append(partner(40, "C-40", active=False))

        rows = list(adapter.accounts({"phone"}))

        assert [row.data["ref"] for row in rows] == [
            "C-1",
            "C-2",
            *(f"C-{n}" for n in range(20, 28)),
        ]
        assert rows[0].data["phone"] is None
        assert rows[0].link.endswith(f"res_id={ACME}")


class TestRecord:
    def test_a_contact_names_its_company(self, odoo, adapter):
        odoo.models["res.partner"][0]["vat"] = "DE7"

        assert adapter.record("contact", str(ANA)) == {
            "requester_email": "ana@acme.example",
            "requester_name": "Partner False",
            "company_id": str(ACME),
            "company_name": "Partner C-1",
            "company_reference": "C-1",
            "company_vat": "DE7",
        }

    def test_a_ticket_names_its_person(self, odoo, adapter):
        assert adapter.record("ticket", "1")["company_id"] == str(ACME)

        odoo.models["helpdesk.ticket"][0]["partner_id"] = False
        assert adapter.record("ticket", "1") == {}

    @pytest.mark.parametrize(
        ("type", "id"), [("contact", "99"), ("ticket", "99"), ("contact", "x")]
    )
    def test_one_that_is_not_there(self, adapter, type, id):
        assert adapter.record(type, id) is None

    def test_another_kind_is_refused(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("lead", "1")
        assert found.value.reason is Reason.NOT_CONFIGURED


class TestCompanies:
    def test_check_names_those_that_are_seen(self, odoo, adapter):
        assert adapter.check() == f"Odoo at {odoo.url}: Sidecar GmbH, Sidecar Inc."

    def test_those_that_count_are_asked_for(self, odoo, settings):
        with plugged("odoo", settings | {"companies": [2]}) as adapter:
            ask(adapter, "C-1")

        assert odoo.asked[0].json["context"]["allowed_company_ids"] == [2]

    def test_one_that_our_user_may_not_see_is_no_none(self, odoo, settings):
        odoo.companies = {1}
        odoo.models["res.company"].pop()

        with plugged("odoo", settings | {"companies": [1, 2]}) as adapter:
            found = failure(adapter, "C-1")
            assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, True)

            odoo.companies = {1, 2}
            with pytest.raises(SourceError) as seen:
                adapter.check()
            assert "2" in seen.value.detail


class TestShape:
    def test_fields_are_described_with_their_types(self, adapter):
        found = {one.name: one for one in adapter.shape("account").fields}

        assert found["x_tier"].choices == {"ENT": "Enterprise", "STD": "Standard"}
        assert found["user_id.name"].type is FieldType.TEXT
        assert found["credit"].type is FieldType.MONEY
        assert found["credit"].currency == ("currency_id", "name")
        assert found["category_id"].type is None
        assert found["name"].optional is False

    def test_lists_of_ours_are_not_described(self, adapter):
        assert adapter.shape("projects") is None


class TestScope:
    def test_a_user_who_only_reads_has_what_is_needed(self, odoo, adapter):
        del odoo.models["helpdesk.ticket"]

        there = ("res.partner", "account.move.line", "sale.order", "project.project")
        assert adapter.scope() == Scope(held=tuple(f"reading {model}" for model in there))

    def test_what_it_may_change_is_too_much(self, odoo, adapter):
        odoo.may = {"read", "write"}

        assert "changing account.move.line" in adapter.scope().excess

    def test_what_it_may_not_read_is_missing(self, odoo, adapter):
        odoo.may = set()

        assert "reading sale.order" in adapter.scope().missing


def error(name, message):
    return {"name": name, "message": message, "arguments": [message], "context": {}, "debug": "…"}


DENIED = "You are not allowed to access 'Journal Entry' (account.move) records."
HIDDEN = 'You do not have enough rights to access the field "credit" on Contact (res.partner).'
REFUSALS = [
    (401, error("werkzeug.exceptions.Unauthorized", "Invalid apikey"), Reason.CREDENTIAL_EXPIRED),
    (403, error("odoo.exceptions.AccessDenied", "Access Denied"), Reason.CREDENTIAL_EXPIRED),
    (403, error("odoo.exceptions.AccessError", DENIED), Reason.PERMISSION_DENIED),
    (403, error("odoo.exceptions.AccessError", HIDDEN), Reason.SCHEMA_CHANGED),
    (404, error("werkzeug.exceptions.NotFound", "the model 'res.partner' does not exist"),
     Reason.ENDPOINT_GONE),
    (404, "<!doctype html><title>404 Not Found</title>", Reason.ENDPOINT_GONE),
    (422, error("werkzeug.exceptions.UnprocessableEntity", "missing argument"),
     Reason.BAD_RESPONSE),
    (429, "<html>Too many requests</html>", Reason.RATE_LIMITED),
    (500, error("builtins.ValueError", "Invalid field res.partner.x in condition"),
     Reason.SCHEMA_CHANGED),
    (500, error("psycopg2.OperationalError", "server closed the connection"), Reason.SERVER_ERROR),
    (502, "<html>Bad gateway</html>", Reason.SERVER_ERROR),
    (200, "<html>Choose a database</html>", Reason.BAD_RESPONSE),
    (200, "{}", Reason.BAD_RESPONSE),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "reason"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(odoo, adapter, status, body, reason):
    odoo.refuse(status, body, {"Retry-After": "7"} if status == 429 else {})

    found = failure(adapter, "C-1")

    assert found.reason is reason
    assert found.retry_after == (7 if status == 429 else None)
    assert "s3cret" not in str(found)

    odoo.mend()
    assert isinstance(ask(adapter, "C-1"), Found)


def test_an_ended_key_and_a_deleted_one_look_alike(odoo, adapter):
    odoo.refuse(401, REFUSALS[0][1])

    assert failure(adapter, "C-1").possible_causes == (Cause.TOKEN_EXPIRED, Cause.TOKEN_REVOKED)


def test_it_signs_in_by_key_and_names_the_database(odoo, adapter):
    ask(adapter, "C-1")

    assert odoo.asked[0].headers["Authorization"] == "bearer s3cret"
    assert odoo.asked[0].headers["X-Odoo-Database"] == "acme"


HERE = {"url": "https://acme.odoo.com", "api_key": "k"}


@pytest.mark.parametrize(
    "given",
    [
        {"url": "https://acme.odoo.com"},
        HERE | {"by": "ref; x"},
        HERE | {"companies": ["one"]},
        HERE | {"time_zone": "Mars/Olympus"},
    ],
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("odoo").Settings().load(given)
