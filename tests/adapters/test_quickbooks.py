"""What the QuickBooks adapter makes of each answer that QuickBooks can give."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from context_sidecar import AuthorizationCode, Cause, Found, NoMatch, Reason, SourceError, plugins
from context_sidecar.core.errors import UnrecognisedError
from context_sidecar.core.field import FieldType
from context_sidecar.core.parsing import parse
from context_sidecar.core.values import Money
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.build import field
from support.clock import FakeClock
from support.quickbooks import (
    ACME,
    API,
    BOLT,
    NOTHING,
    REALM,
    TOKEN,
    QuickBooks,
    customer,
    fault,
    invoice,
    lower,
    sub_customer,
)
from support.vendor import failure


@pytest.fixture
def books(httpserver):
    return QuickBooks(httpserver)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def adapter(books, clock):
    with plugged("quickbooks", books.settings, clock=clock) as opened:
        yield opened


@pytest.fixture
def by_name(books):
    with plugged("quickbooks", books.settings | {"by": "DisplayName"}) as opened:
        yield opened


class TestAccount:
    def test_a_customer_is_found_by_its_id(self, adapter):
        answer = ask(adapter, ACME)

        assert answer.data["DisplayName"] == "Acme"
        assert answer.data["Balance"] == {"amount": "362.07", "currency": "USD"}
        assert answer.data["BalanceWithJobs"] == {"amount": "362.07", "currency": "USD"}
        assert answer.link == "https://qbo.intuit.com/app/customerdetail?nameId=58"

    def test_what_is_owed_in_a_company_with_one_currency_names_the_declared_one_or_none(
        self, books, adapter
    ):
        del books.customers[0]["CurrencyRef"]
        assert ask(adapter, ACME).data["Balance"] == {"amount": "362.07"}

        with plugged("quickbooks", books.settings | {"currency": "EUR"}) as named:
            balance = ask(named, ACME).data["Balance"]
        assert balance == {"amount": "362.07", "currency": "EUR"}

    def test_a_batch_is_one_call(self, books, adapter):
        answers = ask(adapter, ACME, BOLT)

        assert [one.data["Id"] for one in answers.values()] == [ACME, BOLT]
        [statement] = books.statements
        assert statement == (
            "select * from Customer where Id in ('58', '59') and Active in (true, false) "
            "orderby Id startposition 1 maxresults 1000"
        )

    @pytest.mark.parametrize("name", ["O'Neil's", "(x) and Active = true", 'Æther, "quoted"'])
    def test_by_its_name_whatever_is_in_it(self, books, by_name, name):
        books.customers.append(customer("60", name))

        assert ask(by_name, name.upper()).data["Id"] == "60"

    def test_an_inactive_customer_is_found_as_an_archived_one_until_it_is_active(
        self, books, adapter
    ):
        for active in (True, False, True):
            books.customers[0]["Active"] = active
            answer = ask(adapter, ACME)
            assert (answer.data["Active"], answer.archived) == (active, not active)
            assert ask(adapter, ACME, lookup="overdue_invoices").archived is not active

    def test_no_such_customer_is_no_match(self, adapter):
        assert ask(adapter, ACME, NOTHING)[NOTHING] == NoMatch()

    def test_none_at_all_is_believed_once_we_see_that_there_are_customers(self, books, adapter):
        assert ask(adapter, NOTHING) == NoMatch()

        books.customers = []
        found = failure(adapter, ACME)
        assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)

    @pytest.mark.parametrize(("by", "key"), [("Id", "C-1"), ("DisplayName", "a\\b")])
    def test_a_key_that_would_spoil_the_batch_fails_alone(self, books, by, key):
        good = {"Id": ACME, "DisplayName": "Acme"}[by]

        with plugged("quickbooks", books.settings | {"by": by}) as adapter:
            answers = ask(adapter, good, key)

        assert isinstance(answers[good], Found)
        assert answers[key].reason is Reason.NOT_CONFIGURED

    def test_what_is_left_out_is_empty_where_the_api_has_it(self, adapter):
        data = ask(adapter, ACME, names=("PrimaryEmailAddr.Address", "Nonesuch")).data

        assert data["PrimaryEmailAddr"] is None
        assert "Nonesuch" not in data

    @pytest.mark.parametrize(
        ("false", "reason"),
        [
            ({"Customer": [customer(BOLT, "Bolt")], "maxResults": 1}, Reason.SCHEMA_CHANGED),
            ({"Customer": [customer(ACME, "Acme")], "maxResults": 2}, Reason.BAD_RESPONSE),
            ({"maxResults": 1}, Reason.BAD_RESPONSE),
            (
                {"Customer": [customer(ACME, "Acme")] * 1000, "maxResults": 1000},
                Reason.BAD_RESPONSE,
            ),
        ],
        ids=["another's", "fewer than it says", "none", "the same page again"],
    )
    def test_rows_that_cannot_be_right_are_not_believed(self, books, adapter, false, reason):
        books.false = {"Customer": false}

        assert failure(adapter, ACME).reason is reason


class TestOverdueInvoices:
    def test_each_customer_gets_its_own(self, adapter):
        answers = ask(adapter, ACME, BOLT, lookup="overdue_invoices")

        assert answers[ACME].data == {
            "items": [
                {
                    "id": "101",
                    "title": "1001: 120.5 USD",
                    "status": "due 2026-11-08",
                    "created_at": "2026-10-01T04:00:00-07:00",
                    "updated_at": "2026-10-01T05:00:00-07:00",
                    "url": "https://qbo.intuit.com/app/invoice?txnId=101",
                }
            ],
            "total": 1,
            "oldest_due": "2026-11-08",
            "amount": {"amount": "120.5", "currency": "USD"},
            "reasons": "before unapplied credits; 362.07 USD is owed in all, less these",
        }
        assert answers[BOLT].data["total"] == 1

    def test_a_batch_is_three_calls(self, books, adapter):
        ask(adapter, ACME, BOLT, lookup="overdue_invoices")

        asked = ["Customer", "Customer", "Invoice"]
        assert [each.split()[3] for each in books.statements] == asked
        assert "Balance > '0' and DueDate < '2026-11-18'" in books.statements[2]

    def test_none_is_a_list_of_none(self, books, adapter):
        books.invoices = []

        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert (data["items"], data["total"]) == ([], 0)
        assert (data["oldest_due"], data["amount"]) == (None, None)

    @pytest.mark.parametrize(
        ("left_out", "said"),
        [
            ("CurrencyRef", "before unapplied credits; 362.07 is owed in all, less these"),
            ("BalanceWithJobs", "before unapplied credits"),
        ],
    )
    def test_what_is_owed_in_all_is_said_as_far_as_it_is_known(
        self, books, adapter, left_out, said
    ):
        del books.customers[0][left_out]

        assert ask(adapter, ACME, lookup="overdue_invoices").data["reasons"] == said

    def test_an_unknown_customer_has_none_to_count(self, adapter):
        assert ask(adapter, NOTHING, lookup="overdue_invoices") == NoMatch()

    @pytest.mark.parametrize(
        ("zone", "due", "late"),
        [
            ("UTC", "2026-11-17", True),
            ("UTC", "2026-11-18", False),
            ("Pacific/Auckland", "2026-11-18", True),
            ("America/Los_Angeles", "2026-11-17", True),
        ],
    )
    def test_it_is_overdue_from_the_day_after_in_the_companys_own_time(
        self, books, zone, due, late
    ):
        """QuickBooks' clock says half past twelve in UTC, when it is tomorrow in Auckland."""
        books.invoices = [invoice(1, ACME, due)]

        with plugged("quickbooks", books.settings | {"time_zone": zone}) as adapter:
            assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == int(late)

    def test_the_oldest_comes_first_and_all_pages_are_read(self, books, adapter):
        books.invoices = [
            invoice(number, ACME, f"2026-11-0{1 + number % 7}", Balance=0.1)
            for number in range(2_001)
        ]

        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert (data["total"], data["oldest_due"]) == (2_001, "2026-11-01")
        assert data["items"][0]["status"] == "due 2026-11-01"
        assert data["amount"] == {"amount": "200.1", "currency": "USD"}
        assert len(books.statements) == 5

    def test_amounts_of_several_currencies_are_not_added(self, books, adapter):
        other = {"CurrencyRef": {"value": "CAD"}}
        books.invoices = [invoice(1, ACME, "2026-11-01"), invoice(2, ACME, "2026-11-01", **other)]

        amount = ask(adapter, ACME, lookup="overdue_invoices").data["amount"]
        assert re.fullmatch(r"[\d.]+ CAD \+ [\d.]+ [A-Z]{3}", amount)

    def test_a_currency_that_is_not_named_is_the_declared_one_or_none(self, books, adapter):
        del books.invoices[0]["CurrencyRef"]
        amount = ask(adapter, ACME, lookup="overdue_invoices").data["amount"]
        declared = field(type=FieldType.MONEY, currency="USD")
        assert parse(declared, amount) == Money(Decimal("120.5"), "USD")
        with pytest.raises(UnrecognisedError):
            parse(field(type=FieldType.MONEY), amount)

        with plugged("quickbooks", books.settings | {"currency": "EUR"}) as named:
            data = ask(named, ACME, lookup="overdue_invoices").data
        assert data["amount"] == {"amount": "120.5", "currency": "EUR"}

    def test_one_without_a_number_goes_by_its_id(self, books, adapter):
        del books.invoices[0]["DocNumber"]

        [item] = ask(adapter, ACME, lookup="overdue_invoices").data["items"]

        assert item["title"].startswith("101: ")

    @pytest.mark.parametrize(
        "row",
        [
            invoice(9, BOLT, "2026-11-08"),
            invoice(9, ACME, "2026-11-18"),
            invoice(9, ACME, "2026-11-08", Balance=0),
        ],
        ids=["another's", "not due yet", "paid"],
    )
    def test_a_filter_that_is_not_applied_is_found_out(self, books, adapter, row):
        books.false = {"Invoice": {"Invoice": [row], "maxResults": 1}}

        assert failure(adapter, ACME, lookup="overdue_invoices").reason is Reason.SCHEMA_CHANGED


class TestInvoicesOfSubCustomers:
    """A house with a wing and a room in it, and an account whose name begins like the first's."""

    @pytest.fixture(autouse=True)
    def family(self, books):
        acme = books.customers[0]
        wing = sub_customer("70", "Wing", acme, BillWithParent=True)
        room = sub_customer("71", "Room", wing, Active=False)
        other = sub_customer("72", "Wing", customer("60", "Acme Two"))
        books.customers += [wing, room, other]
        books.invoices = [
            invoice(1, ACME, "2026-11-08"),
            invoice(2, "71", "2026-11-05", CustomerRef={"value": "71", "name": "Acme:Wing:Room"}),
            invoice(3, "72", "2026-11-01"),
            invoice(4, "70", "2026-11-25"),
        ]

    def test_those_of_all_its_sub_customers_are_a_customers_too(self, adapter):
        data = ask(adapter, ACME, lookup="overdue_invoices").data

        assert [item["title"] for item in data["items"]] == [
            "1002: 120.5 USD (Acme:Wing:Room)",
            "1001: 120.5 USD",
        ]
        assert data["amount"] == {"amount": "241.0", "currency": "USD"}
        assert data["oldest_due"] == "2026-11-05"

    def test_in_a_batch_each_customer_has_what_it_has_alone(self, adapter):
        together = ask(adapter, ACME, BOLT, "70", "71", lookup="overdue_invoices")

        assert {key: one.data["total"] for key, one in together.items()} == {
            ACME: 2, BOLT: 0, "70": 1, "71": 1,
        }  # fmt: skip
        for key, one in together.items():
            assert ask(adapter, key, lookup="overdue_invoices") == one

    def test_of_many_everybodys_overdue_invoices_are_read(self, books, adapter):
        acme = books.customers[0]
        books.customers += [sub_customer(str(n), f"Site {n}", acme) for n in range(100, 300)]
        books.invoices.append(invoice(5, "299", "2026-11-02"))

        assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == 3
        assert "CustomerRef" not in books.statements[-1]

    @pytest.mark.parametrize("asked", [[ACME], [ACME, BOLT, "70", "71"]], ids=["one", "several"])
    def test_of_more_than_a_page_has_only_those_that_owe_are_asked_for(self, books, adapter, asked):
        few = ask(adapter, *asked, lookup="overdue_invoices")
        other, room = customer("60", "Acme Two"), books.customers[3]
        books.customers += [
            other,
            *(sub_customer(str(n), f"S {n}", room) for n in range(1000, 4000)),
        ]
        books.statements.clear()

        assert ask(adapter, *asked, lookup="overdue_invoices") == few
        assert len(books.statements) == 5

        books.invoices += [invoice(n, str(n), "2026-11-02") for n in range(1000, 1300)]
        books.statements.clear()
        many = ask(adapter, ACME, lookup="overdue_invoices").data
        assert (many["total"], many["oldest_due"]) == (302, "2026-11-02")
        assert len(books.statements) == 6

    def test_where_very_many_owe_all_are_read(self, books, adapter):
        acme = books.customers[0]
        books.customers += [sub_customer(str(n), f"S {n}", acme) for n in range(1000, 2200)]
        books.customers.append(customer("60", "Acme Two"))
        books.invoices += [invoice(n, str(n), "2026-11-02") for n in range(1000, 2100)]

        assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == 1102
        assert not any("Id in ('1" in one for one in books.statements)

    def test_an_owner_that_is_not_shown_is_nobody_elses_and_no_none(self, books, adapter):
        acme = books.customers[0]
        books.customers += [sub_customer(str(n), f"S {n}", acme) for n in range(1000, 2000)]

        found = failure(adapter, ACME, lookup="overdue_invoices")
        assert (found.reason, found.detail) == (
            Reason.BAD_RESPONSE, "not the customers that were asked for",
        )  # fmt: skip

    @pytest.mark.parametrize("name", ["O'Neil's", "100% Wool", "Æther & Sons"])
    def test_whatever_is_in_its_name(self, books, adapter, name):
        parent = customer("80", name)
        books.customers += [parent, sub_customer("81", "Site", parent)]
        books.invoices = [invoice(9, "81", "2026-11-02")]

        assert ask(adapter, "80", lookup="overdue_invoices").data["total"] == 1

    def test_no_sub_customer_is_not_believed_where_some_owe(self, books, adapter):
        books.customers[:] = [customer(ACME, "Acme", BalanceWithJobs=662.07)]
        found = failure(adapter, ACME, lookup="overdue_invoices")
        assert found.reason is Reason.BAD_RESPONSE

        books.customers.append(sub_customer("70", "Wing", books.customers[0]))
        assert ask(adapter, ACME, lookup="overdue_invoices").data["total"] == 1


class TestAccounts:
    def test_all_pages_of_active_customers_are_listed(self, books, adapter):
        books.customers = [customer(str(n), f"C-{n}") for n in range(1, 1_202)]
        books.customers.append(customer("9000", "Gone", Active=False))

        rows = list(adapter.accounts({"DisplayName", "WebAddr"}))

        assert [row.data["Id"] for row in rows] == [str(n) for n in range(1, 1_202)]
        assert rows[0].data["WebAddr"] is None
        assert rows[0].link.endswith("nameId=1")

    def test_a_page_cut_short_is_no_list(self, books, adapter):
        books.customers = [customer(str(n), f"C-{n}") for n in range(20)]
        books.most = 10

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.BAD_RESPONSE

    def test_no_customer_at_all_is_no_list(self, books, adapter):
        books.customers = []

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.PERMISSION_DENIED


THROTTLED = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
DISCONNECTED = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
NO_ACCESS = fault("120", "Authorization Failure", "AuthorizationFault")
REFUSALS = {
    "throttled": (429, fault("003001", THROTTLED, "SystemFault"), Reason.RATE_LIMITED, "3001"),
    "throttled, spelled low": (
        429, lower("3001", THROTTLED, "SERVICE"), Reason.RATE_LIMITED, "3001",
    ),
    "throttled, no fault": (429, "Too many requests", Reason.RATE_LIMITED, ""),
    "disconnected": (
        403, lower("3100", DISCONNECTED, "AUTHORIZATION"), Reason.PERMISSION_DENIED, "3100",
    ),
    "no access": (400, NO_ACCESS, Reason.PERMISSION_DENIED, "120"),
    "no access, as success": (200, NO_ACCESS, Reason.PERMISSION_DENIED, "120"),
    "no right": (400, fault("5020", "Permission Denied Error"), Reason.PERMISSION_DENIED, "5020"),
    "not paid": (400, fault("6190", "Invalid Company Status"), Reason.PERMISSION_DENIED, "6190"),
    "a property": (
        400, fault("4001", "Invalid query", detail="QueryValidationError: property 'X'"),
        Reason.SCHEMA_CHANGED, "4001",
    ),
    "a query": (400, fault("4000", "Error parsing query"), Reason.SCHEMA_CHANGED, "4000"),
    "a query, as success": (200, fault("4000", "Error parsing"), Reason.SCHEMA_CHANGED, "4000"),
    "broken": (500, fault("10000", "An error", "SystemFault"), Reason.SERVER_ERROR, "10000"),
    "unknown": (400, fault("7", "What?"), Reason.BAD_RESPONSE, "7"),
    "unknown, of the system": (200, fault("7", "?", "SystemFault"), Reason.SERVER_ERROR, "7"),
    "gone": (404, "<html>", Reason.ENDPOINT_GONE, ""),
    "down": (503, "Service Unavailable", Reason.SERVER_ERROR, ""),
    "a page": (200, "<html>Sign in</html>", Reason.BAD_RESPONSE, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(books, adapter, name):
    status, body, reason, code = REFUSALS[name]
    books.refuse(status, body, {"intuit_tid": "1-5b-tid"}, only=API)

    found = failure(adapter, ACME)

    assert (found.reason, found.code) == (reason, code)
    assert found.request_id == ("1-5b-tid" if status != 200 else "")
    assert "s3cret" not in str(found)

    books.mend()
    assert isinstance(ask(adapter, ACME), Found)


def test_a_connection_that_was_cut_and_a_wrong_company_look_alike(books, adapter):
    books.refuse(403, lower("3100", DISCONNECTED, "AUTHORIZATION"), only=API)
    found = failure(adapter, ACME)

    assert not found.certain
    assert set(found.possible_causes) == {Cause.DISCONNECTED, Cause.WRONG_INSTANCE}


class TestSignIn:
    def test_it_is_renewed_and_what_renews_is_replaced_each_time(self, books, adapter, clock):
        for _ in range(3):
            ask(adapter, ACME)
            clock.forward(minutes=61)

        renewals = [one for one in books.asked if one.path == TOKEN]
        assert len(renewals) == 2
        assert len({one.form["refresh_token"] for one in renewals}) == 2
        assert books.rotation.reused == 0

    def test_a_token_that_is_refused_is_renewed_once(self, books, adapter):
        books.rotation.access = {"other"}

        assert isinstance(ask(adapter, ACME), Found)
        assert [one.path == TOKEN for one in books.asked] == [False, True, False]

    def test_a_grant_that_was_taken_back_is_asked_for_no_more(self, books, adapter):
        books.rotation.end()

        for _ in range(3):
            found = failure(adapter, ACME)
            assert (found.reason, found.code) == (Reason.CREDENTIAL_EXPIRED, "invalid_grant")
            assert "Connect it again" in found.remedy
        assert len([one for one in books.asked if one.path == TOKEN]) == 1

    def test_somebody_lets_us_into_the_configured_company_and_no_other(self, adapter):
        how = adapter.connection().sign_in

        assert isinstance(how, AuthorizationCode)
        assert how.expects == {"realmId": REALM}
        assert how.scope == "com.intuit.quickbooks.accounting"


def test_check_says_which_company_it_is(adapter):
    assert adapter.check() == "Sandbox Company, a company with 2 customers"


NEEDED = {"realm_id": REALM, "client_id": "a", "client_secret": "s"}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"client_id": "a", "client_secret": "s"},
        NEEDED | {"realm_id": "acme"},
        NEEDED | {"by": "Email"},
        NEEDED | {"currency": "dollars"},
        NEEDED | {"time_zone": "Mars/Olympus"},
    ],
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("quickbooks").Settings().load(given)
