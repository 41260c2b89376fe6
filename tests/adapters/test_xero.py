"""What the Xero adapter makes of each answer that Xero can give."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest
from context_sidecar import Found, NoMatch, Reason, Several, SourceError, plugins
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.clock import FakeClock
from support.granted import ACCESS, REFRESH
from support.vendor import failure
from support.xero import (
    ACME,
    API,
    BOLT,
    NOTHING,
    TENANT,
    Xero,
    contact,
    date,
    guid,
    invoice,
)


@pytest.fixture
def xero(httpserver):
    return Xero(httpserver)


@pytest.fixture
def settings(xero):
    client = {"client_id": "app", "client_secret": "s3cret"}
    return {"url": xero.url, "token_url": f"{xero.url}/connect/token", **client}


@pytest.fixture
def adapter(settings):
    with plugged("xero", settings) as opened:
        yield opened


@pytest.fixture
def by_number(settings):
    with plugged("xero", settings | {"by": "ContactNumber"}) as opened:
        yield opened


def calls(xero):
    return [request.path.removeprefix(API) for request in xero.asked if API in request.path]


class TestAccount:
    def test_a_contact_is_found_by_its_id_with_its_times_as_iso(self, adapter):
        answer = ask(adapter, ACME.upper())

        assert answer.data["Name"] == "Contact C-1"
        assert answer.data["UpdatedDateUTC"] == "2017-08-21T20:49:04.227000+00:00"
        assert answer.link == f"https://go.xero.com/Contacts/View/{ACME}"

    def test_a_batch_is_one_call(self, xero, adapter):
        answers = ask(adapter, ACME, BOLT)

        assert [found.data["ContactNumber"] for found in answers.values()] == ["C-1", "C-2"]
        assert calls(xero) == ["/Contacts"]

    def test_by_its_number_whatever_the_case(self, xero, by_number):
        answers = ask(by_number, "c-1", "C-2")

        assert [found.data["ContactID"] for found in answers.values()] == [ACME, BOLT]
        assert calls(xero) == ["/Contacts"]

    def test_of_two_with_one_number_none_is_guessed(self, xero, by_number):
        xero.contacts.append(contact(guid(7), "C-1"))

        assert isinstance(ask(by_number, "C-1"), Several)

    def test_no_such_contact_is_no_match(self, adapter):
        assert ask(adapter, ACME, NOTHING)[NOTHING] == NoMatch()

    def test_none_at_all_is_believed_once_we_see_that_there_are_contacts(self, xero, adapter):
        assert ask(adapter, NOTHING) == NoMatch()

        xero.contacts = []
        assert failure(adapter, ACME).reason is Reason.PERMISSION_DENIED

    @pytest.mark.parametrize(("by", "key"), [("ContactID", "C-1"), ("ContactNumber", 'C"1')])
    def test_a_key_that_would_spoil_the_batch_fails_alone(self, settings, by, key):
        good = {"ContactID": ACME, "ContactNumber": "C-2"}[by]

        with plugged("xero", settings | {"by": by}) as adapter:
            answers = ask(adapter, good, key)

        assert isinstance(answers[good], Found)
        assert answers[key].reason is Reason.NOT_CONFIGURED

    def test_an_archived_contact_is_found_as_one_until_it_is_restored(self, xero, adapter):
        for status, archived in (("ACTIVE", False), ("ARCHIVED", True), ("ACTIVE", False)):
            xero.contacts = [contact(ACME, "C-1", ContactStatus=status)]
            answer = ask(adapter, ACME)
            assert (answer.data["ContactStatus"], answer.archived) == (status, archived)

    def test_of_two_with_one_number_the_one_that_is_not_archived_is_meant(self, xero, settings):
        xero.contacts = [contact(ACME, "C-1", ContactStatus="ARCHIVED"), contact(BOLT, "C-1")]

        with plugged("xero", settings | {"by": "ContactNumber"}) as adapter:
            answer = ask(adapter, "C-1")

        assert (answer.data["ContactID"], answer.archived) == (BOLT, False)

    def test_one_that_was_merged_into_another_names_it_and_is_no_account_any_more(
        self, xero, adapter
    ):
        xero.contacts[0] |= {"ContactStatus": "ARCHIVED", "MergedToContactID": BOLT}

        answers = ask(adapter, ACME, BOLT)

        assert answers[ACME] == NoMatch(merged_into=f"{xero.contacts[1]['Name']} ({BOLT})")
        assert isinstance(answers[BOLT], Found)
        assert ask(adapter, ACME, lookup="overdue_invoices") == answers[ACME]

    def test_balances_in_no_known_currency_are_said_to_be_unreadable(self, xero, adapter):
        assert xero.contacts[0]["Balances"]["AccountsReceivable"]["Outstanding"] == 760.0

        answer = ask(adapter, ACME, names=("Balances.AccountsReceivable.Outstanding",))

        assert "Balances" not in answer.data
        assert "`amount` of the lookup `open_invoices`" in answer.unread["Balances"]
        assert all("Balances" not in row.data for row in adapter.accounts(("Balances",)))

    def test_what_is_left_out_is_empty_where_the_api_has_it(self, adapter):
        data = ask(adapter, ACME, names=("Website", "Nonesuch")).data

        assert data["Website"] is None
        assert "Nonesuch" not in data

    def test_other_contacts_than_were_asked_for_are_not_believed(self, xero, adapter):
        xero.false = {"Contacts": [contact(BOLT, "C-2")]}

        assert failure(adapter, ACME).reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize(
        "false",
        [
            {"Contacts": []},
            {"pagination": {"page": 2, "pageSize": 100, "pageCount": 1, "itemCount": 1}},
            {"pagination": {"page": 1, "pageSize": 100, "pageCount": 1, "itemCount": 7}},
        ],
    )
    def test_a_list_that_does_not_fit_its_number_is_not_believed(self, xero, adapter, false):
        xero.false = false

        assert failure(adapter, ACME).reason is Reason.BAD_RESPONSE


class TestOverdueInvoices:
    def test_each_contact_gets_its_own(self, adapter):
        answers = ask(adapter, ACME, BOLT, lookup="overdue_invoices")

        assert answers[ACME].data == {
            "items": [
                {
                    "id": guid(1),
                    "title": "INV-0001: 120.5 EUR",
                    "status": "due 2026-11-08",
                    "created_at": "2026-10-09T00:00:00+00:00",
                    "updated_at": "2018-11-02T16:31:30.160000+00:00",
                    "url": f"https://go.xero.com/AccountsReceivable/View.aspx?InvoiceID={guid(1)}",
                }
            ],
            "total": 1,
            "oldest_due": "2026-11-08",
            "amount": {"amount": "120.5", "currency": "EUR"},
        }
        assert answers[BOLT].data["total"] == 1

    def test_a_batch_is_two_calls(self, xero, adapter):
        ask(adapter, ACME, BOLT, lookup="overdue_invoices")

        assert calls(xero) == ["/Contacts", "/Invoices"]

    def test_none_is_a_list_of_none(self, xero, adapter):
        xero.invoices = []

        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert data == {"items": [], "total": 0, "oldest_due": None, "amount": None}

    def test_one_of_which_nothing_is_due_any_more_does_not_count(self, xero, adapter):
        xero.invoices = [invoice(1, ACME, AmountDue=0.0)]

        assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == 0

    def test_an_unknown_contact_has_none_to_count(self, adapter):
        assert ask(adapter, NOTHING, lookup="overdue_invoices") == NoMatch()

    @pytest.mark.parametrize(
        ("zone", "days", "late"),
        [
            ("UTC", -1, True),
            ("UTC", 0, False),
            ("Pacific/Auckland", 0, True),
            ("America/Los_Angeles", -1, True),
        ],
    )
    def test_it_is_overdue_from_the_day_after_in_the_organisations_own_time(
        self, xero, settings, zone, days, late
    ):
        """Xero's clock says half past twelve in UTC, when it is tomorrow already in Auckland."""
        xero.invoices = [invoice(1, ACME, days=days)]

        with plugged("xero", settings | {"time_zone": zone}) as adapter:
            assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == int(late)

    def test_the_oldest_comes_first_and_all_pages_are_read(self, xero, adapter):
        xero.invoices = [invoice(n, ACME, days=-1 - n % 7, AmountDue=0.1) for n in range(1, 251)]

        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert (data["total"], data["oldest_due"]) == (250, "2026-11-11")
        assert data["items"][0]["status"] == "due 2026-11-11"
        assert data["amount"] == {"amount": "25.0", "currency": "EUR"}
        assert calls(xero) == ["/Contacts", *["/Invoices"] * 3]

    def test_amounts_of_several_currencies_are_not_added(self, xero, adapter):
        xero.invoices = [invoice(1, ACME), invoice(2, ACME, CurrencyCode="NZD")]

        amount = ask(adapter, ACME, lookup="overdue_invoices").data["amount"]
        assert re.fullmatch(r"[\d.]+ EUR \+ [\d.]+ NZD", amount)

    def test_one_without_a_number_goes_by_its_id(self, xero, adapter):
        del xero.invoices[0]["InvoiceNumber"]

        [item] = ask(adapter, ACME, lookup="overdue_invoices").data["items"]

        assert item["title"].startswith(guid(1))

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (invoice(9, BOLT), Reason.SCHEMA_CHANGED),
            (invoice(9, ACME, Type="ACCPAY"), Reason.SCHEMA_CHANGED),
            (invoice(9, ACME, Status="PAID"), Reason.SCHEMA_CHANGED),
            (invoice(9, ACME, DueDate="2026-11-08T00:00:00"), Reason.BAD_RESPONSE),
        ],
    )
    def test_an_invoice_that_cannot_be_right_is_not_believed(self, xero, adapter, row, reason):
        xero.invoices = [invoice(1, ACME)]
        xero.false = {"Invoices": [row]}

        assert failure(adapter, ACME, lookup="overdue_invoices").reason is reason


class TestOpenInvoices:
    def test_what_is_not_due_yet_is_owed_as_well(self, xero, adapter):
        data = ask(adapter, ACME, lookup="open_invoices").data

        assert [item["id"] for item in data["items"]] == [guid(1), guid(2)]
        assert (data["total"], data["oldest_due"]) == (2, "2026-11-08")
        assert data["amount"] == {"amount": "241.0", "currency": "EUR"}
        assert calls(xero) == ["/Contacts", "/Invoices"]

    def test_each_is_owed_in_its_own_currency(self, xero, adapter):
        xero.invoices = [invoice(1, ACME, days=5, CurrencyCode="USD")]

        data = ask(adapter, ACME, lookup="open_invoices").data
        assert data["amount"] == {"amount": "120.5", "currency": "USD"}

    def test_one_that_is_paid_or_made_out_to_another_is_not(self, xero, adapter):
        xero.invoices = [invoice(1, BOLT), invoice(3, ACME, Status="PAID", AmountDue=0.0)]

        data = ask(adapter, ACME, lookup="open_invoices").data
        assert data == {"items": [], "total": 0, "oldest_due": None, "amount": None}


class TestAccounts:
    def test_all_pages_of_customers_are_listed(self, xero, adapter):
        xero.contacts = [contact(guid(n), f"C-{n}") for n in range(250)]
        xero.contacts.append(contact(guid(900), "S-1", IsCustomer=False))
        xero.contacts.append(contact(guid(901), "C-9", ContactStatus="ARCHIVED"))

        rows = list(adapter.accounts({"ContactNumber", "Website"}))

        assert [row.data["ContactNumber"] for row in rows] == [f"C-{n}" for n in range(250)]
        assert rows[0].data["Website"] is None
        assert rows[0].link == f"https://go.xero.com/Contacts/View/{guid(0)}"

    def test_suppliers_among_them_are_not_believed(self, xero, adapter):
        xero.false = {"Contacts": [contact(ACME, "C-1"), contact(BOLT, "S-1", IsCustomer=False)]}

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.SCHEMA_CHANGED

    def test_no_contact_at_all_is_no_list(self, xero, adapter):
        xero.contacts = []

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.PERMISSION_DENIED


def problem(status, detail):
    title = {401: "Unauthorized", 403: "Forbidden"}[status]
    return {"Type": None, "Title": title, "Status": status, "Detail": detail, "Instance": "9bc4"}


LIMIT = {"Retry-After": "7", "X-Rate-Limit-Problem": "minute"}
MISTAKE = {"ErrorNumber": 16, "Type": "QueryParseException", "Message": "No property 'X' exists"}
REFUSALS = [
    (401, problem(401, "TokenExpired: token expired at 11/26/2026"), {}, Reason.CREDENTIAL_EXPIRED),
    (401, problem(401, "AuthorizationUnsuccessful"), {}, Reason.PERMISSION_DENIED),
    (403, problem(403, "AuthenticationUnsuccessful"), {}, Reason.PERMISSION_DENIED),
    (400, MISTAKE, {}, Reason.SCHEMA_CHANGED),
    (400, {"ErrorNumber": 10, "Type": "ValidationException"}, {}, Reason.BAD_RESPONSE),
    (404, "The resource you're looking for cannot be found", {}, Reason.ENDPOINT_GONE),
    (429, "Rate Limit Exceeded", LIMIT, Reason.RATE_LIMITED),
    (500, "An error occurred", {}, Reason.SERVER_ERROR),
    (503, "Service Unavailable", {}, Reason.SERVER_ERROR),
    (200, "<Response><Status>OK</Status></Response>", {}, Reason.BAD_RESPONSE),
]


@pytest.mark.parametrize(("status", "body", "headers", "reason"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    xero, adapter, status, body, headers, reason
):
    xero.refuse(status, body, {"Xero-Correlation-Id": "x-1", **headers}, only=API)

    found = failure(adapter, ACME)

    assert found.reason is reason
    assert found.retry_after == (7 if headers else None)
    if status != 200:
        assert found.request_id == "x-1"
    if status == 429:
        assert found.code == "minute"
    assert "s3cret" not in str(found)

    xero.mend()
    assert isinstance(ask(adapter, ACME), Found)


def test_a_connection_that_was_cut_and_a_wrong_tenant_look_alike(xero, adapter):
    xero.refuse(403, problem(403, "AuthenticationUnsuccessful"), only=API)

    assert not failure(adapter, ACME).certain


def test_a_client_that_is_refused_is_a_credential_to_renew(xero, adapter):
    xero.refuse(400, {"error": "invalid_client"}, only="/connect/token")

    assert failure(adapter, ACME).reason is Reason.CREDENTIAL_EXPIRED


def test_check_says_how_much_there_is(adapter):
    assert adapter.check() == "Xero, an organisation with 2 contacts"


def test_it_signs_in_as_a_custom_connection_for_what_it_reads(xero, adapter):
    ask(adapter, ACME)

    scope = "accounting.contacts.read accounting.invoices.read"
    pair = base64.b64encode(b"app:s3cret").decode()
    assert xero.tokens == [({"grant_type": "client_credentials", "scope": scope}, f"Basic {pair}")]
    assert xero.asked[1].headers["Authorization"] == "Bearer token-1"
    assert "xero-tenant-id" not in xero.asked[1].headers


def test_the_organisation_can_be_made_sure_of(xero, settings):
    with plugged("xero", settings | {"tenant_id": TENANT}) as adapter:
        ask(adapter, ACME)

    assert xero.asked[1].headers["xero-tenant-id"] == TENANT


class TestWebApp:
    """An app that a person lets in; whose token that renews is replaced each time."""

    @pytest.fixture
    def settings(self, settings):
        return settings | {"app": "web_app", "tenant_id": TENANT}

    def test_it_asks_as_somebody_let_it(self, xero, adapter):
        assert isinstance(ask(adapter, ACME), Found)
        assert xero.asked[0].headers["Authorization"] == f"Bearer {ACCESS}"
        assert xero.asked[0].headers["xero-tenant-id"] == TENANT
        assert xero.tokens == []

    def test_what_renews_is_replaced_each_time(self, xero, settings):
        clock = FakeClock()
        with plugged("xero", settings, clock=clock) as adapter:
            for _ in range(3):
                clock.forward(hours=1)
                ask(adapter, ACME)

        shown = [form["refresh_token"] for form, _ in xero.tokens]
        assert shown == [REFRESH, "token-1-renewal", "token-2-renewal"]

    def test_it_asks_for_what_it_reads_and_to_be_let_in_for_longer(self, adapter):
        how = adapter.connection().sign_in

        scopes = ["accounting.contacts.read", "accounting.invoices.read", "offline_access"]
        assert how.scope.split() == scopes
        assert how.authorize_url == "https://login.xero.com/identity/connect/authorize"
        assert how.unused == timedelta(days=60)

    def test_check_makes_sure_of_the_organisation(self, xero, adapter):
        assert adapter.check() == "Xero, an organisation with 2 contacts"

        xero.organisations = {ACME: "Other Ltd"}
        with pytest.raises(SourceError, match=rf"let into: {ACME} \(Other Ltd\)") as found:
            adapter.check()
        assert found.value.reason is Reason.NOT_CONFIGURED

    def test_check_tells_the_id_that_is_not_known_yet(self, settings):
        del settings["tenant_id"]

        with (
            plugged("xero", settings) as adapter,
            pytest.raises(SourceError, match=rf"let into: {TENANT} \(Demo Company\)"),
        ):
            adapter.check()


def test_times_before_1970_are_times(xero, adapter):
    xero.contacts[0]["UpdatedDateUTC"] = date(-86_400_000)

    assert ask(adapter, ACME).data["UpdatedDateUTC"] == "1969-12-31T00:00:00+00:00"


CLIENT = {"client_id": "a", "client_secret": "s"}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"client_id": "a"},
        CLIENT | {"by": "Name"},
        CLIENT | {"app": "desktop"},
        CLIENT | {"tenant_id": "x"},
        CLIENT | {"time_zone": "Mars/Olympus"},
    ],
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("xero").Settings().load(given)
