"""What the NetSuite adapter makes of each answer that NetSuite can give."""

from __future__ import annotations

import re

import jwt
import pytest
from context_sidecar import (
    Cause,
    FieldType,
    Found,
    NoMatch,
    Reason,
    Several,
    SourceError,
    plugins,
)
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.keys import key
from support.netsuite import API, TITLE, NetSuite, customer, day, invoice
from support.samples import sample
from support.vendor import failure

OVERDUE = "overdue_invoices"


@pytest.fixture
def netsuite(httpserver):
    return NetSuite(httpserver)


@pytest.fixture
def settings(netsuite):
    return sample("netsuite").settings(netsuite.url)


@pytest.fixture
def adapter(settings):
    with plugged("netsuite", settings) as opened:
        yield opened


class TestAccount:
    def test_it_has_its_columns_and_what_is_made_of_them(self, netsuite, adapter):
        names = ("custentity_tier", "phone", "display.salesrep", "day.startdate", "CompanyName")

        answer = ask(adapter, "C-1", names=names)

        assert answer.data["custentity_tier"] == "ENT"
        assert answer.data["phone"] is None
        assert answer.data["display"] == {"salesrep": "Olga"}
        assert answer.data["day"] == {"startdate": "2026-12-31"}
        assert answer.data["CompanyName"] == "Customer C-1"
        assert answer.link == f"{netsuite.url}/app/common/entity/custjob.nl?id=1"

    def test_a_batch_is_one_query_in_an_order(self, netsuite, adapter):
        answers = ask(adapter, "C-1", "C-2")

        assert [found.data["id"] for found in answers.values()] == ["1", "2"]
        [query] = netsuite.queries
        assert query.endswith("FROM customer WHERE externalid IN ('C-1', 'C-2') ORDER BY id")

    def test_a_column_that_is_gone_is_left_out_and_the_rest_asked_again(self, netsuite, adapter):
        data = ask(adapter, "C-1", names=("custentity_gone", "custentity_tier", "day.lost")).data

        assert data["custentity_tier"] == "ENT"
        assert "custentity_gone" not in data
        assert "day" not in data
        assert len(netsuite.queries) == 3

    def test_a_key_that_is_gone_is_a_changed_schema(self, netsuite, adapter):
        netsuite.hidden = {"externalid"}

        found = failure(adapter, "C-1")

        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)
        assert "externalid" in found.detail

    def test_a_table_that_is_hidden_is_no_none(self, netsuite, adapter):
        tables, netsuite.tables = netsuite.tables, {}
        found = failure(adapter, "C-1")
        assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)
        assert Cause.HIDDEN in found.possible_causes

        netsuite.tables = tables
        assert isinstance(ask(adapter, "C-1"), Found)

    def test_none_is_believed_once_we_are_shown_some(self, netsuite, adapter):
        assert ask(adapter, "C-1", "C-9")["C-9"] == NoMatch()

        netsuite.tables["customer"] = []
        assert failure(adapter, "C-1").reason is Reason.PERMISSION_DENIED

    def test_of_two_with_one_key_none_is_guessed(self, netsuite, adapter):
        netsuite.tables["customer"].append(customer(3, "C-1"))
        assert isinstance(ask(adapter, "C-1"), Several)

        netsuite.tables["customer"][-1]["isinactive"] = "T"
        one = ask(adapter, "C-1")
        assert (one.data["id"], one.archived) == ("1", False)

    def test_one_that_is_inactive_is_said_to_be_archived_until_it_is_active(
        self, netsuite, adapter
    ):
        for inactive, archived in (("F", False), ("T", True), ("F", False)):
            netsuite.tables["customer"][0]["isinactive"] = inactive
            assert ask(adapter, "C-1").archived is archived
            assert ask(adapter, "C-1", lookup="overdue_invoices").archived is archived

    def test_a_quote_in_a_key_stays_in_it(self, netsuite, adapter):
        assert ask(adapter, "O'NEILL") == NoMatch()

        assert "IN ('O''NEILL')" in netsuite.queries[0]

    def test_by_its_id(self, settings):
        with plugged("netsuite", settings | {"by": "id"}) as adapter:
            answers = ask(adapter, "1", "1) OR (1 = 1")

        assert isinstance(answers["1"], Found)
        assert answers["1) OR (1 = 1"].reason is Reason.NOT_CONFIGURED

    def test_others_than_were_asked_for_are_not_believed(self, netsuite, adapter):
        netsuite.deaf = True

        assert failure(adapter, "C-1").reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize("false", [{"totalResults": 7}, {"items": []}, {"hasMore": True}])
    def test_a_list_that_does_not_fit_its_number_is_not_believed(self, netsuite, adapter, false):
        netsuite.false = {"items": [], **false}

        assert failure(adapter, "C-1").reason is Reason.BAD_RESPONSE


class TestOverdueInvoices:
    def test_each_customer_gets_its_own(self, netsuite, adapter):
        answers = ask(adapter, "C-1", "C-2", lookup=OVERDUE)

        assert answers["C-1"].data == {
            "items": [
                {
                    "id": "INV11",
                    "title": "INV11: 120.5 EUR",
                    "status": f"due {day(-10)}",
                    "created_at": "2026-09-01T00:00:00+00:00",
                    "url": f"{netsuite.url}/app/accounting/transactions/custinvc.nl?id=11",
                }
            ],
            "total": 1,
            "oldest_due": day(-10),
            "amount": {"amount": "120.5", "currency": "EUR"},
        }
        assert answers["C-2"].data["total"] == 1
        assert len(netsuite.queries) == 3

    def test_none_is_believed_once_there_are_some_of_others(self, netsuite, adapter):
        netsuite.tables["transaction"] = [invoice(13, 2)]
        data = ask(adapter, "C-1", lookup=OVERDUE).data
        assert data == {"items": [], "total": 0, "oldest_due": None, "amount": None}

        netsuite.tables["transaction"] = []
        assert failure(adapter, "C-1", lookup=OVERDUE).reason is Reason.PERMISSION_DENIED

    def test_what_a_project_is_billed_its_customer_owes(self, netsuite, adapter):
        netsuite.tables["transaction"] = [invoice(15, 31), invoice(16, 2)]

        answers = ask(adapter, "C-1", "C-2", lookup=OVERDUE)

        assert [answers[key].data["total"] for key in ("C-1", "C-2")] == [1, 1]
        assert answers["C-1"].data["items"][0]["id"] == "INV15"

    def test_an_account_without_projects_has_none(self, netsuite, adapter):
        del netsuite.tables["job"]

        data = ask(adapter, "C-1", lookup=OVERDUE).data
        assert (data["total"], data["oldest_due"]) == (1, day(-10))

    def test_projects_that_our_role_is_not_shown_are_no_none(self, netsuite, adapter):
        projects = netsuite.tables.pop("job")
        netsuite.tables["transaction"].append(invoice(15, 31))

        found = failure(adapter, "C-1", lookup=OVERDUE)
        assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)
        assert "projects" in found.detail

        netsuite.tables["job"] = projects
        assert ask(adapter, "C-1", lookup=OVERDUE).data["total"] == 2

    def test_currencies_that_our_role_is_not_shown_are_named(self, netsuite, adapter):
        del netsuite.tables["currency"]

        found = failure(adapter, "C-1", lookup=OVERDUE)
        assert (found.reason, found.detail) == (
            Reason.PERMISSION_DENIED, "Record 'currency' was not found",
        )  # fmt: skip

    @pytest.mark.parametrize("state", [{"posting": "F"}, {"voided": "T"}, {"unpaid": "0"}])
    def test_what_is_not_owed_does_not_count(self, netsuite, adapter, state):
        netsuite.tables["transaction"][0] |= state

        assert ask(adapter, "C-1", lookup=OVERDUE).data["total"] == 0

    def test_one_that_comes_twice_is_not_owed_twice(self, netsuite, adapter):
        netsuite.tables["transaction"] = [invoice(13, 1)] * 2

        assert failure(adapter, "C-1", lookup=OVERDUE).reason is Reason.BAD_RESPONSE

    def test_the_oldest_comes_first_and_all_pages_are_read(self, netsuite, adapter):
        netsuite.size = 5
        netsuite.tables["transaction"] = [invoice(n, 1, days=-n, unpaid=".1") for n in range(1, 13)]

        data = ask(adapter, "C-1", lookup=OVERDUE).data

        assert (data["total"], data["oldest_due"]) == (12, day(-12))
        assert data["amount"] == {"amount": "1.2", "currency": "EUR"}

    @pytest.mark.parametrize("currency", ["USD", None])
    def test_amounts_of_several_or_unknown_currencies_are_not_added(
        self, netsuite, adapter, currency
    ):
        netsuite.tables["transaction"].append(invoice(19, 1, currency=currency))

        amount = ask(adapter, "C-1", lookup=OVERDUE).data["amount"]
        assert re.search(rf"\d {currency or 'of an unknown currency'}\b", amount)
        assert re.search(r"\d EUR\b", amount)

    @pytest.mark.parametrize("row", [invoice(1, 2), invoice(1, 1, type="CustCred")])
    def test_one_that_cannot_be_right_is_not_believed(self, netsuite, adapter, row):
        netsuite.tables |= {"customer": [customer(1, "C-1")], "transaction": [row]}
        netsuite.deaf = True

        assert failure(adapter, "C-1", lookup=OVERDUE).reason is Reason.SCHEMA_CHANGED

    def test_an_unknown_customer_has_none_to_count(self, adapter):
        assert ask(adapter, "C-9", lookup=OVERDUE) == NoMatch()


class TestInvoicesOfSubCustomers:
    """A house with a wing, a room in that, and what is built there."""

    @pytest.fixture(autouse=True)
    def family(self, netsuite):
        wing, room = customer(3, "C-3", parent="1"), customer(4, "C-4", parent="3")
        netsuite.tables["customer"] += [wing, room]
        netsuite.tables["job"] = [{"id": "41", "customer": "4"}]
        netsuite.tables["transaction"] = [
            invoice(11, 1), invoice(12, 4, days=-12), invoice(13, 41, days=-13), invoice(14, 2),
            invoice(15, 3, days=5),
        ]  # fmt: skip

    def test_those_of_all_its_sub_customers_are_a_customers_too(self, adapter):
        data = ask(adapter, "C-1", lookup=OVERDUE).data

        assert [item["title"] for item in data["items"]] == [
            "INV13: 120.5 EUR (Entity 41)", "INV12: 120.5 EUR (Entity 4)", "INV11: 120.5 EUR",
        ]  # fmt: skip
        assert data["amount"] == {"amount": "361.5", "currency": "EUR"}

    def test_in_a_batch_each_customer_has_what_it_has_alone(self, adapter):
        together = ask(adapter, "C-1", "C-2", "C-3", "C-4", lookup=OVERDUE)

        totals = {key: one.data["total"] for key, one in together.items()}
        assert totals == {"C-1": 3, "C-2": 1, "C-3": 2, "C-4": 2}
        assert all(ask(adapter, one, lookup=OVERDUE) == together[one] for one in together)

    def test_each_level_takes_a_query(self, netsuite, adapter):
        ask(adapter, "C-1", "C-2", lookup=OVERDUE)

        tables = [re.search(r"FROM (\w+)", one)[1] for one in netsuite.queries]
        assert tables == ["customer"] * 4 + ["transaction"]

    def test_of_many_some_are_asked_for_at_once(self, netsuite, adapter):
        more = [customer(n, f"C-{n}", parent="4") for n in range(1_000, 2_200)]
        netsuite.tables["customer"] += more
        netsuite.tables["transaction"] += [invoice(n, n) for n in (1_000, 2_199)]

        assert ask(adapter, "C-1", lookup=OVERDUE).data["total"] == 5
        lists = re.findall(r"entity IN \((.*?)\)", " ".join(netsuite.queries))
        assert max(len(one.split(", ")) for one in lists) == 500

    def test_one_that_is_above_itself_ends(self, netsuite, adapter):
        netsuite.tables["customer"][0]["parent"] = "4"

        assert ask(adapter, "C-1", lookup=OVERDUE).data["total"] == 3

    def test_sub_customers_of_others_are_not_believed(self, netsuite, adapter):
        netsuite.tables["customer"] = [customer(1, "C-1"), customer(9, "C-9", parent="8")]
        netsuite.tables["transaction"] = [invoice(11, 1)]
        answer = netsuite.queried
        netsuite.queried = lambda query, asked: answer(
            query.replace("WHERE parent IN (1)", "WHERE parent IN (8)"), asked
        )

        assert failure(adapter, "C-1", lookup=OVERDUE).reason is Reason.SCHEMA_CHANGED

    def test_a_role_that_may_not_see_who_is_above_whom_is_told(self, netsuite, adapter):
        netsuite.hidden = {"parent"}

        found = failure(adapter, "C-1", lookup=OVERDUE)
        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)
        assert "parent" in found.detail


class TestAccounts:
    def test_all_pages_of_those_that_are_active(self, netsuite, adapter):
        netsuite.size = 5
        netsuite.tables["customer"] = [customer(n, f"C-{n}") for n in range(1, 13)]
        netsuite.tables["customer"].append(customer(20, "C-20", isinactive="T"))

        rows = list(adapter.accounts({"phone"}))

        assert [row.data["externalid"] for row in rows] == [f"C-{n}" for n in range(1, 13)]
        assert rows[0].data["phone"] is None

    def test_others_among_them_are_not_believed(self, netsuite, adapter):
        netsuite.tables["customer"][0]["isinactive"], netsuite.deaf = "T", True

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.SCHEMA_CHANGED


class TestShape:
    def test_fields_are_described_as_suiteql_has_them(self, adapter):
        found = {one.name: one for one in adapter.shape("account").fields}

        assert found["isinactive"].choices == {"T": "Yes", "F": "No"}
        assert found["display.salesrep"].native == "reference"
        assert found["day.startdate"].type is FieldType.DATE
        assert found["creditlimit"].type is FieldType.NUMBER
        assert "links" not in found

    def test_lists_of_ours_are_not_described(self, adapter):
        assert adapter.shape(OVERDUE) is None


def error(code, detail="…"):
    return {"title": "…", "o:errorDetails": [{"detail": detail, "o:errorCode": code}]}


REFUSALS = [
    (401, error("INVALID_LOGIN"), Reason.CREDENTIAL_EXPIRED, ["token_expired", "token_revoked"]),
    (403, error("INSUFFICIENT_PERMISSION"), Reason.PERMISSION_DENIED, ["missing_permission"]),
    (400, error("INVALID_PARAMETER", f"{TITLE}Record 'customer' was not found."),
     Reason.PERMISSION_DENIED, ["hidden", "missing_permission", "renamed"]),
    (400, error("INVALID_PARAMETER", "Unknown identifier 'externalid'"), Reason.SCHEMA_CHANGED,
     ["renamed", "hidden"]),
    (400, error("SSS_REQUEST_LIMIT_EXCEEDED"), Reason.RATE_LIMITED, ["concurrency_limit"]),
    (400, error("USER_ERROR", "Failed to parse SQL"), Reason.BAD_RESPONSE, []),
    (429, error("CONCURRENCY_LIMIT_EXCEEDED"), Reason.RATE_LIMITED, ["concurrency_limit"]),
    (500, error("UNEXPECTED_ERROR"), Reason.SERVER_ERROR, []),
    (503, "<html>Maintenance</html>", Reason.SERVER_ERROR, []),
    (200, "<html>Log in</html>", Reason.BAD_RESPONSE, []),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "reason", "causes"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    netsuite, adapter, status, body, reason, causes
):
    netsuite.refuse(status, body, only="suiteql")

    found = failure(adapter, "C-1")

    assert found.reason is reason
    assert list(found.possible_causes) == [Cause(cause) for cause in causes]

    netsuite.mend()
    assert isinstance(ask(adapter, "C-1"), Found)


def test_it_signs_in_with_its_certificates_key(netsuite, adapter):
    ask(adapter, "C-1")

    [form] = netsuite.tokens
    assert form["grant_type"] == "client_credentials"
    said = form["client_assertion"]
    assert jwt.get_unverified_header(said) == {"alg": "PS256", "kid": "cert-1", "typ": "JWT"}
    audience, untimed = f"{netsuite.url}{API}/auth/oauth2/v1/token", {"verify_exp": False}
    public = key("netsuite").public_key()
    claims = jwt.decode(
        said, public, ["PS256"], {**untimed, "verify_iat": False}, audience=audience
    )
    assert (claims["iss"], claims["scope"]) == ("app", ["rest_webservices"])


def test_check_says_which_account(adapter):
    assert adapter.check() == "NetSuite account 1234567_SB1"


def test_an_account_has_an_address_of_its_own():
    kind = plugins.adapter("netsuite")
    given = {"account_id": "1234567_SB1", "client_id": "a", "certificate_id": "c"}
    adapter = kind(kind.Settings().load(given | {"private_key": "k"}))

    address = "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest"
    assert adapter.connection().base_url == address


GIVEN = {"account_id": "1", "client_id": "a", "certificate_id": "c", "private_key": "k"}


@pytest.mark.parametrize(
    "given", [{}, GIVEN | {"account_id": "1.evil"}, GIVEN | {"algorithm": "RS256"},
              GIVEN | {"by": "id) OR (1"}]
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("netsuite").Settings().load(given)
