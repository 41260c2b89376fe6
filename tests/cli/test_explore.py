"""`sidecar explore`: the fields of a live system, and from there to a configuration that works."""

from __future__ import annotations

import json
import os
import re
from datetime import date

import pytest
from click.testing import CliRunner
from context_sidecar.cli import explore, main
from openpyxl import Workbook
from support.salesforce import Salesforce

ENTERED = """\
number,name,website,tier,plan,Renewal on
1,Acme GmbH,acme.example,ENT,gold,2027-01-03
2,Brandt & Söhne,brandt.example,PRO,silver,2027-02-04
3,Acme Retail,acme.example,PRO,silver,2027-03-05
4,Dorn AG,dorn.example,ENT,gold,
5,Ernst KG,ernst.example,ENT,gold,2027-05-07
6,Fuchs eG,fuchs.example,PRO,silver,2027-06-08
"""
CRM = """\
  org:
    adapter: salesforce
    owner: revops
    key: name
    allow_private: true
    settings:
      instance_url: {url}
      client_id: app
      client_secret: "${{DESK_SECRET}}"
      by: ERP_Number__c
"""
HEALTH = """\
  health:
    adapter: rest
    label: Health service
    owner: revops
    allow_private: true
    settings: {{base_url: {url}, lookups: {{account: {{get: "/{{key}}"}}}}, check: {{get: /}}}}
"""
ANSWERS = ("--audience", "support", "--decision", "Whether to call")


@pytest.fixture
def customers(folder):
    file = folder / "customers.csv"
    file.write_text(ENTERED, encoding="utf-8")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    return file


@pytest.fixture
def look(sidecar, customers):
    return lambda *more, status=0: sidecar("explore", "crm", *more, status=status).stdout


def told(look, *more):
    return {one["path"]: one for one in json.loads(look("--json", *more))["fields"]}


def test_the_table_shows_types_choices_samples_and_what_is_declared(look, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    lines = look().splitlines()

    [tier] = [line.split() for line in lines if " Tier " in line]
    assert tier == ["4", "tier", "Tier", "choice,", "never", "empty", "ENT", "ENT"]
    assert any("declared: tier" in line for line in lines)
    assert "Types and choices are told from some answers; there may be others." in lines


def test_programs_are_told_the_same(look):
    found = told(look)

    assert found['"Renewal on"'] == {
        "path": '"Renewal on"', "label": "Renewal on", "type": "date", "native": "", "choices": {},
        "dialect": "", "optional": True, "filterable": None, "deprecated": False, "given": True,
        "each": False, "key": False, "declared": [],
        "samples": ["2027-01-03", "2027-02-04", "2027-03-05", "2027-05-07"],
    }  # fmt: skip
    assert found["plan"]["choices"] == {"gold": "gold", "silver": "silver"}
    assert found["tier"]["declared"] == ["tier"]


def test_no_value_of_an_account_is_shown_where_that_is_not_wanted(look):
    said = look("--no-samples")

    assert "Renewal on" in said
    assert "2027-01-03" not in said
    assert "Acme" not in said


def test_a_word_finds_names_labels_and_choices(look):
    assert told(look, "--search", "RENEW").keys() == {'"Renewal on"'}
    assert told(look, "--search", "gold").keys() == {"plan"}


def test_dates_as_people_write_them_are_declared_as_they_are_written(
    look, customers, sidecar, folder
):
    customers.write_text(
        "number,name,website,tier,until,maybe\n"
        "1,Acme GmbH,acme.example,ENT,31.12.2027,03/04/2027\n"
        "2,Brandt,brandt.example,PRO,01.02.2027,05/06/2027\n"
    )
    os.utime(customers, (1_700_000_000, 1_700_000_000))
    found = told(look)
    assert (found["until"]["type"], found["until"]["dialect"]) == ("date", "%d.%m.%Y")
    assert found["maybe"]["type"] == "text"
    [hint] = [line for line in look().splitlines() if "may be dates" in line]
    assert hint.startswith("maybe may be dates")
    assert '"%d/%m/%Y" or "%m/%d/%Y"' in hint

    look("--field", "until", *ANSWERS, "--write")
    file = folder / "sidecar.yaml"
    file.write_text(file.read_text().replace("fields: [tier]", "fields: [tier, until]"))
    sidecar("check")
    sidecar("accounts", "sync")
    card = sidecar("context", "iframe", "ticket", "7", "--key", "requester_email=a@brandt.example")
    assert "1 Feb 2027" in card.output


def test_a_day_in_a_spreadsheet_is_shown_as_the_field_will_have_it(look, sidecar, folder):
    book = Workbook()
    book.active.append(["number", "name", "website", "tier", "until"])
    book.active.append(["1", "Acme GmbH", "acme.example", "ENT", date(2027, 1, 31)])
    book.save(folder / "customers.xlsx")
    os.utime(folder / "customers.xlsx", (1_700_000_000, 1_700_000_000))
    file = folder / "sidecar.yaml"
    file.write_text(file.read_text().replace("customers.csv", "customers.xlsx"))

    until = told(look)["until"]
    assert (until["type"], until["samples"]) == ("date", ["2027-01-31"])


def test_what_was_written_passes_the_check_and_is_on_the_card(look, sidecar, folder):
    said = look("--field", "Renewal on", "--field", "plan", *ANSWERS, "--write")
    file = folder / "sidecar.yaml"
    assert "renewal_on, plan declared." in said
    file.write_text(file.read_text().replace("fields: [tier]", "fields: [tier, renewal_on, plan]"))

    sidecar("check")
    sidecar("accounts", "sync")
    card = sidecar("context", "iframe", "ticket", "7", "--key", "requester_email=a@brandt.example")
    assert "4 Feb 2027" in card.output
    assert "silver" in card.output


def test_what_nobody_answered_is_asked_for_by_the_check(look, sidecar, folder):
    before = (folder / "sidecar.yaml").read_text()
    said = look("--field", "plan", "--write")
    refused = sidecar("check", status=1).output

    for text in (said, refused):
        assert "fields.plan.audience: who is not answered, name the roles that may see it" in text
        assert "fields.plan.decision: the decision is not answered" in text
    after = (folder / "sidecar.yaml").read_text()
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert "    # decision: what does someone do differently because of it?\n" in after


def test_what_is_still_to_be_answered_keeps_nobody_from_exploring(look, folder):
    look("--field", "plan", "--write")
    look("--field", "plan", "--write")

    text = (folder / "sidecar.yaml").read_text()
    assert "  plan:\n" in text
    assert "  plan_2:\n" in text


def test_a_mistake_in_a_source_is_told(sidecar, folder):
    file = folder / "sidecar.yaml"
    file.write_text(file.read_text().replace("path: customers.csv", "pth: customers.csv"))

    assert "Did you mean `path`?" in sidecar("explore", "crm", status=1).output


def test_without_write_the_declarations_are_printed(look, folder):
    before = (folder / "sidecar.yaml").read_bytes()

    assert look("--field", "plan", *ANSWERS).startswith("plan:\n  label: Plan\n  type: choice\n")
    assert (folder / "sidecar.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--field", "teir"), "account gives no 'teir'. Did you mean `tier`?"),
        (("--lookup", "acount"), "There is no lookup 'acount' of crm. Did you mean `account`?"),
    ],
    ids=["field", "lookup"],
)
def test_the_nearest_name_is_offered(arguments, said, customers, sidecar):
    status = 1 if "--field" in arguments else 2
    assert said in sidecar("explore", "crm", *arguments, status=status).output


def test_a_word_that_nothing_has_is_told(look, sidecar):
    said = sidecar("explore", "crm", "--search", "zzz", status=1).output

    assert "No field of crm's account has 'zzz' in its path, its label or its choices." in said
    assert told(look, "--search", "zzz") == {}


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["alone", "json"])
def test_to_write_nothing_is_refused_with_what_to_say(sidecar, customers, folder, more):
    before = (folder / "sidecar.yaml").read_bytes()

    assert (
        "--write writes what --field names"
        in sidecar("explore", "crm", "--write", *more, status=2).output
    )
    assert (folder / "sidecar.yaml").read_bytes() == before


@pytest.mark.parametrize("write", [False, True], ids=["printed", "written"])
def test_declarations_are_printed_for_programs(look, folder, write):
    said = json.loads(look("--field", "plan", *ANSWERS, "--json", *["--write"][: int(write)]))

    assert said["file"] == (str(folder / "sidecar.yaml") if write else None)
    assert (said["fields"]["plan"]["label"], said["fields"]["plan"]["type"]) == ("Plan", "choice")
    assert said["fields"]["plan"]["audience"] == ["support"]
    assert ("  plan:\n" in (folder / "sidecar.yaml").read_text()) == write


def test_a_currency_that_is_none_is_refused_and_a_small_one_written_large(sidecar, customers):
    refused = sidecar("explore", "crm", "--field", "plan", "--currency", "EURO", status=2).output

    assert "'EURO' is no currency of ISO 4217, such as EUR or USD." in " ".join(refused.split())
    sidecar("explore", "crm", "--field", "plan", "--currency", "eur")


def test_a_role_that_nobody_has_is_told(sidecar, customers):
    done = sidecar("explore", "crm", "--field", "plan", "--audience", "suport")

    assert "--audience suport: no card, field or install has that role yet." in done.stderr
    assert "Did you mean `support`?" in done.stderr
    assert "--audience" not in sidecar("explore", "crm", "--field", "plan", *ANSWERS).stderr


def test_in_a_terminal_fields_are_picked_by_number(customers, sidecar, folder, monkeypatch):
    monkeypatch.setattr(explore, "_asks", lambda: True)
    done = CliRunner().invoke(
        main, ["explore", "crm"], input="5\nsupport\nWhether to call\ny\n", catch_exceptions=False
    )

    assert done.exit_code == 0
    assert "  plan:\n    label: Plan\n" in (folder / "sidecar.yaml").read_text()
    sidecar("check")


def test_the_owner_of_accounts_is_named_where_it_is_what_fails(sidecar, folder, httpserver):
    httpserver.expect_request(re.compile("/[0-9]")).respond_with_json({"score": 7})
    file = folder / "sidecar.yaml"
    source = HEALTH.format(url=httpserver.url_for("")) + "accounts:\n"
    file.write_text(file.read_text().replace("accounts:\n", source, 1))
    (folder / "customers.csv").rename(folder / "away.csv")

    refused = sidecar("explore", "health", status=1).output

    assert (
        "Error: There is no account to try health with. Customer list cannot be reached ("
        in refused
    )
    assert "customers.csv: there is no such file" in refused
    assert "Health service" not in refused
    (folder / "away.csv").rename(folder / "customers.csv")
    assert "score" in sidecar("explore", "health").output


class TestASystemThatDescribesItself:
    @pytest.fixture
    def org(self, folder, httpserver):
        org = Salesforce(httpserver)
        file = folder / "sidecar.yaml"
        text = file.read_text().replace("accounts:\n", CRM.format(url=org.url) + "accounts:\n")
        file.write_text(text.replace("key: name", "key: erp").replace(
            "{id: number, name: name, domain: website}",
            "{id: number, name: name, domain: website, erp: erp}",
        ))  # fmt: skip
        customers = folder / "customers.csv"
        customers.write_text("number,name,website,tier,erp\n1,Acme,acme.example,ENT,C-1\n")
        os.utime(customers, (1_700_000_000, 1_700_000_000))
        return org

    @pytest.fixture
    def look(self, org, sidecar):
        return lambda *more, status=0: sidecar("explore", "org", *more, status=status)

    def test_its_own_words_are_shown(self, look):
        tier = told(lambda *more: look(*more).stdout)["Tier__c"]

        assert (tier["label"], tier["native"]) == ("Tier", "picklist")
        assert tier["choices"] == {"ENT": "Enterprise", "STD": "Standard"}
        assert tier["samples"] == ["ENT"]
        owner = told(lambda *more: look(*more).stdout)["Owner.Name"]
        assert owner["samples"] == ["Olga"]

    def test_what_was_written_passes_the_check(self, look, sidecar):
        look("--field", "Tier__c", "--field", "Owner.Name", *ANSWERS, "--write")

        sidecar("check")

    def test_where_it_may_not_be_described_it_is_told_from_answers(self, org, look):
        org.refuse(403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no"}], only="describe")
        said = look().output

        assert "Its own description could not be read" in said
        assert "Types and choices are told from some answers" in said

    def test_where_it_describes_nothing_any_more_what_is_declared_is_told(self, org, look):
        """As a description does whose right was lost, and that answers all the same."""

        def doctor():
            return CliRunner().invoke(main, ["doctor", "org"], catch_exceptions=False).output

        look("--field", "Tier__c", *ANSWERS, "--write")
        assert "describes no" not in doctor()
        described, org.fields = org.fields, []

        said = " ".join(look().output.split())
        assert "It describes no field at all now, though these are declared here: tier_2." in said
        assert json.loads(look("--json").stdout)["undescribed"] == ["tier_2"]
        said = " ".join(doctor().split())
        assert "describes no field at all now, though tier_2 is declared" in said
        assert said.count("describes no") == 1

        org.fields = described
        assert "describes no field" not in look().output
        assert "describes no field" not in doctor()

    def test_where_it_does_not_answer_it_says_why(self, org, look):
        org.refuse(503, "maintenance")

        assert "Error: Salesforce has a problem of its own" in look(status=1).output

    def test_without_accounts_to_ask_about_it_is_shown_without_samples(self, look, folder):
        (folder / "customers.csv").unlink()

        said = " ".join(look().output.split())

        assert "Tier__c" in said
        assert "No samples: Customer list cannot be reached (" in said
