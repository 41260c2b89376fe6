"""What the adapter of Dynamics 365 makes of each answer that Business Central can give."""

from __future__ import annotations

import re

import pytest
from context_sidecar import Cause, Found, NoMatch, Reason, Several, SourceError
from support.adapters import ask, plugged
from support.dynamics import ACME, BOLT, CENTRAL, COMPANY, Dynamics, customer, day, guid, invoice
from support.vendor import failure


@pytest.fixture
def central(httpserver):
    return Dynamics(httpserver)


@pytest.fixture
def settings(central):
    app = {"tenant_id": "acme.example", "client_id": "app", "client_secret": "s3cret"}
    place = {"service": "business_central", "company_id": COMPANY}
    return {"url": central.url, "login_url": central.url, **app, **place}


@pytest.fixture
def adapter(settings):
    with plugged("dataverse", settings) as opened:
        yield opened


def calls(central):
    return [one.path.removeprefix(f"{CENTRAL}/") for one in central.asked if CENTRAL in one.path]


def test_it_has_other_lookups(adapter):
    assert set(adapter.lookups) == {"account", "overdue_invoices"}


class TestAccount:
    def test_a_customer_has_what_it_owes_and_no_empty_texts(self, adapter):
        names = ("customerFinancialDetail.overdueAmount", "website", "taxAreaId")

        data = ask(adapter, "10000", names=names).data

        assert data["customerFinancialDetail"]["overdueAmount"] == 120.5
        assert data["website"] is None
        assert data["taxAreaId"] is None

    def test_a_balance_over_all_currencies_is_said_to_be_unreadable(self, adapter):
        answer = ask(adapter, "10000", names=("balanceDue",))

        assert "balanceDue" not in answer.data
        assert "`customerFinancialDetail.balance`" in answer.unread["balanceDue"]
        assert all("balanceDue" not in row.data for row in adapter.accounts(("balanceDue",)))

    def test_a_batch_is_one_call(self, central, adapter):
        answers = ask(adapter, "10000", "20000")

        assert [found.data["id"] for found in answers.values()] == [ACME, BOLT]
        assert calls(central) == ["customers"]
        assert central.asked[1].args["$filter"] == "(number eq '10000' or number eq '20000')"

    def test_by_its_id(self, settings):
        with plugged("dataverse", settings | {"by": "id"}) as adapter:
            answers = ask(adapter, ACME, "10000")

        assert answers[ACME].data["number"] == "10000"
        assert answers["10000"].reason is Reason.NOT_CONFIGURED

    def test_a_quote_in_a_key_stays_in_it(self, central, adapter):
        assert ask(adapter, "O'NEILL") == NoMatch()

        assert central.asked[1].args["$filter"] == "(number eq 'O''NEILL')"

    def test_none_is_believed_once_we_are_shown_some(self, central, adapter):
        assert ask(adapter, "10000", "99")["99"] == NoMatch()

        central.kept = {ACME, BOLT}
        assert failure(adapter, "10000").reason is Reason.PERMISSION_DENIED

    def test_of_two_with_one_number_none_is_guessed(self, central, adapter):
        central.sets["customers"].append(customer(guid(3), "10000"))

        assert isinstance(ask(adapter, "10000"), Several)

    def test_others_than_were_asked_for_are_not_believed(self, central, adapter):
        central.deaf = True

        assert failure(adapter, "10000").reason is Reason.SCHEMA_CHANGED

    def test_all_are_listed(self, central, adapter):
        central.size = 5
        central.sets["customers"] = [customer(guid(n), str(n)) for n in range(1, 13)]

        rows = list(adapter.accounts({"website"}))

        assert [row.data["number"] for row in rows] == [str(n) for n in range(1, 13)]
        assert rows[0].data["website"] is None


class TestOverdueInvoices:
    def test_each_customer_gets_its_own(self, central, adapter):
        answers = ask(adapter, "10000", "20000", lookup="overdue_invoices")

        assert answers["10000"].data == {
            "items": [
                {
                    "id": "PS-INV0001",
                    "title": "PS-INV0001: 120.5 EUR",
                    "status": f"due {day(-10)}",
                    "created_at": "2026-09-01T00:00:00+00:00",
                    "updated_at": "2026-11-02T09:30:00Z",
                }
            ],
            "total": 1,
            "oldest_due": day(-10),
            "amount": {"amount": "120.5", "currency": "EUR"},
        }
        assert answers["20000"].data["total"] == 1
        assert calls(central) == ["customers", "salesInvoices"]

    def test_who_is_billed_owes_what_another_was_sold(self, central, adapter):
        central.sets["salesInvoices"] = [invoice(1, BOLT, customerId=ACME)]

        answers = ask(adapter, "10000", "20000", lookup="overdue_invoices")

        assert [answers[key].data["total"] for key in ("10000", "20000")] == [0, 1]

    def test_none_is_believed_once_there_are_some_of_others(self, central, adapter):
        central.sets["salesInvoices"] = [invoice(4, BOLT)]
        data = ask(adapter, "10000", lookup="overdue_invoices").data
        assert data == {"items": [], "total": 0, "oldest_due": None, "amount": None}

        central.kept = {guid(404)}
        found = failure(adapter, "10000", lookup="overdue_invoices")
        assert found.reason is Reason.PERMISSION_DENIED

    def test_one_that_comes_twice_is_not_owed_twice(self, central, adapter):
        central.sets["salesInvoices"] = [invoice(9, ACME)] * 2

        found = failure(adapter, "10000", lookup="overdue_invoices")
        assert found.reason is Reason.BAD_RESPONSE

    def test_the_oldest_comes_first_and_all_pages_are_read(self, central, adapter):
        central.size = 5
        central.sets["salesInvoices"] = [
            invoice(n, ACME, days=-n, remainingAmount=0.1) for n in range(1, 13)
        ]

        data = ask(adapter, "10000", lookup="overdue_invoices").data

        assert (data["total"], data["oldest_due"]) == (12, day(-12))
        assert data["amount"] == {"amount": "1.2", "currency": "EUR"}

    @pytest.mark.parametrize("currency", ["USD", ""])
    def test_amounts_of_several_or_unknown_currencies_are_not_added(
        self, central, adapter, currency
    ):
        central.sets["salesInvoices"].append(invoice(9, ACME, currencyCode=currency))

        amount = ask(adapter, "10000", lookup="overdue_invoices").data["amount"]
        assert re.search(rf"\d {currency or 'of an unknown currency'}\b", amount)
        assert re.search(r"\d EUR\b", amount)

    @pytest.mark.parametrize("row", [invoice(1, BOLT), invoice(1, ACME, status="Draft")])
    def test_one_that_cannot_be_right_is_not_believed(self, central, adapter, row):
        central.sets["customers"] = [customer(ACME, "10000")]
        central.sets["salesInvoices"], central.deaf = [row], True

        found = failure(adapter, "10000", lookup="overdue_invoices")
        assert found.reason is Reason.SCHEMA_CHANGED

    def test_an_unknown_customer_has_none_to_count(self, adapter):
        assert ask(adapter, "99", lookup="overdue_invoices") == NoMatch()


def error(code):
    return {"error": {"code": code, "message": "…  CorrelationId:  9f6ee3b6."}}


REFUSALS = [
    (401, error("Authentication_InvalidCredentials"), Reason.CREDENTIAL_EXPIRED,
     ["token_expired", "user_unknown"]),
    (403, error("Authorization_RequestDenied"), Reason.PERMISSION_DENIED, ["missing_permission"]),
    (404, error("Internal_CompanyNotFound"), Reason.ENDPOINT_GONE, ["wrong_address", "hidden"]),
    (404, error("BadRequest_ResourceNotFound"), Reason.ENDPOINT_GONE, ["renamed", "hidden"]),
    (429, error("Application_TooManyRequests"), Reason.RATE_LIMITED, ["burst_limit"]),
    (500, error("Internal_ServerError"), Reason.SERVER_ERROR, []),
    (504, "<html>Gateway Timeout</html>", Reason.SERVER_ERROR, []),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "reason", "causes"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    central, adapter, status, body, reason, causes
):
    central.refuse(status, body, only=CENTRAL)

    found = failure(adapter, "10000")

    assert found.reason is reason
    assert list(found.possible_causes) == [Cause(cause) for cause in causes]

    central.mend()
    assert isinstance(ask(adapter, "10000"), Found)


def test_what_it_does_not_tell_is_not_asked_for(adapter):
    assert adapter.check() == f"Business Central, company {COMPANY}"
    assert adapter.scope() is None
    assert adapter.shape("account") is None
    with pytest.raises(SourceError) as found:
        adapter.record("account", ACME)
    assert found.value.reason is Reason.NOT_CONFIGURED
