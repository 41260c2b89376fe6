"""What the Gainsight adapter makes of each answer that Gainsight can give."""

from __future__ import annotations

from datetime import date

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
from context_sidecar.core.parsing import parse
from marshmallow import ValidationError
from support.adapters import ask, plugged
from support.build import field, source
from support.gainsight import ACME, BOLT, DESCRIBE, QUERY, RENEWAL, Gainsight, company, error
from support.samples import sample
from support.vendor import failure


@pytest.fixture
def gainsight(httpserver):
    return Gainsight(httpserver)


@pytest.fixture
def settings(gainsight):
    return sample("gainsight").settings(gainsight.url)


@pytest.fixture
def adapter(settings):
    with plugged("gainsight", settings) as opened:
        yield opened


class TestAccount:
    def test_it_has_its_fields_labels_and_what_it_refers_to(self, gainsight, adapter):
        names = ("RenewalDate", "Stage_PicklistLabel", "Csm__gr", "Csm__gr.Name", "Note__gc")

        answer = ask(adapter, ACME, names=names)

        assert answer.data == {
            "Gsid": "1P01",
            "Name": "Company 1P01",
            "SfdcAccountId": ACME,
            "RenewalDate": RENEWAL,
            "Stage_PicklistLabel": "Adopting",
            "Csm__gr": {"Name": "Olga"},
            "Note__gc": None,
        }
        assert answer.link == f"{gainsight.url}/v1/ui/customersuccess360?cid=1P01"

    def test_its_dates_are_read_as_they_are_declared_ready(self, adapter):
        said = plugins.adapter("gainsight").ready["renewal_date"]
        declared = field(path=said["path"], dialect=said["dialect"], type=FieldType.DATE)

        data = ask(adapter, ACME, names=(said["path"],)).data

        assert parse(declared, data[said["path"]]) == date(2028, 1, 1)

    def test_a_batch_is_one_query_in_an_order(self, gainsight, adapter):
        answers = ask(adapter, ACME, BOLT)

        assert [found.data["Gsid"] for found in answers.values()] == ["1P01", "1P02"]
        [query] = gainsight.queries
        assert query["select"] == ["Gsid", "Name", "SfdcAccountId"]
        [condition] = query["where"]["conditions"]
        assert (condition["operator"], condition["value"]) == ("IN", [ACME, BOLT])
        assert query["orderBy"] == {"Gsid": "asc"}

    def test_a_field_that_is_gone_is_left_out_and_the_rest_asked_again(self, gainsight, adapter):
        data = ask(
            adapter, ACME, names=("Gone__gc", "Tier__gc", "Lost__gr.Name", "Old_PicklistLabel")
        ).data

        assert data["Tier__gc"] == "ENT"
        assert data.keys() == {"Gsid", "Name", "SfdcAccountId", "Tier__gc"}
        assert len(gainsight.asked) == 3

    def test_a_field_that_an_answer_leaves_out_is_none_only_where_there_is_one(
        self, gainsight, adapter
    ):
        gainsight.lost, names = {"Note__gc", "Tier__gc"}, ("Note__gc", "Tier__gc")
        assert ask(adapter, ACME, names=names).data["Tier__gc"] is None

        gainsight.fields = [one for one in gainsight.fields if one["fieldName"] != "Tier__gc"]
        gainsight.lenient = True
        data = ask(adapter, ACME, names=names).data
        assert "Tier__gc" not in data
        assert data["Note__gc"] is None

    def test_a_date_begins_where_the_organization_is(self, gainsight, settings):
        in_berlin = settings | {"time_zone": "Europe/Berlin"}
        gainsight.rows[0]["RenewalDate"] = 1798758000000
        with plugged("gainsight", in_berlin) as adapter:
            data = ask(adapter, ACME, names=("RenewalDate",)).data
            zone = adapter.settings["time_zone"]

        declared = field(
            type=FieldType.DATE, dialect="epoch_milliseconds", source=source(zone=zone)
        )
        assert parse(declared, data["RenewalDate"]) == date(2027, 1, 1)

    def test_a_label_that_does_not_come_is_left_out(self, gainsight, adapter):
        del gainsight.rows[0]["Stage_PicklistLabel"]

        assert "Stage_PicklistLabel" not in ask(adapter, ACME, names=("Stage_PicklistLabel",)).data

    def test_a_reference_in_another_form_is_no_empty_one(self, gainsight, adapter, monkeypatch):
        def told(data, **more):
            if isinstance(data, list):  # how it describes itself
                return {"result": True, "data": data}
            rows = [
                {name: value for name, value in row.items() if "." not in name}
                | {"Csm__gr": {"Name": "Olga"}}
                for row in data["records"]
            ]
            return {"result": True, "data": {"records": rows}}

        monkeypatch.setattr("support.gainsight.said", told)

        assert "Csm__gr" not in ask(adapter, ACME, names=("Csm__gr.Name",)).data

    def test_names_may_come_back_in_another_case(self, gainsight, adapter, monkeypatch):
        def told(data, **more):
            rows = [{name.lower(): value for name, value in row.items()} for row in data["records"]]
            return {"result": True, "data": {"records": rows}}

        monkeypatch.setattr("support.gainsight.said", told)

        assert ask(adapter, ACME, names=("Csm__gr.Name",)).data["Csm__gr"] == {"Name": "Olga"}

    def test_a_key_that_is_gone_is_a_changed_schema(self, gainsight, settings):
        with plugged("gainsight", settings | {"by": "Number__gc"}) as adapter:
            found = failure(adapter, "7")
            with pytest.raises(SourceError, match="Number__gc: renamed or deleted"):
                adapter.check()

        assert found.reason is Reason.SCHEMA_CHANGED
        assert found.detail == "Number__gc: renamed or deleted"
        assert (found.code, found.request_id) == ("GSOBJ_VCRUDR1002", "r-1")

    @pytest.mark.parametrize("none", ["empty", "refused", "failed"])
    def test_none_is_believed_once_there_are_some(self, gainsight, adapter, none):
        gainsight.none = none
        assert ask(adapter, ACME, "x")["x"] == NoMatch()
        assert ask(adapter, "x") == NoMatch()

        gainsight.rows = []
        found = failure(adapter, "x")
        assert (found.reason, found.certain) == (Reason.PERMISSION_DENIED, False)

    def test_none_is_not_believed_where_no_company_has_a_key(self, gainsight, adapter):
        gainsight.rows = [company("1P01", None)]

        assert "SfdcAccountId" in failure(adapter, "x").detail

    def test_data_may_be_the_list_itself(self, gainsight, adapter):
        gainsight.listed = True

        assert isinstance(ask(adapter, ACME), Found)

    def test_of_two_with_one_key_none_is_guessed(self, gainsight, adapter):
        gainsight.rows.append(company("1P03", ACME))

        assert ask(adapter, ACME) == Several(("Company 1P01 (1P01)", "Company 1P03 (1P03)"))

    def test_others_than_were_asked_for_are_not_believed(self, gainsight, adapter):
        gainsight.deaf = True

        assert failure(adapter, ACME).reason is Reason.SCHEMA_CHANGED

    def test_the_case_of_a_salesforce_id_counts(self, gainsight, adapter):
        gainsight.deaf, gainsight.rows = True, [company("1P01", ACME)]

        assert failure(adapter, ACME.lower()).reason is Reason.SCHEMA_CHANGED


class TestAccounts:
    @pytest.mark.parametrize("first", [0, 1])
    def test_all_pages_of_whatever_size(self, gainsight, adapter, first):
        gainsight.size, gainsight.first = 5, first
        gainsight.rows = [company(f"1P{n:02}", f"A-{n}") for n in range(12)]

        rows = list(adapter.accounts({"Tier__gc"}))

        assert [row.data["Gsid"] for row in rows] == [f"1P{n:02}" for n in range(12)]
        assert rows[0].data["Tier__gc"] == "ENT"

    def test_the_same_page_again_is_not_believed(self, gainsight, adapter):
        gainsight.first = 100

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.BAD_RESPONSE

    def test_none_at_all_is_not_believed(self, gainsight, adapter):
        gainsight.rows = []

        with pytest.raises(SourceError) as found:
            list(adapter.accounts(()))
        assert found.value.reason is Reason.PERMISSION_DENIED


class TestShape:
    def test_fields_are_described_as_a_query_gives_them(self, adapter):
        found = {one.name: one for one in adapter.shape("account").fields}

        assert found["Csm__gr.Name"].native == "LOOKUP"
        assert found["Stage_PicklistLabel"].type is FieldType.TEXT
        assert found["RenewalDate"].dialect == "epoch_milliseconds"
        assert found["Arr"].type is FieldType.MONEY
        assert found["Note__gc"].type is None
        assert found["Tier__gc"].label == "The Tier__gc"

    def test_a_refusal_is_one_here_too(self, gainsight, adapter):
        gainsight.refuse(200, error("GS_APIG_2401"), only=DESCRIBE)

        with pytest.raises(SourceError) as found:
            adapter.shape("account")
        assert found.value.reason is Reason.CREDENTIAL_EXPIRED


KEY_REFUSED = [Cause.TOKEN_REVOKED, Cause.WRONG_INSTANCE]
REFUSALS = [
    (401, error("GS_APIG_2401", "Unauthorized"), Reason.CREDENTIAL_EXPIRED, KEY_REFUSED),
    (200, error("GS_APIG_2401", "Unauthorized"), Reason.CREDENTIAL_EXPIRED, KEY_REFUSED),
    (400, error("GSOBJ_1024"), Reason.CREDENTIAL_EXPIRED, KEY_REFUSED),
    (403, error("GS_APIG_2402"), Reason.IP_NOT_ALLOWED, [Cause.ADDRESS_NOT_ALLOWED]),
    (404, error("GS_APIG_1000"), Reason.ENDPOINT_GONE, [Cause.WRONG_ADDRESS]),
    (400, {**error(None), "title": "OBJECT_NOT_FOUND"}, Reason.ENDPOINT_GONE,
     [Cause.WRONG_ADDRESS, Cause.HIDDEN]),
    (400, error("GSOBJ_1005", "…"), Reason.BAD_RESPONSE, []),
    (200, error(None), Reason.BAD_RESPONSE, []),
    (429, "", Reason.RATE_LIMITED, [Cause.BURST_LIMIT, Cause.DAILY_QUOTA]),
    (500, error("GSOBJ_1000"), Reason.SERVER_ERROR, []),
    (503, "<html>Maintenance</html>", Reason.SERVER_ERROR, []),
    (200, "<html>Log in</html>", Reason.BAD_RESPONSE, []),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "reason", "causes"), REFUSALS)
def test_each_refusal_has_its_reason_until_it_is_mended(
    gainsight, adapter, status, body, reason, causes
):
    gainsight.refuse(status, body, only=QUERY)

    found = failure(adapter, ACME)

    assert found.reason is reason
    assert list(found.possible_causes) == causes

    gainsight.mend()
    assert isinstance(ask(adapter, ACME), Found)


def test_check_says_where(gainsight, adapter):
    assert adapter.check() == f"Gainsight at {gainsight.url}"


GIVEN = {"url": "https://acme.gainsightcloud.com", "access_key": "k"}


@pytest.mark.parametrize("given", [{}, GIVEN | {"by": "a.b"}, {"access_key": "k"}])
def test_settings_that_cannot_work_are_refused(given):
    with pytest.raises(ValidationError):
        plugins.adapter("gainsight").Settings().load(given)
