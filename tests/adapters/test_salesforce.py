"""What the Salesforce adapter asks, and what it makes of each answer that Salesforce can give."""

from __future__ import annotations

import re

import jwt
import pytest
from context_sidecar import Found, NoMatch, Reason, Several, SourceError, plugins
from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.field import FieldType
from context_sidecar.core.parsing import parse
from context_sidecar.engine.extraction import extract
from context_sidecar_adapters.salesforce.soql import quoted
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from support import build
from support.adapters import ask, plugged
from support.salesforce import ACME, ANA, BOLT, DATA, Salesforce, account, case, contact
from support.vendor import failure


@pytest.fixture
def org(httpserver):
    return Salesforce(httpserver)


@pytest.fixture
def settings(org):
    return {"instance_url": org.url, "client_id": "app", "client_secret": "s3cret"}


@pytest.fixture
def adapter(settings):
    with plugged("salesforce", settings) as opened:
        yield opened


@pytest.fixture
def by_number(settings):
    with plugged("salesforce", settings | {"by": "ERP_Number__c"}) as opened:
        yield opened


def read(answer, path):
    return extract(build.field(path=path), answer.data)[0]


class TestAccount:
    def test_the_declared_fields_are_read_dotted_ones_from_the_related_record(self, org, adapter):
        answer = ask(adapter, ACME, names=("Tier__c", "Owner.Name", "Owner.Email"))

        assert read(answer, "Tier__c") == "ENT"
        assert read(answer, "Owner.Name") == "Olga"
        assert read(answer, "Owner.Email") is None
        assert answer.link == f"{org.url}/lightning/r/Account/{ACME}/view"

    def test_no_owner_is_a_confirmed_none(self, org, adapter):
        org.records["Account"][0]["Owner"] = None

        assert read(ask(adapter, ACME, names=("Owner.Name",)), "Owner.Name") is None

    def test_an_id_of_15_characters_is_the_one_of_18(self, adapter):
        answers = ask(adapter, ACME[:15], ACME)

        assert answers[ACME[:15]] == answers[ACME] != NoMatch()

    def test_ids_that_differ_only_in_case_are_different_accounts(self, org, adapter):
        twin = ACME[:14] + ACME[14].upper()
        org.records["Account"].append(account(twin, "C-3"))

        answers = ask(adapter, ACME, twin)

        assert [answer.data["Name"] for answer in answers.values()] == [
            "Account C-1",
            "Account C-3",
        ]

    @pytest.mark.parametrize("key", ["C-1", "001", "001A000001LbTzaIAF' OR Name != '", ""])
    def test_what_is_no_id_fails_alone(self, adapter, key):
        answers = ask(adapter, ACME, key)

        assert isinstance(answers[ACME], Found)
        assert answers[key].reason is Reason.NOT_CONFIGURED

    def test_no_such_account_is_no_match(self, adapter):
        assert ask(adapter, "001A000001LbTzzIAF") == NoMatch()

    def test_one_that_was_merged_into_another_names_it(self, org, adapter):
        master = {"MasterRecordId": BOLT, "MasterRecord": {"Name": "Bolt"}}
        org.merged = [account(ACME, "C-1") | master]
        org.records["Account"] = [one for one in org.records["Account"] if one["Id"] != ACME]

        merged = NoMatch(merged_into=f"Bolt ({BOLT})")
        assert ask(adapter, ACME) == merged
        answers = ask(adapter, ACME[:15], BOLT, "001A000001LbTzzIAF")
        assert answers[ACME[:15]] == merged
        assert isinstance(answers[BOLT], Found)
        assert answers["001A000001LbTzzIAF"] == NoMatch()
        assert ask(adapter, ACME, lookup="open_tickets") == merged

        org.hidden = {"MasterRecordId"}
        assert ask(adapter, ACME) == NoMatch()

    def test_one_that_was_deleted_names_none(self, org, adapter):
        org.merged = [account(ACME, "C-1") | {"MasterRecordId": None, "MasterRecord": None}]
        org.records["Account"] = org.records["Account"][1:]

        assert ask(adapter, ACME) == NoMatch()

    def test_any_text_field_can_be_the_key_whatever_its_case(self, by_number):
        answers = ask(by_number, "c-1", "C-2", "C-9")

        assert [answers["c-1"].data["Id"], answers["C-2"].data["Id"]] == [ACME, BOLT]
        assert answers["C-9"] == NoMatch()

    def test_two_accounts_under_one_key_are_a_doubt(self, org, by_number):
        org.records["Account"].append(account("001A000001LbTzcIAF", "C-1"))

        found = ask(by_number, "C-1")

        assert found == Several((f"Account C-1 ({ACME})", "Account C-1 (001A000001LbTzcIAF)"))

    @pytest.mark.parametrize("key", ["O'Brien", "\\", "\\'", "') OR Name LIKE ('%", "ä\n中"])
    def test_no_key_can_break_out_of_the_query(self, org, by_number, key):
        org.records["Account"].append(account("001A000001LbTzcIAF", key))

        assert ask(by_number, key).data["Id"] == "001A000001LbTzcIAF"

    def test_a_batch_is_one_call_in_the_body_of_a_composite_request(self, org, adapter):
        ids = [f"001A0000{number:07}" for number in range(200)]
        org.records["Account"] = [account(one, "C-1") for one in ids]

        ask(adapter, *ids)

        (call,) = [request for request in org.asked if request.path.startswith(DATA)]
        assert call.method == "POST"
        assert call.query_string == b""

    def test_all_pages_of_a_query_are_read(self, org, by_number):
        org.size = 1

        assert ask(by_number, "C-1", "C-2")["C-2"].data["Id"] == BOLT

    def test_more_or_fewer_rows_than_announced_are_not_believed(self, org, adapter):
        for total in (0, 5):
            org.false = {"totalSize": total}
            assert failure(adapter, ACME).reason is Reason.BAD_RESPONSE

    def test_a_row_that_was_not_asked_for_spoils_the_answer(self, org, adapter):
        """What comes of a condition that is not applied."""
        org.selected = lambda _: org.records["Account"]

        assert failure(adapter, ACME).reason is Reason.SCHEMA_CHANGED


class TestLostColumns:
    """One column that Salesforce does not know, or hides, fails a whole query: INVALID_FIELD."""

    def test_only_the_field_that_reads_it_is_without_a_value(self, org, adapter):
        org.hidden = {"Tier__c"}

        answer = ask(adapter, ACME, names=("Tier__c", "ERP_Number__c", "Owner.Name"))

        assert read(answer, "ERP_Number__c") == "C-1"
        assert read(answer, "Owner.Name") == "Olga"
        with pytest.raises(AbsentError, match="Tier__c"):
            read(answer, "Tier__c")

    def test_a_lost_column_of_a_related_record_leaves_the_others_of_it(self, org, adapter):
        org.hidden = {"Email"}

        answer = ask(adapter, ACME, names=("Owner.Name", "Owner.Email"))

        assert read(answer, "Owner.Name") == "Olga"
        with pytest.raises(AbsentError):
            read(answer, "Owner.Email")

    def test_several_are_found_one_after_the_other(self, org, adapter):
        org.hidden = {"Tier__c", "ERP_Number__c"}

        answer = ask(adapter, ACME, names=("Tier__c", "ERP_Number__c", "Ownr.Name", "Owner.Name"))

        assert read(answer, "Owner.Name") == "Olga"
        assert not answer.data.keys() & {"Tier__c", "ERP_Number__c", "Ownr"}

    def test_it_is_back_once_it_is_mended(self, org, adapter):
        org.hidden = {"Tier__c"}
        ask(adapter, ACME, names=("Tier__c",))
        org.hidden = set()

        assert read(ask(adapter, ACME, names=("Tier__c",)), "Tier__c") == "ENT"

    def test_the_column_that_holds_the_key_cannot_be_done_without(self, org, by_number):
        org.hidden = {"ERP_Number__c"}

        found = failure(by_number, "C-1")

        assert (found.reason, found.certain) == (Reason.SCHEMA_CHANGED, False)
        assert found.code == "INVALID_FIELD"
        assert "ERP_Number__c" in found.detail

    @pytest.mark.parametrize(
        "name", ["Contracts.records[0].EndDate", "Tier__c FROM User", "x)", ""]
    )
    def test_what_is_no_column_is_not_asked_for(self, org, adapter, name):
        assert ask(adapter, ACME, names=(name, "Tier__c")).data["Tier__c"] == "ENT"
        assert len(org.queries) == 2


class TestOpenOnes:
    def test_each_account_gets_its_open_cases(self, org, adapter):
        answers = ask(adapter, ACME, BOLT, lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [2, 1]
        (item,) = parse(build.field(type=FieldType.LIST), answers[BOLT].data).items
        assert (item.title, item.status, item.priority) == ("Case 3", "New", "High")
        assert item.url == f"{org.url}/lightning/r/Case/{item.id}/view"
        assert item.created_at.isoformat() == "2026-05-01T07:25:37+00:00"

    def test_an_account_without_open_cases_has_none_of_them(self, org, adapter):
        org.records["Case"] = [case(1, org.records["Account"][1])]

        assert ask(adapter, ACME, lookup="open_tickets").data == {"items": [], "total": 0}

    def test_a_case_that_comes_twice_is_not_counted_twice(self, org, adapter):
        org.records["Case"] = [case(1, org.records["Account"][0])] * 2

        assert failure(adapter, ACME, lookup="open_tickets").reason is Reason.BAD_RESPONSE

    def test_an_unknown_account_has_no_cases_to_count(self, adapter):
        assert ask(adapter, "001A000001LbTzzIAF", lookup="open_tickets") == NoMatch()

    def test_an_account_known_by_another_field_is_followed_by_it(self, by_number):
        answers = ask(by_number, "c-1", "C-2", lookup="open_tickets")

        assert [answer.data["total"] for answer in answers.values()] == [2, 1]

    def test_opportunities_have_an_amount_and_a_date(self, org, adapter):
        more = {"Name": "Renewal", "StageName": "Negotiation", "Amount": 1200.5}
        owner = org.records["Account"][0]
        org.records["Opportunity"] = [case(1, owner, **more, CloseDate="2026-12-31")]

        (item,) = ask(adapter, ACME, lookup="open_opportunities").data["items"]

        assert (item["title"], item["status"]) == ("Renewal", "Negotiation")
        assert (item["amount"], item["close_date"]) == (1200.5, "2026-12-31")

    def test_hidden_cases_never_read_as_none(self, org, adapter):
        """Salesforce leaves out what sharing hides from us: all of them, here."""
        org.records["Case"] = []

        found = failure(adapter, ACME, lookup="open_tickets")

        assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)

    def test_hidden_accounts_never_read_as_unknown_ones(self, org, adapter):
        org.records["Account"] = []

        assert failure(adapter, ACME).reason is Reason.PERMISSION_DENIED

    def test_a_hidden_object_is_a_missing_permission_or_a_missing_object(self, org, adapter):
        del org.records["Case"]

        found = failure(adapter, ACME, lookup="open_tickets")

        assert (found.reason, found.code, found.certain) == (
            Reason.PERMISSION_DENIED, "INVALID_TYPE", False,
        )  # fmt: skip


class TestAccounts:
    def test_all_are_listed_page_by_page(self, org, adapter):
        org.records["Account"] = [account(f"001A0000{n:07}IAF", f"C-{n}") for n in range(25)]
        org.size = 10

        rows = list(adapter.accounts({"ERP_Number__c", "Owner.Name"}))

        assert [row.data["ERP_Number__c"] for row in rows] == [f"C-{n}" for n in range(25)]
        assert rows[0].link.endswith("/lightning/r/Account/001A00000000000IAF/view")

    def test_a_renamed_key_lists_nothing(self, adapter):
        with pytest.raises(SourceError) as found:
            list(adapter.accounts({"Website"}))
        assert found.value.reason is Reason.SCHEMA_CHANGED

    def test_no_account_at_all_is_no_list(self, org, adapter):
        org.records["Account"] = []

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.PERMISSION_DENIED

    def test_a_list_that_ends_early_fails(self, org, adapter):
        org.false = {"totalSize": 3}

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.BAD_RESPONSE


def errors(code, message="…"):
    return [{"errorCode": code, "message": message}]


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "body", "reason"),
        [
            (403, errors("REQUEST_LIMIT_EXCEEDED"), Reason.RATE_LIMITED),
            (403, errors("API_DISABLED_FOR_ORG"), Reason.PERMISSION_DENIED),
            (403, errors("INSUFFICIENT_ACCESS"), Reason.PERMISSION_DENIED),
            (403, errors("TXN_SECURITY_METERING_ERROR"), Reason.PERMISSION_DENIED),
            (404, errors("NOT_FOUND"), Reason.ENDPOINT_GONE),
            (410, errors("UNSUPPORTED_API_VERSION"), Reason.ENDPOINT_GONE),
            (503, errors("SERVER_UNAVAILABLE"), Reason.SERVER_ERROR),
            (500, errors("QUERY_TIMEOUT"), Reason.TIMEOUT),
            (500, errors("UNKNOWN_EXCEPTION"), Reason.SERVER_ERROR),
            (503, "<html>We are down for maintenance</html>", Reason.SERVER_ERROR),
            (200, "<html>We are down for maintenance</html>", Reason.SERVER_ERROR),
            (200, "", Reason.BAD_RESPONSE),
        ],
    )
    def test_each_has_its_reason_until_it_is_mended(self, org, adapter, status, body, reason):
        ask(adapter, ACME)  # signs in
        org.refuse(status, body)

        found = failure(adapter, ACME)

        assert found.reason is reason
        assert "s3cret" not in str(found)
        assert "token-1" not in str(found)

        org.mend()
        assert isinstance(ask(adapter, ACME), Found)

    def test_the_same_inside_a_composite_answer_which_is_200(self, org, adapter):
        org.query = lambda _: (errors("REQUEST_LIMIT_EXCEEDED"), 403)
        assert failure(adapter, ACME).reason is Reason.RATE_LIMITED

        org.query = lambda _: (errors("MALFORMED_QUERY", "unexpected token: s3cret"), 400)
        found = failure(adapter, ACME)
        assert found.reason is Reason.BAD_RESPONSE
        assert "s3cret" not in str(found)

    def test_an_expired_session_is_renewed_without_a_word(self, org, adapter):
        ask(adapter, ACME)
        org.refused_tokens = {"token-1"}

        assert isinstance(ask(adapter, ACME), Found)
        assert len(org.given) == 2

    def test_a_session_refused_right_after_sign_in_is_no_certain_cause(self, org, adapter):
        org.refused_tokens = {"token-1", "token-2"}

        found = failure(adapter, ACME)

        assert (found.reason, found.code) == (Reason.CREDENTIAL_EXPIRED, "INVALID_SESSION_ID")
        assert not found.certain

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ("authentication failure", Reason.CREDENTIAL_EXPIRED),
            ("ip restricted", Reason.IP_NOT_ALLOWED),
        ],
    )
    def test_a_refused_sign_in_says_why(self, org, adapter, said, reason):
        org.refuse(400, {"error": "invalid_grant", "error_description": said})

        found = failure(adapter, ACME)

        assert (found.reason, found.code) == (reason, "invalid_grant")


class TestSignIn:
    def test_by_client_credentials(self, org, adapter):
        ask(adapter, ACME)

        (form,) = org.given
        assert form == {
            "grant_type": "client_credentials", "client_id": "app", "client_secret": "s3cret",
        }  # fmt: skip

    def test_by_a_jwt_for_a_user(self, org):
        key = rsa.generate_private_key(65537, 2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        settings = {"instance_url": org.url, "client_id": "app", "user": "sidecar@acme.example"}

        with plugged("salesforce", settings | {"private_key": pem}) as adapter:
            ask(adapter, ACME)

        (form,) = org.given
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        claims = jwt.decode(
            form["assertion"],
            key.public_key(),
            ["RS256"],
            audience="https://login.salesforce.com",
            options={"verify_exp": False, "verify_iat": False},
        )
        assert (claims["iss"], claims["sub"]) == ("app", "sidecar@acme.example")

    def test_check_says_where_we_are(self, org, adapter):
        assert adapter.check() == f"Salesforce at {org.url}, API version 62.0"

    @pytest.mark.parametrize(
        "given", [{}, {"client_secret": "s", "user": "u"}, {"user": "u"}, {"by": "Id FROM User"}]
    )
    def test_settings_that_cannot_work_are_refused(self, given):
        right = {"instance_url": "https://acme.my.salesforce.com", "client_id": "app"}

        with pytest.raises(ValidationError):
            plugins.adapter("salesforce").Settings().load(right | given)


ITS = {"account_id": ACME, "account_name": "Account C-1"}
HERS = {"requester_email": "ana@acme.example", "requester_name": "Ana Lima"}
CONTACT, CASE = "003A000001LbTzaIAF", "500A00000000001IAA"


class TestRecord:
    def test_an_account_says_which_it_is(self, adapter):
        assert adapter.record("account", ACME) == ITS
        assert adapter.record("account", ACME[:15]) == ITS

    def test_a_contact_says_who_it_is_and_of_which_account(self, org, adapter):
        acme = org.records["Account"][0]
        org.records["Contact"] = [contact(CONTACT, acme), contact("003A000001LbTzbIAF", None)]
        assert adapter.record("contact", CONTACT) == ITS | HERS
        assert adapter.record("contact", "003A000001LbTzbIAF") == HERS

    def test_a_case_says_whose_it_is_where_it_is_anybodys(self, org, adapter):
        assert adapter.record("case", CASE) == ITS
        org.records["Case"][0]["Contact"] = {"attributes": {"type": "Contact"}} | ANA
        assert adapter.record("case", CASE) == ITS | HERS

    def test_an_opportunity_says_of_which_account_it_is(self, org, adapter):
        acme = org.records["Account"][0]
        org.records["Opportunity"] = [case(1, acme, Id="006A00000000001IAA")]
        assert adapter.record("opportunity", "006A00000000001IAA") == ITS

    @pytest.mark.parametrize("id", ["500A00000000099IAA", "x", "", "'", "500A00000000001IAA' OR"])
    def test_no_such_record_is_none(self, adapter, id):
        assert adapter.record("case", id) is None

    def test_another_kind_of_record_is_not_one_of_ours(self, adapter):
        with pytest.raises(SourceError) as caught:
            adapter.record("lead", ACME)
        assert caught.value.reason is Reason.NOT_CONFIGURED

    def test_a_hidden_person_leaves_the_account_and_a_hidden_account_leaves_nothing(
        self, org, adapter
    ):
        org.hidden = {"Email"}
        assert adapter.record("case", CASE) == ITS
        org.hidden = {"AccountId"}
        with pytest.raises(SourceError) as caught:
            adapter.record("case", CASE)
        assert caught.value.reason is Reason.SCHEMA_CHANGED

    def test_hidden_records_never_read_as_none(self, org, adapter):
        org.records["Case"] = []
        with pytest.raises(SourceError) as caught:
            adapter.record("case", CASE)
        assert caught.value.reason is Reason.PERMISSION_DENIED


@given(st.text())
def test_a_quoted_text_has_one_end_and_reads_back(text):
    inside = re.fullmatch(r"'((?:\\.|[^'\\])*)'", quoted(text), re.DOTALL)

    assert inside
    assert re.sub(r"\\(.)", r"\1", inside[1], flags=re.DOTALL) == text
