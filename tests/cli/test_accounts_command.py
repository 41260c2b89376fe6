"""`sidecar accounts`, as an admin uses it: against a real database that owns the accounts."""

import sqlite3

import pytest
from click.testing import CliRunner
from context_sidecar.cli import main

CONFIGURATION = """
version: 1
public_url: https://context.example.com
locale: en
time_zone: Europe/Berlin
teams: {revops: {name: Revenue Operations, notify: ["mailto://revops@example.com"]}}
sources:
  crm:
    adapter: sql
    label: CRM
    owner: revops
    settings:
      url: sqlite:///crm.db
      lookups: {account: {query: "SELECT id, tier FROM customers WHERE id IN :keys", key: id}}
      accounts: {query: "SELECT id, name, website, erp FROM customers"}
accounts:
  source: crm
  keys: {id: id, name: name, domain: website, erp_number: erp}
  refresh: 1h
  match: [{record: organization, account: erp_number}, {record: requester_email, account: domain}]
fields:
  tier:
    label: Tier
    type: text
    source: crm
    path: tier
    stale_after: 1h
    expire_after: 1d
    on_failure: show_stale
    audience: [support]
    decision: Which queue
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this is
    fields: [tier]
installs:
  portal:
    host: iframe
    origin: https://portal.example.com
    roles: [support]
    settings: {secret: "a-secret-of-at-least-thirty-two-characters"}
"""


class Crm:
    """The database that owns the accounts, in an admin's hands."""

    def __init__(self, file):
        self.database = sqlite3.connect(file, isolation_level=None)
        self.database.execute(
            "CREATE TABLE customers (id TEXT, name TEXT, website TEXT, erp TEXT, tier TEXT)"
        )

    def add(self, *row):
        self.database.execute("INSERT INTO customers VALUES (?, ?, ?, ?, 'ENT')", row)

    def run(self, statement):
        self.database.execute(statement)


@pytest.fixture
def crm(tmp_path):
    crm = Crm(tmp_path / "crm.db")
    crm.add("1", "Acme GmbH", "https://acme.example/", "K-1")
    crm.add("2", "Globex", "globex.example", "K-2")
    crm.add("3", "Twin GmbH", "twin.example", None)
    crm.add("4", "Twin AG", "twin.example", None)
    yield crm
    crm.database.close()


@pytest.fixture
def accounts(tmp_path, crm, monkeypatch):
    """Run `sidecar accounts …` and return how it ended and what it said."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sidecar.yaml").write_text(CONFIGURATION)

    def run(*arguments):
        result = CliRunner().invoke(main, ["accounts", *arguments], catch_exceptions=False)
        return result.exit_code, result.output

    return run


def test_sync_says_what_was_found_and_what_was_not(accounts, crm):
    crm.add(None, "Nobody", None, None)
    crm.add("1", "Acme again", None, None)
    crm.add("5", None, "five.example", None)
    code, said = accounts("sync")
    assert code == 0
    assert "Accounts in CRM: 5; before: 0." in said
    assert "domain: 5\n" in said
    assert "erp_number: 2, 3 without" in said
    assert "Rows without an id, left out: 1." in said
    assert "found by all: 1 (1)." in said
    assert "Accounts without a name, called by their id: 1." in said


def test_sync_that_fails_says_why_and_that_nothing_changed(accounts, crm):
    accounts("sync")
    crm.run("ALTER TABLE customers RENAME COLUMN website TO homepage")
    code, said = accounts("sync")
    assert code == 1
    assert "schema_changed" in said
    assert "The directory stays as it was, accounts in it: 4." in said
    assert accounts("find", "domain", "acme.example")[0] == 0


def test_sync_does_not_believe_a_list_that_shrank_unless_told_to(accounts, crm):
    accounts("sync")
    crm.run("DELETE FROM customers WHERE id <> '1'")
    code, said = accounts("sync")
    assert code == 1
    assert "Accounts in CRM: 1, less than half of those known." in said
    code, said = accounts("sync", "--believe")
    assert code == 0
    assert "Accounts in CRM: 1; before: 4." in said


def test_sync_does_not_believe_an_empty_list_unless_told_to(accounts, crm):
    crm.run("DELETE FROM customers")
    code, said = accounts("sync")
    assert code == 1
    assert "CRM lists no accounts. The directory stays as it was, accounts in it: 0." in said
    code, said = accounts("sync", "--believe")
    assert code == 0
    assert "Accounts in CRM: 0; before: 0." in said


def test_list_shows_accounts_and_how_many_there_are(accounts):
    assert "Nothing has been read yet" in accounts("list")[1]
    accounts("sync")
    code, said = accounts("list", "--first", "2")
    assert code == 0
    assert "Acme GmbH" in said
    assert "domain: acme.example" in said
    assert "erp_number: K-1" in said
    assert "Twin" not in said
    assert "2 of 4 accounts." in said


def test_find_takes_a_key_however_it_is_written(accounts):
    accounts("sync")
    assert "Acme GmbH" in accounts("find", "erp_number", " k-1 ")[1]
    assert "Acme GmbH" in accounts("find", "domain", "https://www.acme.example/x")[1]
    code, said = accounts("find", "erp_number", "K-9")
    assert (code, said) == (1, "Error: No account has the erp_number 'k-9'.\n")


def test_find_says_why_a_value_identifies_nobody(accounts):
    accounts("sync")
    code, said = accounts("find", "domain", "ana@gmail.com")
    assert code == 1
    assert "free mail" in said


def test_find_names_the_keys_that_there_are(accounts):
    code, said = accounts("find", "website", "acme.example")
    assert code == 2
    assert "There are: id, name, domain, erp_number." in said


def test_match_explains_itself_rule_by_rule(accounts):
    accounts("sync")
    code, said = accounts(
        "match", "iframe", "ticket", "1", "organization=K-9", "requester_email=ana@acme.example"
    )
    assert code == 0
    assert said.splitlines() == [
        "  organization 'K-9': 0 with the erp_number 'k-9'.",
        "  requester_email 'ana@acme.example': 1 with the domain 'acme.example'.",
        "It is Acme GmbH (1), by domain.",
    ]


def test_match_names_several_and_guesses_none(accounts):
    accounts("sync")
    code, said = accounts("match", "iframe", "ticket", "1", "requester_email=x@twin.example")
    assert code == 1
    assert "  organization: the record does not say." in said
    assert "none is guessed: Twin GmbH (3), Twin AG (4)." in said


def test_match_says_of_a_rule_for_another_tool_that_it_is_not_meant(accounts, tmp_path):
    rules = CONFIGURATION.replace("account: erp_number}", "account: erp_number, host: zendesk}")
    (tmp_path / "sidecar.yaml").write_text(rules)
    accounts("sync")

    code, said = accounts("match", "iframe", "ticket", "1", "organization=K-1")
    assert code == 1
    assert "  organization: only of records in zendesk.\n" in said

    assert (
        "It is Acme GmbH (1)" in accounts("match", "zendesk", "ticket", "1", "organization=K-1")[1]
    )


def test_match_says_that_it_cannot_be_said_before_anything_was_read(accounts):
    code, said = accounts("match", "iframe", "ticket", "1", "requester_email=x@acme.example")
    assert code == 1
    assert "It cannot be said: CRM has not answered yet." in said


def test_accounts_of_another_system_are_nobody_until_they_were_read_there(accounts, tmp_path):
    """The system is exchanged between two starts; its customers have the same numbers."""
    accounts("sync")
    other = Crm(tmp_path / "other.db")
    other.add("1", "Zenith AG", "acme.example", "K-1")
    asked = ("match", "iframe", "ticket", "1", "organization=K-1")

    (tmp_path / "sidecar.yaml").write_text(CONFIGURATION.replace("crm.db", "other.db"))
    code, said = accounts(*asked)
    assert code == 1
    assert "It cannot be said: CRM has not answered yet." in said
    assert "Acme" not in said
    assert "Nothing has been read yet" in accounts("list")[1]

    assert "Accounts in CRM: 1; before: 0." in accounts("sync")[1]
    assert "It is Zenith AG (1), by erp_number." in accounts(*asked)[1]
    other.database.close()


def test_match_of_a_record_that_says_nothing(accounts):
    accounts("sync")
    code, said = accounts("match", "iframe", "ticket", "1")
    assert code == 1
    assert "The record says nothing about its customer." in said
    assert "No account was found." in said


def test_match_takes_pairs_only(accounts):
    code, said = accounts("match", "iframe", "ticket", "1", "acme")
    assert (code, said) == (1, "Error: 'acme' is not NAME=VALUE.\n")
