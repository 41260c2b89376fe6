"""What the ServiceNow adapter makes of each answer that an instance can give."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

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
from context_sidecar_adapters.servicenow import table
from context_sidecar_adapters.servicenow.table import _by_priority
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.servicenow import ACME, BOLT, CALM, LABELS, TOKEN, ServiceNow, account, case
from support.vendor import failure

ONE, TWO, NONE = "ACCT0000001", "ACCT0000002", "ACCT0000009"
TABLE = "/api/now/table/"


@pytest.fixture
def instance(httpserver):
    return ServiceNow(httpserver)


@pytest.fixture
def settings(instance):
    return {"url": instance.url, "user": "sidecar", "password": "s3cret"}


@pytest.fixture
def adapter(settings):
    with plugged("servicenow", settings) as opened:
        yield opened


def calls(instance):
    return [request.path.removeprefix("/api/now/") for request in instance.asked]


def queries(instance):
    return [request.args["sysparm_query"] for request in instance.asked]


class TestAccount:
    def test_it_has_its_values_as_stored_and_as_shown(self, instance, adapter):
        answer = ask(adapter, ONE, names=("u_tier", "website", "display.sys_updated_on"))

        assert answer.data["u_tier"] == "ENT"
        assert answer.data["website"] is None
        assert answer.data["sys_updated_on"] == "2019-01-03T19:37:55+00:00"
        assert answer.data["display"]["sys_updated_on"] == "2019-01-03 19:37:55"
        place = f"nav_to.do?uri=customer_account.do%3Fsys_id%3D{ACME}"
        assert answer.link == f"{instance.url}/{place}"

    @pytest.mark.parametrize(
        ("value", "shown", "read"),
        [
            ("1970-01-02 00:10:00", "1 Day 10 Minutes", "1 Day 10 Minutes"),
            ("1970-01-01 00:00:00", "", None),
            ("1970-01-02 00:10:00", "02/01/1970 00:10", "1970-01-02T00:10:00+00:00"),
        ],
    )
    def test_a_duration_is_no_time(self, adapter, instance, monkeypatch, value, shown, read):
        instance.tables["customer_account"][0]["u_since"] = value
        monkeypatch.setitem(LABELS, "u_since", {value: shown})

        assert ask(adapter, ONE, names=("u_since",)).data["u_since"] == read

    def test_what_it_refers_to_is_below_the_reference(self, adapter):
        data = ask(adapter, ONE, names=("primary_contact.email",)).data

        assert data["primary_contact"] == {"email": "ana@acme.example"}
        assert data["display"]["primary_contact"] == {"email": "ana@acme.example"}

    def test_a_batch_is_one_call_whatever_the_case(self, instance, adapter):
        answers = ask(adapter, ONE.lower(), TWO)

        assert [found.data["sys_id"] for found in answers.values()] == [ACME, BOLT]
        assert calls(instance) == ["table/customer_account"]
        assert "name" in instance.asked[0].args["sysparm_fields"]

    def test_none_is_believed_once_the_filter_is_seen_to_work(self, instance, adapter):
        assert ask(adapter, ONE, NONE)[NONE] == NoMatch()

        assert queries(instance)[1] == "numberISNOTEMPTY^ORDERBYDESCsys_updated_on"

    def test_of_two_with_one_number_none_is_guessed(self, instance, adapter):
        instance.tables["customer_account"].append(account(CALM, ONE))

        assert isinstance(ask(adapter, ONE), Several)

    def test_a_column_that_is_gone_is_left_out(self, adapter):
        assert "u_gone" not in ask(adapter, ONE, names=("u_gone",)).data

    @pytest.mark.parametrize("no_rows", [False, True])
    def test_a_filter_that_is_dropped_is_seen(self, instance, settings, no_rows):
        """A query by a column that is gone finds everybody, or nobody."""
        instance.no_rows = no_rows
        with plugged("servicenow", settings | {"by": "u_erp"}) as adapter:
            found = failure(adapter, ONE)

        assert found.reason is (Reason.PERMISSION_DENIED if no_rows else Reason.SCHEMA_CHANGED)
        assert Cause.RENAMED in found.possible_causes

    def test_a_column_that_is_not_shown_to_us_cannot_be_the_key(self, instance, adapter):
        instance.unreadable = {"number"}

        found = failure(adapter, ONE)

        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)

    def test_one_that_is_counted_and_not_shown_is_no_none(self, instance, adapter):
        instance.hidden = {BOLT}

        answers = ask(adapter, ONE, TWO)

        assert isinstance(answers[ONE], Found)
        assert answers[TWO].reason is Reason.PERMISSION_DENIED
        assert Cause.HIDDEN in answers[TWO].possible_causes

    @pytest.mark.parametrize(
        "key", ["A,B", "A^NQactive=false", "javascript:gs.getUserID()", "a\nb"]
    )
    def test_a_key_that_would_change_the_query_is_not_asked_for(self, instance, adapter, key):
        answers = ask(adapter, ONE, key)

        assert answers[key].reason is Reason.NOT_CONFIGURED
        assert isinstance(answers[ONE], Found)
        assert queries(instance) == [f"numberIN{ONE}"]

    def test_by_its_sys_id(self, settings):
        with plugged("servicenow", settings | {"by": "sys_id"}) as adapter:
            answers = ask(adapter, ACME, ONE, names=("number",))

        assert answers[ACME].data["number"] == ONE
        assert answers[ONE].reason is Reason.NOT_CONFIGURED


class TestOpenTickets:
    def test_each_account_gets_its_own_the_last_changed_first(self, instance, adapter):
        answers = ask(adapter, ONE, TWO, lookup="open_tickets")

        assert answers[ONE].data["total"] == 2
        assert answers[ONE].data["items"][1] == {
            "id": "CS0000001",
            "title": "Case 1",
            "status": "Open",
            "priority": "1 - Critical",
            "created_at": "2026-11-01T08:00:00+00:00",
            "updated_at": "2026-11-02T08:01:00+00:00",
            "url": f"{instance.url}/nav_to.do?uri=sn_customerservice_case.do%3Fsys_id%3D{1:032x}",
        }
        assert [item["id"] for item in answers[TWO].data["items"]] == ["CS0000004"]
        assert calls(instance) == ["table/customer_account", "table/sn_customerservice_case"]

    def test_none_is_believed_once_there_are_some_of_others(self, instance, adapter):
        instance.tables["customer_account"].append(account(CALM, NONE))

        assert ask(adapter, NONE, lookup="open_tickets").data == {"items": [], "total": 0}
        assert queries(instance)[-1] == "accountISNOTEMPTY^ORDERBYDESCsys_updated_on"

        instance.tables["sn_customerservice_case"].clear()
        assert failure(adapter, NONE, lookup="open_tickets").reason is Reason.PERMISSION_DENIED

    @pytest.mark.parametrize("lookup", ["open_tickets", "ticket_counts"])
    def test_one_that_may_not_be_read_spoils_the_list(self, instance, adapter, lookup):
        instance.hidden = {f"{2:032x}"}
        assert failure(adapter, ONE, lookup=lookup).reason is Reason.PERMISSION_DENIED

        instance.hidden = set()
        assert ask(adapter, ONE, lookup=lookup).data["total"] == 2

    @pytest.mark.parametrize("dropped", ["active", "account"])
    @pytest.mark.parametrize("lookup", ["open_tickets", "ticket_counts"])
    def test_a_condition_that_is_dropped_is_seen(self, instance, adapter, dropped, lookup):
        instance.dropped = {dropped}

        assert failure(adapter, ONE, lookup=lookup).reason is Reason.SCHEMA_CHANGED

    def test_of_very_many_the_first_are_listed_and_all_are_counted(
        self, instance, adapter, monkeypatch
    ):
        monkeypatch.setattr(table, "PAGE", 5)
        cases = [*(case(n, ACME) for n in range(1, 8)), case(9, BOLT)]
        instance.tables["sn_customerservice_case"] = cases

        answers = ask(adapter, ONE, TWO, lookup="open_tickets")

        assert answers[ONE].data["total"] == 7
        assert len(answers[ONE].data["items"]) == 5
        assert answers[TWO].data["total"] == 1

    def test_incidents_of_companies(self, instance, settings):
        instance.tables["core_company"] = [account(ACME, ONE)]
        instance.tables["incident"] = [case(1, "", company=ACME)]
        tables = {"accounts_table": "core_company", "tickets_table": "incident"}

        with plugged("servicenow", settings | tables | {"account_field": "company"}) as adapter:
            assert ask(adapter, ONE, lookup="open_tickets").data["total"] == 1

    def test_an_unknown_account_has_none_to_count(self, adapter):
        for lookup in ("open_tickets", "ticket_counts", "contracts"):
            assert ask(adapter, NONE, lookup=lookup) == NoMatch()

    def test_they_are_counted_by_priority_in_one_call(self, instance, adapter):
        answers = ask(adapter, ONE, TWO, lookup="ticket_counts")

        assert answers[ONE].data == {"total": 2, "by_priority": {"1": 1, "3": 1}}
        assert answers[TWO].data == {"total": 1, "by_priority": {"1": 1}}
        assert calls(instance)[1:] == ["stats/sn_customerservice_case"]


class TestContracts:
    def test_those_that_are_active_with_their_ends(self, adapter):
        data = ask(adapter, ONE, lookup="contracts").data

        assert (data["total"], data["first_end"], data["last_end"]) == (
            3, "2026-12-31", "2027-01-31",
        )  # fmt: skip
        assert {item["status"] for item in data["items"]} == {
            "active, until 2026-12-31", "active, until 2027-01-31", "active",
        }  # fmt: skip

    def test_entitlements_too(self, adapter):
        data = ask(adapter, ONE, lookup="entitlements").data

        assert (data["total"], data["last_end"]) == (1, "2027-02-28")
        assert data["items"][0]["status"] == "until 2027-02-28"

    def test_without_any_nothing_ends(self, adapter):
        data = ask(adapter, TWO, lookup="contracts").data

        assert data == {"items": [], "total": 0, "first_end": None, "last_end": None}

    def test_a_column_that_is_not_there_is_said(self, instance, adapter):
        instance.unreadable = {"ends"}

        found = failure(adapter, ONE, lookup="contracts")

        assert found.reason is Reason.SCHEMA_CHANGED
        assert "ast_contract.ends" in found.detail


class TestAccounts:
    def test_all_pages_are_listed(self, instance, adapter, monkeypatch):
        monkeypatch.setattr(table, "PAGE", 5)
        many = [account(f"{n:032x}", f"A{n:04}") for n in range(1, 13)]
        instance.tables["customer_account"] = many

        rows = list(adapter.accounts({"u_tier"}))

        assert [row.data["number"] for row in rows] == [row["number"] for row in many]
        assert rows[0].data["u_tier"] == "ENT"
        assert rows[0].link.endswith(f"sys_id%3D{1:032x}")

    def test_a_list_with_some_that_may_not_be_read_is_no_list(self, instance, adapter):
        instance.hidden = {BOLT}

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.PERMISSION_DENIED


class TestRecord:
    def test_a_ticket_names_its_account_and_its_person(self, adapter):
        assert adapter.record("ticket", f"{1:032x}") == {
            "account_id": ACME,
            "account_number": ONE,
            "account_name": "Account ACCT0000001",
            "requester_email": "ana@acme.example",
        }

    def test_a_contact_and_an_account(self, adapter):
        assert adapter.record("contact", f"{9:032x}")["requester_email"] == "bo@acme.example"
        found = adapter.record("account", ACME)
        assert found == {
            "account_id": ACME, "account_number": ONE, "account_name": f"Account {ONE}",
        }  # fmt: skip
        assert {*found} == {*adapter.record_keys_of("account")}

    def test_one_that_is_not_there(self, adapter):
        assert adapter.record("ticket", "0" * 32) is None

    def test_another_kind_is_refused(self, adapter):
        with pytest.raises(SourceError) as found:
            adapter.record("problem", "1")
        assert found.value.reason is Reason.NOT_CONFIGURED


class TestShape:
    def test_the_dictionary_tells_of_a_table_and_what_it_extends(self, adapter):
        found = {one.name: one for one in adapter.shape("account").fields}

        assert found.keys() == {"u_tier", "display.primary_contact", "website"}
        assert found["u_tier"].type is FieldType.CHOICE
        assert found["u_tier"].choices == {"ENT": "Enterprise", "STD": "Standard"}
        assert found["display.primary_contact"].native == "reference"

    def test_a_dictionary_that_may_not_be_read_is_no_shape(self, instance, adapter):
        instance.hidden = {f"{6:032x}"}

        with pytest.raises(SourceError) as found:
            adapter.shape("account")
        assert found.value.reason is Reason.PERMISSION_DENIED

    def test_lists_of_ours_are_not_described(self, adapter):
        assert adapter.shape("open_tickets") is None


class TestScope:
    def test_a_user_who_only_reads_has_what_is_needed(self, adapter):
        assert adapter.scope() == Scope()

    def test_one_who_administers_has_too_much(self, instance, adapter):
        instance.tables["sys_user_has_role"][0]["role.name"] = "admin"

        assert adapter.scope() == Scope(excess=("admin",))

    def test_where_roles_may_not_be_read_they_are_unknown(self, instance, adapter):
        instance.hidden = {"1"}

        assert adapter.scope() == Scope(untold=("any role of our user",))


def denial(message, detail=None):
    return {"error": {"message": message, "detail": detail}, "status": "failure"}


PAGE = "<html><title>Instance Hibernating page</title></html>"
OVER = denial("Rate limit exceeded", "Rate limit of 10 requests per hour for Table API exceeded")
REFUSALS = [
    (401, denial("User Not Authenticated", "Required to provide Auth information"),
     Reason.CREDENTIAL_EXPIRED),
    (403, denial("User Not Authorized", "Failed API level ACL Validation"),
     Reason.PERMISSION_DENIED),
    (403, denial("Insufficient rights to query records"), Reason.PERMISSION_DENIED),
    (400, denial("Invalid table customer_account"), Reason.ENDPOINT_GONE),
    (400, denial("Exception while reading request"), Reason.BAD_RESPONSE),
    (404, denial("Requested URI does not represent any resource"), Reason.ENDPOINT_GONE),
    (429, OVER, Reason.RATE_LIMITED),
    (500, denial("Unknown"), Reason.SERVER_ERROR),
    (503, PAGE, Reason.SERVER_ERROR),
    (200, PAGE, Reason.SERVER_ERROR),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "reason"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(instance, adapter, status, body, reason):
    instance.refuse(status, body, {"Retry-After": "7"} if status == 429 else {})

    found = failure(adapter, ONE)

    assert found.reason is reason
    assert found.retry_after == (7 if status == 429 else None)
    assert "s3cret" not in str(found)

    instance.mend()
    assert isinstance(ask(adapter, ONE), Found)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Transaction cancelled: maximum execution time exceeded", Reason.TIMEOUT),
        ("Something else", Reason.BAD_RESPONSE),
    ],
)
def test_an_answer_that_was_cut_says_so_with_200(instance, adapter, message, reason):
    instance.beside = denial(message, "maximum execution time exceeded" if "max" in message else "")
    assert failure(adapter, ONE).reason is reason

    instance.beside = {}
    assert isinstance(ask(adapter, ONE), Found)


def test_a_second_factor_is_named(instance, adapter):
    instance.refuse(401, denial("User Not Authenticated"), {"X-MFA_TOKEN": "invalid"})

    found = failure(adapter, ONE)

    assert (found.reason, found.certain) == (Reason.CREDENTIAL_EXPIRED, True)
    assert "second factor" in found.detail


def test_without_retry_after_the_end_of_the_hour_counts(instance, adapter):
    reset = str(int(datetime.now(UTC).timestamp()) + 600)
    instance.refuse(429, OVER, {"X-RateLimit-Limit": "10", "X-RateLimit-Reset": reset})

    assert failure(adapter, ONE).retry_after == pytest.approx(600, abs=2)


def test_check_says_how_much_there_is(instance, adapter):
    assert adapter.check() == f"ServiceNow at {instance.url}, 2 records of customer_account"


def test_it_signs_in_by_user_and_password_and_keeps_no_cookie(instance, adapter):
    ask(adapter, ONE)

    pair = base64.b64encode(b"sidecar:s3cret").decode()
    assert instance.asked[0].headers["Authorization"] == f"Basic {pair}"


def test_or_by_client_credentials(instance):
    client = {"client_id": "app", "client_secret": "s3cret"}
    with plugged("servicenow", {"url": instance.url, **client}) as adapter:
        ask(adapter, ONE)

        assert instance.tokens == [{"grant_type": "client_credentials", **client}]
        assert instance.asked[1].headers["Authorization"] == "Bearer t-1"

        instance.refuse(401, {"error": "invalid_client"}, only=TOKEN)
    with plugged("servicenow", {"url": instance.url, **client}) as adapter:
        assert failure(adapter, ONE).reason is Reason.CREDENTIAL_EXPIRED


HERE = {"url": "https://acme.service-now.com"}


@pytest.mark.parametrize(
    "given",
    [
        HERE,
        HERE | {"user": "a"},
        HERE | {"user": "a", "password": "b", "client_id": "c"},
        HERE | {"user": "a", "password": "b", "by": "number^x"},
        HERE | {"user": "a", "password": "b", "tickets_table": "incident/x"},
    ],
)
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("servicenow").Settings().load(given)


def test_groups_of_one_priority_are_added_up():
    """An instance may say of `active` both `true` and `1`."""
    groups = [{"priority": "1", "count": 3}, {"priority": "1", "count": 4}]

    assert _by_priority([*groups, {"priority": None, "count": 2}]) == {"1": 7, "None": 2}
