"""A field changes in its system: the first card that shows it says so, and names what likely took
its place; and it is clear again once that is mended.

Each system is broken as it breaks: a column renamed in a real PostgreSQL, a field renamed in
Salesforce, a property replaced in HubSpot, a field made anew in Zendesk, one renamed in
Freshdesk and in Vitally, another header in a file.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from click.testing import CliRunner
from context_sidecar.app import open_sidecar
from context_sidecar.cli import main
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.core.record import Record
from context_sidecar.wording import answer, words
from support import postgres
from support.clock import FakeClock
from support.hubspot import HubSpot
from support.jira_site import CUSTOMER, JiraSite, issue
from support.salesforce import Salesforce
from support.samples import sample
from support.vendor import reply
from support.zendesk import Zendesk

CONFIGURATION = """\
version: 1
public_url: https://context.example.com
locale: en
time_zone: UTC
teams:
  revops: {{name: Revenue Operations, notify: ["mailto://revops@example.com"]}}
sources:
  list:
    adapter: files
    owner: revops
    settings: {{path: customers.csv, key: number, as_of: modified}}
  there:
    label: The system
    owner: revops
    key: key
    allow_private: true
{source}
accounts:
  source: list
  keys: {{id: number, name: name, domain: website, key: key}}
  refresh: 1h
  match: [{{record: requester_email, account: domain}}]
fields:
  tier:
    label: Account tier
    type: choice
    source: there
    path: {path}
    choices: {{ENT: Enterprise, STD: Standard}}
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Which queue the ticket gets
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this ticket is
    fields: [tier]
"""
PAST = (1_700_000_000, 1_700_000_000)


class Case:
    """A system with a field `tier` of a customer, which can be renamed; the customer's key there,
    the field's path, and the path that it has then."""

    key, other = "C-1", "C-2"

    def rename(self):
        raise NotImplementedError

    def restore(self):
        raise NotImplementedError

    def bring(self, code):
        """Let the customer have a code that the declared vocabulary lacks."""
        raise NotImplementedError


class InSalesforce(Case):
    path, renamed = "Tier__c", "Customer_Tier__c"

    def __init__(self, server, folder):
        self.org = Salesforce(server)
        self.source = f"""\
    adapter: salesforce
    settings: {{instance_url: "{self.org.url}", client_id: app, client_secret: s3cret,
                by: ERP_Number__c}}"""

    def rename(self):
        self.org.rename("Tier__c", "Customer_Tier__c")

    def restore(self):
        self.org.hidden.add("Customer_Tier__c")
        self.org.hidden.discard("Tier__c")
        for one in self.org.records["Account"]:
            one["Tier__c"] = one.pop("Customer_Tier__c")

    def hide(self):
        said = [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}]
        self.org.refuse(403, said, only="describe")

    def bring(self, code):
        for one in self.org.records["Account"]:
            one["Tier__c"] = code
        [tier] = [one for one in self.org.fields if one["name"] == "Tier__c"]
        tier["picklistValues"] += [{"value": code, "label": "Platinum plus", "active": True}]


class InHubSpot(Case):
    path, renamed, key, other = "tier", "customer_tier", "11", "12"

    def __init__(self, server, folder):
        self.hubspot = HubSpot(server)
        self.options = [
            {"value": "ENT", "label": "Enterprise"}, {"value": "STD", "label": "Standard"},
        ]  # fmt: skip
        told = {"type": "enumeration", "fieldType": "select", "options": self.options}
        self.hubspot.descriptions["tier"] = told | {"label": "Tier"}
        self.source = f"""\
    adapter: hubspot
    settings: {{url: "{self.hubspot.url}", token: s3cret, portal_id: "1"}}"""

    def rename(self):
        self.hubspot.rename("tier", "customer_tier")

    def restore(self):
        self.hubspot.rename("customer_tier", "tier")

    def bring(self, code):
        self.options.append({"value": code, "label": "Platinum plus"})
        for one in self.hubspot.records["companies"].values():
            one["tier"] = code


class InZendesk(Case):
    path, renamed = "organization_fields.tier", "organization_fields.customer_tier"

    def __init__(self, server, folder):
        self.zendesk = Zendesk(server)
        self.source = f"""\
    adapter: zendesk
    settings: {{url: "{self.zendesk.url}", user: agent@acme.example, api_token: s3cret}}"""

    def rename(self):
        self.zendesk.rename("tier", "customer_tier")

    def restore(self):
        self.zendesk.rename("customer_tier", "tier")

    def hide(self):
        said = {"error": "Forbidden", "description": "no"}
        self.zendesk.refuse(403, said, only="organization_fields")

    def bring(self, code):
        self.zendesk.fields[0]["custom_field_options"] += [{"value": code, "name": "Platinum plus"}]
        for one in self.zendesk.organizations:
            one["organization_fields"]["tier"] = code


class InARecipe(Case):
    """What a recipe's sample plays, which calls the field by another name from then on."""

    name = ""

    def __init__(self, server, folder):
        self.facts = sample(self.name)
        self.api = self.facts.play(server)
        self.source = f"""\
    adapter: {self.name}
    settings: {json.dumps(self.facts.settings(self.api.url))}"""

    def rename(self):
        self.api.lies.calls = {"tier": "customer_tier"}

    def restore(self):
        self.api.lies.calls = {}


class InFreshdesk(InARecipe):
    name, key, other = "freshdesk", "11", "12"
    path, renamed = "custom_fields.tier", "custom_fields.customer_tier"


class InVitally(InARecipe):
    name, key, other = "vitally", "C-11", "C-12"
    path, renamed = "traits.tier", "traits.customer_tier"

    def hide(self):
        said = {"statusCode": 403, "message": "no"}
        self.api.refuse(403, said, only="customFields")

    def bring(self, code):
        self.api.lies.calls = {"ENT": code, "Enterprise": "Platinum plus"}


class InPostgreSQL(Case):
    path, renamed = "tier", "customer_tier"

    def __init__(self, server, folder):
        self.url = postgres.new_database()
        self.run(
            """
            CREATE TABLE context (id text PRIMARY KEY,
                tier text CHECK (tier IN ('ENT', 'STD')), health integer);
            INSERT INTO context VALUES ('C-1', 'ENT', 7), ('C-2', 'STD', 7);
            """
        )
        self.source = f"""\
    adapter: sql
    settings:
      url: "{self.url}"
      lookups:
        account: {{query: "SELECT id, tier FROM context WHERE id IN :keys", key: id}}"""

    def run(self, statement):
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement)

    def rename(self):
        self.run("ALTER TABLE context RENAME tier TO customer_tier")

    def restore(self):
        self.run("ALTER TABLE context RENAME customer_tier TO tier")


class OverHttp(Case):
    """An API that describes nothing."""

    path, renamed = "tier", "customer_tier"

    def __init__(self, server, folder):
        self.row = {"id": "C-1", "tier": "ENT", "since": "2026-01-02"}
        server.expect_request("/companies/C-1").respond_with_handler(lambda _: reply(self.row))
        server.expect_request("/companies/C-2").respond_with_handler(
            lambda _: reply(self.row | {"id": "C-2"})
        )
        server.expect_request("/me").respond_with_json({"name": "Sidecar"})
        self.source = f"""\
    adapter: rest
    settings:
      base_url: {server.url_for("").rstrip("/")}
      check: {{get: /me}}
      lookups: {{account: {{get: "/companies/{{key}}", key: id}}}}"""

    def rename(self):
        self.row["customer_tier"] = self.row.pop("tier")

    def restore(self):
        self.row["tier"] = self.row.pop("customer_tier")


class InAFile(Case):
    path, renamed = "tier", "customer_tier"

    def __init__(self, server, folder):
        self.file, self.times = folder / "tiers.csv", iter(range(0, 1000, 100))
        self.write("tier")
        self.source = """\
    adapter: files
    settings: {path: tiers.csv, key: id}"""

    def write(self, column):
        rows = (f"C-{number},{'ENT' if number % 2 else 'STD'}" for number in range(1, 20))
        self.file.write_text("\n".join([f"id,{column}", *rows]) + "\n")
        when = PAST[0] + next(self.times)
        os.utime(self.file, (when, when))

    def rename(self):
        self.write("customer_tier")

    def restore(self):
        self.write("tier")


class Deployment:
    """A deployment that reads from one system, its clock in the test's hands."""

    def __init__(self, folder, case):
        self.file, self.clock = folder / "sidecar.yaml", FakeClock()
        self.file.write_text(CONFIGURATION.format(source=case.source, path=case.path))
        customers = folder / "customers.csv"
        rows = f"1,Acme,acme.example,{case.key}\n2,Bolt,bolt.example,{case.other}\n"
        customers.write_text(f"number,name,website,key\n{rows}")
        os.utime(customers, PAST)

    @contextmanager
    def running(self):
        with open_sidecar(self.file, {}, clock=self.clock) as self.sidecar:
            self.sidecar.sync()
            self.watch = self.sidecar.examination().watch(self.sidecar.cache.survey)
            self.sidecar.cache.on_change(self.watch.notice)
            yield self

    def card(self, customer="acme", after=20 * 60):
        """What the card says of a customer's tier now, the system asked anew some seconds later."""
        self.clock.forward(seconds=after)
        card = self.sidecar.configuration.cards["ticket"]
        record = Record("iframe", "ticket", "7", {"requester_email": f"ana@{customer}.example"})
        context = self.sidecar.sidecar.context(record, card, card.audience, force=True)
        [reading] = answer(context, words("en", "UTC"))["readings"]
        return reading

    def doctor(self, status=None):
        """What the doctor finds of the field; *status* is how it ends, where that tells of it."""
        arguments = ["--config", str(self.file), "doctor", "there", "--format", "json"]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert status in {done.exit_code, None}, done.output
        [there] = json.loads(done.stdout)["examined"]
        return [one for one in there["findings"] if one["about"] == "tier"]

    def accept(self, field, status=0):
        arguments = ["--config", str(self.file), "accept", field]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert done.exit_code == status, done.output
        return done.output


SYSTEMS = [
    InSalesforce,
    InHubSpot,
    InZendesk,
    InFreshdesk,
    InVitally,
    InAFile,
    OverHttp,
    pytest.param(InPostgreSQL, marks=pytest.mark.real),
]
DESCRIBED = [InSalesforce, InHubSpot, InZendesk, InVitally]
of_systems = pytest.mark.parametrize("kind", SYSTEMS)
of_described = pytest.mark.parametrize("kind", DESCRIBED)


@pytest.fixture
def case(kind, httpserver, tmp_path):
    return kind(httpserver, tmp_path)


@pytest.fixture
def deployment(case, tmp_path):
    with Deployment(tmp_path, case).running() as running:
        yield running


@of_systems
def test_a_renamed_field_is_flagged_with_its_likely_successor_until_it_is_mended(
    kind, case, deployment
):
    deployment.watch.look()
    before = deployment.card()
    assert (before["state"], before["display"], before["drift"]) == ("fresh", "Enterprise", None)

    case.rename()
    broken = deployment.card()
    assert broken["reason"] == "schema_changed"
    deployment.watch.look()
    broken = deployment.card()
    assert broken["drift"]["kind"] == "gone"
    assert broken["drift"]["name"] == case.path
    assert broken["drift"]["successor"]["path"] == case.renamed
    assert "appeared" in broken["drift"]["successor"]["because"]
    if kind is not OverHttp:  # two texts are no vocabulary
        assert "choices" in broken["drift"]["successor"]["because"]
    assert broken["drift"]["said"].startswith(f"The system has no “{case.path}” any more (since ")
    assert f"It is likely “{case.renamed}” now: it " in broken["drift"]["said"]
    assert "appeared when the other went" in broken["drift"]["said"]

    case.restore()
    mended = deployment.card()
    assert (mended["state"], mended["reason"], mended["drift"]) == ("fresh", None, None)


@of_systems
def test_the_doctor_names_the_likely_successor_until_it_is_mended(case, deployment):
    assert [one["mark"] for one in deployment.doctor(0)] == ["well"]

    case.rename()
    [gone] = deployment.doctor(1)
    assert f"`{case.path}` is gone from The system" in gone["said"]
    assert f"; `{case.renamed}` " in gone["said"]
    assert "appeared when the other went" in gone["said"]
    assert case.renamed.rpartition(".")[2] in gone["remedy"]

    case.restore()
    assert [one["mark"] for one in deployment.doctor(0)] == ["well"]


@of_described
def test_a_code_that_is_new_is_shown_raw_with_the_systems_own_words(case, deployment):
    deployment.watch.look()
    case.bring("PLAT")
    deployment.card()
    deployment.clock.forward(hours=8)
    deployment.watch.look()
    reading = deployment.card()

    assert (reading["state"], reading["raw"]) == ("invalid", "PLAT")
    assert reading["drift"]["said"] == "The system calls “PLAT” “Platinum plus”."
    listed = deployment.doctor(1)
    assert any("`PLAT` (Platinum plus)" in one["said"] for one in listed)


@pytest.mark.parametrize("kind", [InSalesforce, InZendesk, InVitally])
def test_where_the_description_may_not_be_read_answers_tell_it(case, deployment):
    case.hide()
    deployment.watch.look()
    assert deployment.card()["state"] == "fresh"

    case.rename()
    deployment.card()
    deployment.watch.look()
    reading = deployment.card()

    assert reading["reason"] == "schema_changed"
    assert reading["drift"]["kind"] == "gone"


def test_a_description_that_may_not_be_read_blocks_no_value(httpserver, tmp_path):
    case = InSalesforce(httpserver, tmp_path)
    case.hide()
    with Deployment(tmp_path, case).running() as deployment:
        deployment.watch.look()

        assert deployment.card()["state"] == "fresh"


def test_a_field_of_another_type_is_told_as_such(httpserver, tmp_path):
    case = InAFile(httpserver, tmp_path)
    with Deployment(tmp_path, case).running() as deployment:
        deployment.watch.look()
        rows = (f"C-{number},{number}" for number in range(1, 20))
        case.file.write_text("\n".join(["id,tier", *rows]) + "\n")
        os.utime(case.file, (PAST[0] + 50, PAST[0] + 50))
        deployment.clock.forward(hours=8)
        deployment.watch.look()
        reading = deployment.card()

    assert (reading["state"], reading["drift"]["kind"]) == ("invalid", "retyped")
    assert (reading["drift"]["was"], reading["drift"]["now"]) == ("choice", "number")
    assert reading["drift"]["said"].startswith("“tier” is of another type in The system (since ")


def test_of_two_that_appeared_the_one_with_the_same_values_is_named(httpserver, tmp_path):
    case = InHubSpot(httpserver, tmp_path)
    case.path = "erp_number"
    deployment = Deployment(tmp_path, case)
    text = deployment.file.read_text().replace(
        "    choices: {ENT: Enterprise, STD: Standard}\n", ""
    )
    deployment.file.write_text(text.replace("type: choice", "type: text"))
    with deployment.running():
        deployment.watch.look()
        assert {deployment.card(one)["display"] for one in ("acme", "bolt")} == {"C-Acme", "C-Bolt"}

        case.hubspot.rename("erp_number", "sap_key")
        case.hubspot.properties.add("debtor")
        for name in ("acme", "bolt"):
            deployment.card(name)
        deployment.watch.look()
        successor = deployment.card()["drift"]["successor"]

    assert successor["path"] == "sap_key"
    assert successor["because"][:2] == ["appeared", "values"]


def test_a_field_that_accounts_are_found_by_counts_for_all_that_is_read(httpserver, tmp_path):
    """An issue names its customer by a field that was made anew, with another number."""
    jira = JiraSite(httpserver)
    jira.issues = [issue(1, customer="C-1"), issue(2, customer="C-2")]
    case = Case()
    case.path, case.source = (
        "total",
        f"""\
    adapter: jira
    settings: {{url: "{jira.url}", user: a@acme.example, api_token: s3cret, projects: [SUP],
                by: customer_field, customer_field: {CUSTOMER}}}""",
    )
    deployment = Deployment(tmp_path, case)
    declared = "type: number\n    query: open_tickets"
    text = deployment.file.read_text().replace("type: choice", declared)
    deployment.file.write_text(text.replace("    choices: {ENT: Enterprise, STD: Standard}\n", ""))
    with deployment.running():
        deployment.watch.look()
        assert deployment.card()["display"] == "1"

        *others, customer = jira.fields
        severity = {"id": "customfield_10076", "name": "Severity", "schema": {"type": "string"}}
        jira.fields = [*others, customer | {"id": "customfield_10077"}, severity]
        deployment.card()
        deployment.watch.look()
        drift = deployment.card()["drift"]
        [gone] = deployment.doctor(1)

        jira.fields = [*others, customer]
        mended = deployment.card()

    assert (drift["name"], drift["successor"]["path"]) == (
        f"fields.{CUSTOMER}", "fields.customfield_10077",
    )  # fmt: skip
    assert gone["remedy"] == (
        "Accounts are found by it. If it is the same, let the settings of sources.there name "
        "`customfield_10077`."
    )
    assert (mended["display"], mended["drift"]) == ("1", None)


def test_it_is_looked_at_a_few_times_a_day_and_at_once_where_it_is_in_doubt(httpserver, tmp_path):
    case = InSalesforce(httpserver, tmp_path)

    def looks():
        return sum("describe" in request.path for request in case.org.asked)

    with Deployment(tmp_path, case).running() as deployment:
        for _ in range(60):
            deployment.watch.look()
            deployment.clock.forward(minutes=24)
        assert looks() == 4

        deployment.card()
        deployment.watch.look()
        assert looks() == 4

        case.rename()
        deployment.card()
        deployment.watch.look()
        assert looks() == 5

        for _ in range(3):  # each card is in doubt now, and what became of it is known
            deployment.card()
            deployment.watch.look()
        assert looks() == 6


def test_where_answers_show_no_types_it_is_looked_at_with_them_but_once_a_minute(
    httpserver, tmp_path
):
    case = InHubSpot(httpserver, tmp_path)

    def looks():
        return sum(request.path.endswith("properties/companies") for request in case.hubspot.asked)

    with Deployment(tmp_path, case).running() as deployment:
        for seconds in (15, 15, 40, 15, 40, 15, 15, 15):
            deployment.card(after=seconds)
            deployment.watch.look()
        before = looks()
        for _ in range(30):  # nobody asks for anything
            deployment.clock.forward(minutes=1)
            deployment.watch.look()

    assert before == 3
    assert looks() == 3


def test_nothing_is_looked_at_while_what_is_left_is_kept_for_people(httpserver, tmp_path):
    case = InSalesforce(httpserver, tmp_path)
    daily = Quota("daily", timedelta(days=1), left="x-left")
    with Deployment(tmp_path, case).running() as deployment:
        source, now = deployment.sidecar.sources["there"], deployment.clock()

        source.heard([Standing(daily, 199, 1000, now, None)])
        deployment.watch.look()
        assert case.org.asked == []

        source.heard([Standing(daily, 900, 1000, now, None)])
        deployment.watch.look()
        assert case.org.asked


def test_a_doubt_soon_after_a_look_leads_to_another(httpserver, tmp_path):
    case = InSalesforce(httpserver, tmp_path)
    with Deployment(tmp_path, case).running() as deployment:
        deployment.card()
        deployment.watch.look()
        case.rename()
        assert deployment.card(after=15)["reason"] == "schema_changed"
        deployment.watch.look()

        assert deployment.card(after=15)["drift"]["successor"]["path"] == "Customer_Tier__c"


def test_operators_are_told_once_of_what_drifts_and_of_its_end(httpserver, tmp_path, capfd):
    case = InZendesk(httpserver, tmp_path)

    def logged():
        lines = (
            json.loads(line) for line in capfd.readouterr().err.splitlines() if line[:1] == "{"
        )
        return [one for one in lines if one["event"].startswith("field_")]

    with Deployment(tmp_path, case).running() as deployment:
        deployment.watch.look()
        case.rename()
        for _ in range(2):
            deployment.card()
            deployment.clock.forward(hours=8)
            deployment.watch.look()
        [told] = logged()
        case.restore()
        deployment.clock.forward(hours=8)
        deployment.watch.look()
        [over] = logged()

    assert (told["level"], told["field"], told["kind"], told["likely"]) == (
        "warning", "tier", "gone", "organization_fields.customer_tier",
    )  # fmt: skip
    assert (over["event"], over["field"]) == ("field_as_before", "tier")


def test_what_was_seen_is_known_after_a_restart(httpserver, tmp_path):
    case = InSalesforce(httpserver, tmp_path)
    deployment = Deployment(tmp_path, case)
    with deployment.running():
        deployment.watch.look()
    case.rename()
    deployment.clock.forward(hours=8)
    with deployment.running():
        deployment.watch.look()
    with deployment.running():
        reading = deployment.card()

    assert reading["drift"]["successor"]["path"] == "Customer_Tier__c"


class Retyped(Case):
    """A system where a field becomes one of another type, and its value can be read all the same.

    Attributes:
        declared: its type in the configuration, and what more is declared of it.
        was, now: the types that its system tells, before and after.
        display: what is shown of it while all is well.
        raw: what its system says of it afterwards.
        anyhow: what is shown of that once it is accepted.
        shows: whether its value is written in another way by that, so that nobody has to look.
        described: whether the system describes its types.
    """

    shows, described = True, True
    declared = "text"
    was, now = "text", "number"
    display, raw, anyhow = "ENT", "7", "7"

    def retype(self):
        raise NotImplementedError

    def deployed(self, folder):
        deployment = Deployment(folder, self)
        text = deployment.file.read_text()
        text = text.replace("    choices: {ENT: Enterprise, STD: Standard}\n", "")
        deployment.file.write_text(text.replace("type: choice", f"type: {self.declared}"))
        return deployment


class TextInZendesk(Retyped, InZendesk):
    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.restore()

    def set(self, native, value):
        self.zendesk.fields[0] |= {"type": native, "custom_field_options": None}
        for one in self.zendesk.organizations:
            one["organization_fields"]["tier"] = value

    def retype(self):
        self.set("integer", 7)

    def restore(self):
        self.set("text", "ENT")


class TextInHubSpot(Retyped, InHubSpot):
    """Every property comes as a text."""

    shows = False
    before, after = ("string", "text", "ENT"), ("number", "number", "7")

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.restore()

    def set(self, native, field, value):
        told = {"type": native, "fieldType": field, "label": "Tier", "options": []}
        self.hubspot.descriptions["tier"] = told
        for one in self.hubspot.records["companies"].values():
            one["tier"] = value

    def retype(self):
        self.set(*self.after)

    def restore(self):
        self.set(*self.before)


class NumberInHubSpot(TextInHubSpot):
    """What it comes as is what it was, to the letter."""

    declared, was, now = "number", "number", "text"
    before, after = ("number", "number", "7"), ("string", "text", "7")
    display = "7"


class NumberInSalesforce(Retyped, InSalesforce):
    declared, was, now = "number", "number", "text"
    display = "7"

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.restore()

    def set(self, native, value):
        [tier] = [one for one in self.org.fields if one["name"] == "Tier__c"]
        tier |= {"type": native, "picklistValues": []}
        for one in self.org.records["Account"]:
            one["Tier__c"] = value

    def retype(self):
        self.set("string", "7")

    def restore(self):
        self.set("double", 7.0)


class NumberInPostgreSQL(Retyped, InPostgreSQL):
    declared, was, now = "number", "number", "text"
    display = "7"

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.run("ALTER TABLE context DROP tier; ALTER TABLE context RENAME health TO tier")

    def retype(self):
        self.run("ALTER TABLE context ALTER tier TYPE text")

    def restore(self):
        self.run("ALTER TABLE context ALTER tier TYPE integer USING tier::integer")


class TextOverHttp(Retyped, OverHttp):
    """Nobody describes it, and it comes without its quotes."""

    described = False

    def retype(self):
        self.row["tier"] = 7

    def restore(self):
        self.row["tier"] = "ENT"


class NumberOverHttp(Retyped, OverHttp):
    """Nobody describes it, and it comes as a text that is another number if it is read as one."""

    described = False
    declared, was, now = "number", "number", "text"
    display, raw, anyhow = "1,201", "1.201", "1.201"

    def __init__(self, server, folder):
        super().__init__(server, folder)
        self.restore()

    def retype(self):
        self.row["tier"] = "1.201"

    def restore(self):
        self.row["tier"] = 1201


class OptionInJira(Retyped):
    path, declared = "fields.customfield_10076[0]", "text\n    query: open_tickets"

    def __init__(self, server, folder):
        self.jira = JiraSite(server)
        self.restore()
        self.source = f"""\
    adapter: jira
    settings: {{url: "{self.jira.url}", user: a@acme.example, api_token: s3cret, projects: [SUP],
                by: customer_field, customer_field: {CUSTOMER}}}"""

    def set(self, native, value):
        others = [one for one in self.jira.fields if one["id"] != "customfield_10076"]
        tier = {"id": "customfield_10076", "name": "Tier", "schema": {"type": native}}
        self.jira.fields = [*others, tier]
        self.jira.issues = [issue(number, customer=f"C-{number}") for number in (1, 2)]
        for one in self.jira.issues:
            one["fields"]["customfield_10076"] = value

    def retype(self):
        self.set("number", 7)

    def restore(self):
        self.set("option", {"value": "ENT"})


@pytest.mark.parametrize(
    "kind",
    [
        TextInZendesk,
        TextInHubSpot,
        NumberInHubSpot,
        NumberInSalesforce,
        TextOverHttp,
        NumberOverHttp,
        OptionInJira,
        pytest.param(NumberInPostgreSQL, marks=pytest.mark.real),
    ],
)
class TestAnotherType:
    """What can be read all the same may mean something else."""

    @pytest.fixture
    def deployment(self, case, tmp_path):
        with case.deployed(tmp_path).running() as running:
            running.watch.look()
            assert running.card()["display"] == case.display
            yield running

    def test_is_marked_on_the_first_card_until_the_type_comes_back(self, case, deployment):
        case.retype()
        first = deployment.card()
        if case.shows:
            assert (first["state"], first["raw"], first["value"]) == ("invalid", case.raw, None)
            assert "which is of another type there by now" in first["message"]
        deployment.watch.look()  # ten seconds later
        marked = deployment.card(after=0)

        assert (marked["state"], marked["raw"], marked["value"]) == ("invalid", case.raw, None)
        assert "which is of another type there by now" in marked["message"]
        assert (marked["drift"]["was"], marked["drift"]["now"]) == (case.was, case.now)
        assert "is of another type in The system (since " in marked["drift"]["said"]

        case.restore()
        first = deployment.card()
        if case.shows and not case.described:
            assert (first["state"], first["display"]) == ("fresh", case.display)
        deployment.watch.look()
        mended = deployment.card(after=0)
        assert (mended["state"], mended["display"], mended["drift"]) == (
            "fresh", case.display, None,
        )  # fmt: skip

    def test_is_named_by_the_doctor_until_it_is_accepted(self, case, deployment):
        case.retype()
        found = deployment.doctor(1)[0]

        assert found["mark"] == "wrong"
        assert f" in The system, and is a {case.now} since " in found["said"]
        assert "`sidecar accept tier`" in found["remedy"]

        assert deployment.accept("tier") == "tier is right as declared.\n"
        deployment.watch.look()
        reading = deployment.card()
        assert reading["drift"] is None
        assert case.anyhow in {reading["display"], reading["raw"]}


def test_nothing_is_accepted_that_has_not_changed(httpserver, tmp_path):
    case = InZendesk(httpserver, tmp_path)
    with Deployment(tmp_path, case).running() as deployment:
        deployment.watch.look()

        assert "no field 'teir' in sidecar.yaml. Did you mean `tier`?" in deployment.accept(
            "teir", 2
        )
        assert "known to have changed" in deployment.accept("tier", 1)
