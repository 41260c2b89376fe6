"""What systems say of their own fields, read over real HTTP and from real databases and files."""

from __future__ import annotations

import os
import sqlite3

import duckdb
import psycopg
import pytest
from context_sidecar import FieldType, Reason, ShapeField, SourceError
from support import intercom, postgres
from support.adapters import plugged
from support.hubspot import HubSpot
from support.intercom import Intercom
from support.salesforce import Salesforce, described
from support.zendesk import Zendesk, field

LOGIN = {"user": "agent@acme.example", "api_token": "s3cret"}


def fields(adapter, lookup="account"):
    return {one.name: one for one in adapter.shape(lookup).fields}


class TestSalesforce:
    @pytest.fixture
    def org(self, httpserver):
        return Salesforce(httpserver)

    @pytest.fixture
    def adapter(self, org):
        settings = {"instance_url": org.url, "client_id": "app", "client_secret": "s3cret"}
        with plugged("salesforce", settings) as adapter:
            yield adapter

    def test_a_picklist_is_a_choice_with_its_labels(self, adapter):
        assert fields(adapter)["Tier__c"] == ShapeField(
            ("Tier__c",), FieldType.CHOICE, "Tier", "picklist",
            {"ENT": "Enterprise", "STD": "Standard"}, optional=True, filterable=True,
        )  # fmt: skip

    def test_a_reference_gives_the_name_of_what_it_refers_to(self, adapter):
        owner = fields(adapter)["Owner.Name"]

        assert (owner.path, owner.type, owner.label) == (
            "Owner.Name",
            FieldType.TEXT,
            "Owner: name",
        )

    def test_a_compound_field_is_none_of_our_types(self, adapter):
        assert fields(adapter)["BillingAddress"].type is None

    def test_an_amount_names_its_currency_where_the_org_has_several(self, org, adapter):
        org.fields.append(described("ARR__c", "currency"))
        assert (fields(adapter)["ARR__c"].type, fields(adapter)["ARR__c"].currency) == (
            FieldType.MONEY, (),
        )  # fmt: skip

        org.fields.append(described("CurrencyIsoCode", "picklist", EUR="Euro"))
        assert fields(adapter)["ARR__c"].currency == ("CurrencyIsoCode",)

    def test_a_field_that_is_hidden_from_our_user_is_not_there(self, org, adapter):
        org.hidden.add("Tier__c")

        assert "Tier__c" not in fields(adapter)

    def test_lists_of_ours_are_not_described(self, adapter):
        assert adapter.shape("open_tickets") is None

    def test_what_may_not_be_described_is_refused(self, org, adapter):
        org.refuse(403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}], only="describe")
        with pytest.raises(SourceError) as refused:
            adapter.shape("account")
        assert refused.value.reason is Reason.PERMISSION_DENIED


class TestHubSpot:
    @pytest.fixture
    def hubspot(self, httpserver):
        return HubSpot(httpserver)

    @pytest.fixture
    def adapter(self, hubspot):
        with plugged(
            "hubspot", {"url": hubspot.url, "token": "s3cret", "portal_id": "1"}
        ) as adapter:
            yield adapter

    def describe(self, hubspot, **told):
        hubspot.descriptions["tier"] = told

    def test_one_option_is_a_choice_and_several_are_a_text(self, hubspot, adapter):
        options = [
            {"value": "ENT", "label": "Enterprise", "hidden": False},
            {"value": "OLD", "label": "Legacy", "hidden": True},
        ]
        self.describe(hubspot, type="enumeration", fieldType="select", options=options)
        tier = fields(adapter)["tier"]
        assert (tier.type, tier.choices) == (
            FieldType.CHOICE, {"ENT": "Enterprise", "OLD": "Legacy"},
        )  # fmt: skip

        self.describe(hubspot, type="enumeration", fieldType="checkbox", options=options)
        tier = fields(adapter)["tier"]
        assert (tier.type, tier.choices) == (FieldType.TEXT, {})

    @pytest.mark.parametrize(
        ("told", "type"),
        [
            ({"type": "number", "fieldType": "number"}, FieldType.NUMBER),
            (
                {"type": "number", "fieldType": "number", "showCurrencySymbol": True},
                FieldType.MONEY,
            ),
            ({"type": "date", "fieldType": "date"}, FieldType.DATE),
            ({"type": "datetime", "fieldType": "date"}, FieldType.DATETIME),
            ({"type": "bool", "fieldType": "booleancheckbox"}, FieldType.BOOLEAN),
            ({"type": "object_coordinates", "fieldType": "text"}, None),
        ],
        ids=str,
    )
    def test_a_type_of_theirs_is_one_of_ours(self, told, type, hubspot, adapter):
        self.describe(hubspot, **told)

        assert fields(adapter)["tier"].type is type

    def test_an_amount_names_the_property_of_its_currency(self, hubspot, adapter):
        told = {"showCurrencySymbol": True, "currencyPropertyName": "deal_currency_code"}
        self.describe(hubspot, type="number", fieldType="number", **told)

        assert fields(adapter)["tier"].currency == ("deal_currency_code",)

    def test_what_is_hidden_is_deprecated_and_what_is_archived_is_gone(self, hubspot, adapter):
        self.describe(hubspot, hidden=True)
        assert fields(adapter)["tier"].deprecated

        self.describe(hubspot, archived=True)
        assert "tier" not in fields(adapter)

    def test_the_owner_is_there_too(self, adapter):
        assert fields(adapter)["owner"].type is FieldType.PERSON


class TestZendesk:
    @pytest.fixture
    def zendesk(self, httpserver):
        return Zendesk(httpserver)

    @pytest.fixture
    def adapter(self, zendesk):
        with plugged("zendesk", {"url": zendesk.url, **LOGIN}) as adapter:
            yield adapter

    def test_a_drop_down_is_a_choice_below_the_fields_of_organizations(self, adapter):
        tier = fields(adapter)["organization_fields.tier"]

        assert (tier.path, tier.type, tier.label, tier.choices) == (
            "organization_fields.tier", FieldType.CHOICE, "Tier",
            {"ENT": "Enterprise", "STD": "Standard"},
        )  # fmt: skip

    def test_what_every_organization_has_is_there(self, adapter):
        assert fields(adapter)["created_at"].type is FieldType.DATETIME

    def test_every_page_is_read(self, zendesk, adapter):
        zendesk.fields = [field(f"f{number}") for number in range(130)]

        assert "organization_fields.f129" in fields(adapter)

    def test_a_deactivated_field_is_deprecated(self, zendesk, adapter):
        zendesk.fields[0]["active"] = False

        assert fields(adapter)["organization_fields.tier"].deprecated


class TestIntercom:
    @pytest.fixture
    def workspace(self, httpserver):
        return Intercom(httpserver)

    def test_attributes_are_read_by_their_full_names(self, workspace):
        workspace.attributes += [
            intercom.attribute("remote_created_at", data_type="date"),
            intercom.attribute("custom_attributes.plan", options=["gold", "silver"]),
            intercom.attribute("custom_attributes.old", archived=True),
        ]
        with plugged("intercom", {"url": workspace.url, "token": "s3cret"}) as adapter:
            found = fields(adapter)

        created, plan = found["remote_created_at"], found["custom_attributes.plan"]
        assert (created.type, created.dialect) == (FieldType.DATETIME, "epoch_seconds")
        assert (plan.path, plan.type, set(plan.choices)) == (
            "custom_attributes.plan", FieldType.CHOICE, {"gold", "silver"},
        )  # fmt: skip
        assert "custom_attributes.old" not in found


def database(url, query, **more):
    lookup = {"query": query, "key": "id", **more}
    return plugged("sql", {"url": url, "lookups": {"account": lookup}})


@pytest.fixture(scope="module")
def warehouse():
    url = postgres.new_database()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(
            """
            CREATE TYPE plan AS ENUM ('gold', 'silver');
            CREATE TABLE regions (code text PRIMARY KEY, name text);
            INSERT INTO regions VALUES ('EU', 'Europe'), ('US', 'United States');
            CREATE TABLE customers (
                id text PRIMARY KEY,
                tier text CHECK (tier IN ('ENT', 'STD')),
                plan plan NOT NULL,
                region text REFERENCES regions (code),
                arr numeric,
                renewal date,
                seen timestamptz,
                paying boolean,
                raw jsonb
            );
            COMMENT ON COLUMN customers.renewal IS 'When it renews';
            """
        )
    return url


@pytest.mark.real
class TestPostgreSQL:
    SELECT = "SELECT c.id, c.tier, plan, c.arr * 2 AS twice FROM customers c WHERE c.id IN :keys"

    def test_columns_have_their_types_and_vocabularies(self, warehouse):
        with database(warehouse, self.SELECT) as adapter:
            found = fields(adapter)

        assert {name: one.type for name, one in found.items()} == {
            "id": FieldType.TEXT, "tier": FieldType.CHOICE, "plan": FieldType.CHOICE,
            "twice": FieldType.NUMBER, "region": FieldType.CHOICE, "arr": FieldType.NUMBER,
            "renewal": FieldType.DATE, "seen": FieldType.DATETIME, "paying": FieldType.BOOLEAN,
            "raw": None,
        }  # fmt: skip
        assert found["tier"].choices == {"ENT": "ENT", "STD": "STD"}
        assert found["plan"].choices == {"gold": "gold", "silver": "silver"}
        assert found["region"].choices == {"EU": "Europe", "US": "United States"}
        assert (found["renewal"].label, found["plan"].optional) == ("When it renews", False)

    def test_a_column_that_the_query_does_not_name_is_not_given(self, warehouse):
        with database(warehouse, self.SELECT) as adapter:
            given = {name for name, one in fields(adapter).items() if one.given}

        assert given == {"id", "tier", "plan", "twice"}

    def test_a_query_that_broke_still_shows_what_its_tables_have(self, warehouse):
        broken = "SELECT id, level FROM customers WHERE id IN :keys"
        with database(warehouse, broken) as adapter:
            found = fields(adapter)

        assert "level" not in found
        assert not any(one.given for one in found.values())
        assert found["tier"].choices == {"ENT": "ENT", "STD": "STD"}

    def test_a_list_of_rows_is_not_described(self, warehouse):
        with database(warehouse, self.SELECT, many="list") as adapter:
            assert adapter.shape("account") is None

    def test_a_database_that_is_not_there_is_unreachable(self):
        nowhere = "postgresql+psycopg://reader@127.0.0.1:1/none"
        with database(nowhere, self.SELECT) as adapter, pytest.raises(SourceError) as failed:
            adapter.shape("account")
        assert failed.value.reason is Reason.UNREACHABLE


def test_sqlite_tells_its_columns_checks_and_keys(tmp_path):
    with sqlite3.connect(tmp_path / "warehouse.db") as connection:
        connection.executescript(
            """
            CREATE TABLE regions (code TEXT PRIMARY KEY, name TEXT);
            INSERT INTO regions VALUES ('EU', 'Europe');
            CREATE TABLE customers (
                id TEXT, tier TEXT CHECK (tier IN ('ENT', 'it''s')), paying BOOLEAN,
                region TEXT REFERENCES regions (code)
            );
            """
        )
    connection.close()
    url = f"sqlite:///{tmp_path / 'warehouse.db'}"
    with database(url, "SELECT * FROM customers WHERE id IN :keys") as adapter:
        found = fields(adapter)

    assert found["tier"].choices == {"ENT": "ENT", "it's": "it's"}
    assert found["region"].choices == {"EU": "Europe"}
    assert (found["paying"].type, found["paying"].dialect) == (FieldType.BOOLEAN, "digits")


def test_duckdb_tells_its_columns_checks_and_keys(tmp_path):
    file = str(tmp_path / "warehouse.duckdb")
    with duckdb.connect(file) as connection:
        connection.execute(
            """
            CREATE TYPE plan AS ENUM ('gold', 'silver');
            CREATE TABLE regions (code text PRIMARY KEY, name text);
            INSERT INTO regions VALUES ('EU', 'Europe');
            CREATE TABLE customers (id text, tier text CHECK (tier IN ('ENT', 'STD')), plan plan,
                region text REFERENCES regions (code), arr decimal(10, 2), tags text[]);
            """
        )
    with database(
        f"duckdb:///{file}", "SELECT id, tier FROM customers WHERE id IN :keys"
    ) as adapter:
        found = fields(adapter)

    assert {name: (one.type, dict(one.choices), one.given) for name, one in found.items()} == {
        "id": (FieldType.TEXT, {}, True),
        "tier": (FieldType.CHOICE, {"ENT": "ENT", "STD": "STD"}, True),
        "plan": (FieldType.CHOICE, {"gold": "gold", "silver": "silver"}, False),
        "region": (FieldType.CHOICE, {"EU": "Europe"}, False),
        "arr": (FieldType.NUMBER, {}, False),
        "tags": (FieldType.LIST, {}, False),
    }


def test_a_file_is_told_by_its_rows(tmp_path):
    file = tmp_path / "customers.csv"
    rows = (f"C-{number},{'ENT' if number % 2 else 'STD'},2027-01-03" for number in range(20))
    file.write_text("id,tier,Renewal on\n" + "\n".join(rows) + "\n")
    os.utime(file, (0, 1_767_225_600))
    lookups = {"account": {"many": "one"}, "all": {"many": "list"}}
    with plugged("files", {"path": str(file), "key": "id", "lookups": lookups}) as adapter:
        found, listed = adapter.shape("account"), adapter.shape("all")

    assert found.inferred
    assert [(one.path, one.type) for one in found.fields] == [
        ("id", FieldType.TEXT), ("tier", FieldType.CHOICE), ('"Renewal on"', FieldType.DATE),
    ]  # fmt: skip
    assert [(one.path, one.type) for one in listed.fields] == [("@", FieldType.LIST)]
