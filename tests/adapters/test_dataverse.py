"""What the adapter of Dynamics 365 makes of each answer that Dataverse can give."""

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
    Scope,
    Several,
    SourceError,
    plugins,
)
from cryptography.hazmat.primitives import serialization
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.dynamics import (
    ACME,
    API,
    BOLT,
    FORMATTED,
    Dynamics,
    account,
    case,
    entitlement,
    guid,
    opportunity,
)
from support.keys import key
from support.vendor import failure


@pytest.fixture
def dynamics(httpserver):
    return Dynamics(httpserver)


@pytest.fixture
def settings(dynamics):
    app = {"tenant_id": "acme.example", "client_id": "app", "client_secret": "s3cret"}
    return {"url": dynamics.url, "login_url": dynamics.url, **app}


@pytest.fixture
def adapter(settings):
    with plugged("dataverse", settings) as opened:
        yield opened


def calls(dynamics):
    return [one.path.removeprefix(f"{API}/") for one in dynamics.asked if API in one.path]


class TestAccount:
    def test_it_has_its_properties_and_what_people_see_of_them(self, dynamics, adapter):
        names = ("industrycode", "display._ownerid_value", "primarycontactid.emailaddress1")

        answer = ask(adapter, "A-1", names=names)

        assert answer.data["industrycode"] == 7
        assert answer.data["display"] == {"industrycode": "Consulting", "_ownerid_value": "Olga"}
        assert answer.data["primarycontactid"]["emailaddress1"] == "ana@acme.example"
        place = f"main.aspx?pagetype=entityrecord&etn=account&id={ACME}"
        assert answer.link == f"{dynamics.url}/{place}"

    def test_a_batch_is_one_call_whatever_the_case(self, dynamics, adapter):
        answers = ask(adapter, "a-1", "A-2")

        assert [found.data["accountid"] for found in answers.values()] == [ACME, BOLT]
        assert calls(dynamics) == ["accounts"]
        assert FORMATTED[1:] in dynamics.asked[1].headers["Prefer"]

    def test_a_property_that_is_gone_is_left_out_and_the_rest_asked_again(self, dynamics, adapter):
        names = ("industrycode", "cr_gone", "cr_lost.name")

        data = ask(adapter, "A-1", names=names).data

        assert data["industrycode"] == 7
        assert not {"cr_gone", "cr_lost"} & data.keys()
        assert len(calls(dynamics)) == 3

    def test_a_key_that_is_gone_is_a_changed_schema(self, settings):
        with plugged("dataverse", settings | {"by": "cr_number"}) as adapter:
            found = failure(adapter, "A-1")

        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)
        assert "cr_number" in found.detail

    def test_what_our_user_may_not_read_is_no_null(self, dynamics, adapter):
        assert ask(adapter, "A-1", names=("revenue",)).data["revenue"] is None

        dynamics.secured = {"revenue"}
        assert "revenue" not in ask(adapter, "A-1", names=("revenue",)).data

    def test_none_is_believed_once_we_are_shown_some(self, dynamics, adapter):
        assert ask(adapter, "A-1", "A-9")["A-9"] == NoMatch()

        dynamics.kept = {ACME, BOLT}
        assert failure(adapter, "A-1").reason is Reason.PERMISSION_DENIED

        dynamics.kept = set()
        assert isinstance(ask(adapter, "A-1"), Found)

    def test_of_two_with_one_number_none_is_guessed(self, dynamics, adapter):
        dynamics.sets["accounts"].append(account(guid(3), "A-1"))
        assert isinstance(ask(adapter, "A-1"), Several)

        dynamics.sets["accounts"][-1]["statecode"] = 1
        one = ask(adapter, "A-1")
        assert (one.data["accountid"], one.archived) == (ACME, False)

    def test_one_that_is_inactive_is_said_to_be_archived_until_it_is_active(
        self, dynamics, adapter
    ):
        acme = dynamics.sets["accounts"][0]

        for state, archived in ((0, False), (1, True), (0, False)):
            acme["statecode"] = state
            assert ask(adapter, "A-1").archived is archived
            assert ask(adapter, "A-1", lookup="open_tickets").archived is archived

    def test_one_that_was_merged_into_another_names_it_and_is_no_account_any_more(
        self, dynamics, adapter
    ):
        into = {"merged": True, "statecode": 1, "_masterid_value": BOLT}
        dynamics.sets["accounts"][0] |= into

        answers = ask(adapter, "A-1", "A-2")

        assert answers["A-1"] == NoMatch(merged_into="Account A-2 (A-2)")
        assert isinstance(answers["A-2"], Found)
        assert ask(adapter, "A-1", lookup="open_tickets") == answers["A-1"]

        dynamics.sets["accounts"][1]["accountnumber"] = None
        assert ask(adapter, "A-1").merged_into == f"Account A-2 ({BOLT})"

        dynamics.kept = {"Account A-2"}
        assert ask(adapter, "A-1").merged_into == BOLT

    @pytest.mark.parametrize(
        ("by", "good", "bad"), [("accountid", ACME, "A-1"), ("accountnumber", "A-1", "A'] or ['")]
    )
    def test_a_key_that_would_spoil_the_query_fails_alone(self, settings, by, good, bad):
        with plugged("dataverse", settings | {"by": by}) as adapter:
            answers = ask(adapter, good, bad)

        assert isinstance(answers[good], Found)
        assert answers[bad].reason is Reason.NOT_CONFIGURED

    def test_other_accounts_than_were_asked_for_are_not_believed(self, dynamics, adapter):
        dynamics.deaf = True

        assert failure(adapter, "A-1").reason is Reason.SCHEMA_CHANGED

    @pytest.mark.parametrize("false", [{"@odata.count": 7}, {"@odata.count": 0}, {"value": []}])
    def test_a_list_that_does_not_fit_its_number_is_not_believed(self, dynamics, adapter, false):
        dynamics.false = false

        assert failure(adapter, "A-1").reason is Reason.BAD_RESPONSE


class TestOpenTickets:
    def test_each_account_gets_its_own_the_last_changed_first(self, dynamics, adapter):
        answers = ask(adapter, "A-1", "A-2", lookup="open_tickets")

        assert answers["A-1"].data["total"] == 2
        assert answers["A-1"].data["items"][1] == {
            "id": "CAS-00001",
            "title": "Case 1",
            "status": "In Progress",
            "priority": "High",
            "created_at": "2026-10-01T08:00:00Z",
            "updated_at": "2026-11-02T09:30:00Z",
            "url": f"{dynamics.url}/main.aspx?pagetype=entityrecord&etn=incident&id={guid(101)}",
        }
        assert answers["A-2"].data["total"] == 1
        assert calls(dynamics) == ["accounts", "incidents"]

    def test_none_is_believed_once_there_are_some_of_others(self, dynamics, adapter):
        dynamics.sets["incidents"] = [case(4, BOLT)]
        assert ask(adapter, "A-1", lookup="open_tickets").data == {"items": [], "total": 0}

        dynamics.kept = {guid(104)}
        assert failure(adapter, "A-1", lookup="open_tickets").reason is Reason.PERMISSION_DENIED

    def test_all_pages_are_read(self, dynamics, adapter):
        dynamics.size = 5
        dynamics.sets["incidents"] = [case(n, ACME) for n in range(1, 13)]

        assert ask(adapter, "A-1", lookup="open_tickets").data["total"] == 12
        assert calls(dynamics).count("incidents") == 3

    @pytest.mark.parametrize("row", [case(1, BOLT), case(1, ACME, statecode=1)])
    def test_one_that_cannot_be_right_is_not_believed(self, dynamics, adapter, row):
        dynamics.sets["accounts"] = [account(ACME, "A-1")]
        dynamics.sets["incidents"], dynamics.deaf = [row], True

        assert failure(adapter, "A-1", lookup="open_tickets").reason is Reason.SCHEMA_CHANGED

    def test_an_unknown_account_has_none_to_count(self, adapter):
        for lookup in ("open_tickets", "open_opportunities", "entitlements"):
            assert ask(adapter, "A-9", lookup=lookup) == NoMatch()


class TestOpenOpportunities:
    def test_they_have_what_they_are_estimated_at(self, adapter):
        data = ask(adapter, "A-1", lookup="open_opportunities").data

        assert [item["title"] for item in data["items"]] == ["Deal 1: 1000.5 EUR", "Deal 2"]
        assert data["items"][0]["status"] == "In Progress, until 2027-01-31"
        assert data["amount"] == {"amount": "1000.5", "currency": "EUR"}
        assert data["first_end"] == "2027-01-31"

    def test_one_that_comes_twice_is_not_counted_twice(self, dynamics, adapter):
        dynamics.sets["opportunities"] = [opportunity(9, ACME)] * 2

        found = failure(adapter, "A-1", lookup="open_opportunities")
        assert found.reason is Reason.BAD_RESPONSE

    def test_several_currencies_are_not_added(self, dynamics, adapter):
        dollars = {"isocurrencycode": "USD"}
        dynamics.sets["opportunities"].append(opportunity(9, ACME, transactioncurrencyid=dollars))

        amount = ask(adapter, "A-1", lookup="open_opportunities").data["amount"]
        assert re.fullmatch(r"[\d.]+ EUR \+ [\d.]+ USD", amount)

    def test_none_are_worth_nothing(self, adapter):
        assert ask(adapter, "A-2", lookup="open_opportunities").data["amount"] is None


class TestEntitlements:
    def test_those_that_are_active_with_their_ends(self, adapter):
        data = ask(adapter, "A-1", lookup="entitlements").data

        assert (data["first_end"], data["last_end"]) == ("2026-12-31", "2027-02-28")
        assert data["items"][0]["status"] == "In Progress, until 2027-02-28"

    @pytest.mark.parametrize(
        ("said", "zone", "day"),
        [
            ("2027-01-31", "Europe/Berlin", "2027-01-31"),
            ("2027-01-30T23:00:00Z", "Europe/Berlin", "2027-01-31"),
            ("2027-01-31T00:00:00Z", "Europe/Berlin", "2027-01-31"),
            ("2027-01-30T23:00:00Z", "UTC", "2027-01-31"),
            ("2027-01-31T05:00:00Z", "UTC", "2027-01-31"),
            ("2027-01-30T18:30:00Z", "UTC", "2027-01-31"),
            ("2027-01-30T11:00:00Z", "Pacific/Auckland", "2027-01-31"),
        ],
    )
    def test_the_day_is_the_one_that_was_entered(self, dynamics, settings, said, zone, day):
        """What began at midnight somewhere is the day before in UTC."""
        dynamics.sets["entitlements"] = [entitlement(9, ACME, said)]
        with plugged("dataverse", settings | {"time_zone": zone}) as adapter:
            data = ask(adapter, "A-1", lookup="entitlements").data

        assert (data["first_end"], data["items"][0]["status"]) == (day, f"In Progress, until {day}")

    def test_without_any_nothing_ends(self, dynamics, adapter):
        dynamics.sets["entitlements"].append(entitlement(9, BOLT, None))

        data = ask(adapter, "A-2", lookup="entitlements").data

        assert (data["total"], data["first_end"]) == (1, None)


class TestAccounts:
    def test_all_pages_of_those_that_are_active(self, dynamics, adapter):
        dynamics.size = 5
        dynamics.sets["accounts"] = [account(guid(n), f"A-{n}") for n in range(1, 13)]
        dynamics.sets["accounts"].append(account(guid(20), "A-20", statecode=1))

        rows = list(adapter.accounts({"websiteurl"}))

        assert [row.data["accountnumber"] for row in rows] == [f"A-{n}" for n in range(1, 13)]
        assert rows[0].link.endswith(f"id={guid(1)}")

    def test_others_among_them_are_not_believed(self, dynamics, adapter):
        dynamics.sets["accounts"][0]["statecode"], dynamics.deaf = 1, True

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.SCHEMA_CHANGED


class TestRecord:
    def test_a_case_names_its_account(self, adapter):
        assert adapter.record("ticket", guid(101)) == {
            "account_id": ACME, "account_number": "A-1", "account_name": "Account A-1",
        }  # fmt: skip

    def test_a_contact_and_an_account(self, adapter):
        assert adapter.record("contact", guid(9))["requester_email"] == "bo@acme.example"
        assert adapter.record("account", BOLT)["account_number"] == "A-2"

    @pytest.mark.parametrize("id", [guid(99), "no id"])
    def test_one_that_is_not_there(self, adapter, id):
        assert adapter.record("account", id) is None

    def test_another_kind_is_refused(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("lead", guid(1))
        assert found.value.reason is Reason.NOT_CONFIGURED


class TestShape:
    def test_columns_are_described_with_their_options(self, adapter):
        found = {one.name: one for one in adapter.shape("account").fields}

        assert found["industrycode"].choices == {"7": "Consulting"}
        assert found["display._ownerid_value"].type is FieldType.TEXT
        assert found["revenue"].currency == ("transactioncurrencyid", "isocurrencycode")
        assert found["name"].optional is False
        assert found["revenue_base"].currency == ()  # it is the organization's, not the account's
        assert found["cr_renewal"].type is FieldType.DATE
        assert found["createdon"].type is FieldType.DATETIME
        assert found["entityimage"].type is None
        assert "owneridname" not in found


class TestScope:
    READS = tuple(
        f"prvRead{kind}"
        for kind in ("Account", "Contact", "Incident", "Opportunity", "Entitlement")
    )

    def test_a_user_who_only_reads_has_what_is_needed(self, adapter):
        assert adapter.scope() == Scope(held=self.READS)

    def test_what_it_lacks_and_what_is_too_much(self, dynamics, adapter):
        dynamics.privileges.remove("prvReadEntitlement")
        dynamics.privileges.append("prvWriteIncident")

        assert adapter.scope() == Scope(
            ("prvReadEntitlement",), ("prvWriteIncident",), held=self.READS[:-1]
        )


def error(code, message="…"):
    return {"error": {"code": code, "message": message}}


REFUSALS = [
    (401, "", Reason.CREDENTIAL_EXPIRED, []),
    (403, error("0x80040220"), Reason.PERMISSION_DENIED, ["missing_permission"]),
    (403, error("0x80072560"), Reason.PERMISSION_DENIED, ["user_unknown"]),
    (403, error("0x80095ffe"), Reason.IP_NOT_ALLOWED, ["address_not_allowed"]),
    (404, error("0x8006088a"), Reason.ENDPOINT_GONE, ["renamed", "nothing_there"]),
    (400, error("0x0", "Could not find a property named 'accountnumber' on type …"),
     Reason.SCHEMA_CHANGED, ["renamed", "hidden"]),
    (400, error("0x80060888"), Reason.BAD_RESPONSE, []),
    (429, error("0x80072322"), Reason.RATE_LIMITED, ["burst_limit"]),
    (429, error("0x80072326"), Reason.RATE_LIMITED, ["concurrency_limit"]),
    (500, error("0x80040216"), Reason.SERVER_ERROR, []),
    (200, "<html>Sign in</html>", Reason.BAD_RESPONSE, []),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "reason", "causes"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    dynamics, adapter, status, body, reason, causes
):
    headers = {"x-ms-service-request-id": "r-1"} | ({"Retry-After": "7"} if status == 429 else {})
    dynamics.refuse(status, body, headers, only=API)

    found = failure(adapter, "A-1")

    assert found.reason is reason
    assert found.retry_after == (7 if status == 429 else None)
    assert list(found.possible_causes) == [Cause(cause) for cause in causes]
    assert "s3cret" not in str(found)

    dynamics.mend()
    assert isinstance(ask(adapter, "A-1"), Found)


def test_check_says_whom_we_are(dynamics, adapter):
    assert adapter.check() == f"Dynamics 365 at {dynamics.url} as the user {guid(77)}"


def test_it_signs_in_for_the_environment(dynamics, adapter):
    ask(adapter, "A-1")

    assert dynamics.asked[0].path == "/acme.example/oauth2/v2.0/token"
    [form] = dynamics.tokens
    assert form["scope"] == f"{dynamics.url}/.default"
    assert dynamics.asked[1].headers["Authorization"] == "Bearer t-1"


def test_it_can_sign_with_a_certificate_instead(dynamics, settings):
    del settings["client_secret"]
    private = key("app").private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    with plugged("dataverse", settings | {"private_key": private.decode()}) as adapter:
        ask(adapter, "A-1")

    [form] = dynamics.tokens
    assert jwt.get_unverified_header(form["client_assertion"])["alg"] == "PS256"
    assert "client_secret" not in form


def test_a_secret_that_ended_is_a_credential_to_renew(dynamics, adapter):
    said = "AADSTS7000222: The provided client secret keys for app are expired."
    body = {"error": "invalid_client", "error_description": said}
    dynamics.refuse(401, body, only="/token")

    assert failure(adapter, "A-1").reason is Reason.CREDENTIAL_EXPIRED


APP = {"url": "https://acme.crm4.dynamics.com", "tenant_id": "t", "client_id": "a"}


@pytest.mark.parametrize(
    "given",
    [
        APP,
        APP | {"client_secret": "s", "private_key": "k"},
        APP | {"client_secret": "s", "service": "finance"},
        APP | {"client_secret": "s", "service": "business_central"},
        APP | {"client_secret": "s", "company_id": guid(1)},
        APP | {"client_secret": "s", "by": "name eq 1"},
    ],
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("dataverse").Settings().load(given)
