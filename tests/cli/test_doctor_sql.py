"""`sidecar doctor` where a database's columns are not those that fields are read from: it says
which there are, and which of them is likely meant."""

from __future__ import annotations

import sqlite3

import pytest
from click.testing import CliRunner
from context_sidecar.cli import main

CONFIGURATION = """\
version: 1
public_url: http://localhost:8710
locale: en
time_zone: UTC
teams:
  revops: {{name: Revenue Operations, notify: ["mailto://revops@example.com"]}}
sources:
  warehouse:
    adapter: sql
    owner: revops
    settings:
      url: sqlite:///warehouse.db
      lookups:
        account:
          query: "SELECT {columns} FROM context WHERE account_id IN :keys"
          key: account_id
      accounts: {{query: "SELECT account_id, name FROM context"}}
accounts:
  source: warehouse
  keys: {{id: account_id, name: name}}
  refresh: 1h
  match: [{{record: customer_number, account: id}}]
fields:
  tier:
    label: Tier
    type: choice
    source: warehouse
    path: tier
    choices: {{ENT: Enterprise, STD: Standard}}
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Which queue
  renewal:
    label: Renewal
    type: date
    source: warehouse
    path: renewal
    stale_after: 1d
    expire_after: 14d
    audience: [support]
    decision: Whether to call
cards:
  ticket:
    title: Customer
    where: [iframe/ticket]
    audience: support
    decision: How urgent this is
    fields: [tier, renewal]
"""


@pytest.fixture
def database(tmp_path):
    """Runs a statement in the warehouse."""

    def run(statement):
        with sqlite3.connect(tmp_path / "warehouse.db") as connection:
            connection.execute(statement)

    run("CREATE TABLE context (account_id TEXT, name TEXT, tier TEXT "
        "CHECK (tier IN ('ENT', 'STD')), renewal TEXT)")  # fmt: skip
    run("INSERT INTO context VALUES ('1', 'Acme', 'ENT', '2027-01-01')")
    return run


@pytest.fixture
def doctor(tmp_path, database):
    """Examines it, read by a query for these columns."""

    def run(columns, status=0):
        file = tmp_path / "sidecar.yaml"
        file.write_text(CONFIGURATION.format(columns=columns))
        arguments = ["--config", str(file), "doctor", "warehouse"]
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
        assert done.exit_code == status, done.output
        return done.output

    return run


def rename(database, column):
    database(f"ALTER TABLE context RENAME COLUMN tier TO {column}")


def test_a_column_that_the_query_leaves_out_is_said_to_be_there(doctor):
    said = doctor("account_id, renewal", status=1)

    assert "✗ tier: there is no `tier` in the answer, though Warehouse has it." in said
    assert "Let the query of warehouse.account give `tier`." in said
    assert "✗" not in doctor("account_id, tier, renewal")


def test_where_none_is_alike_all_columns_are_listed(doctor, database):
    database("ALTER TABLE context DROP COLUMN tier")

    said = doctor("account_id, renewal", status=1)

    assert "Known: account_id, name, renewal. A field was renamed, removed or hidden" in said


@pytest.mark.parametrize("columns", ["*", "account_id, renewal"])
def test_the_column_with_the_same_vocabulary_is_likely_meant(doctor, database, columns):
    rename(database, "service_level")

    said = doctor(columns, status=1)

    assert "✗ tier: there is no `tier` in the answer." in said
    assert "Did you mean `service_level`?" in said
    asked_for = "Then let the query of warehouse.account give it." in said
    assert asked_for == (columns != "*")


def test_a_query_that_fails_says_which_columns_there_are_and_which_is_meant(doctor, database):
    rename(database, "service_level")

    said = doctor("account_id, tier, renewal", status=1)

    assert "no such column: tier" in said
    assert "? account: Warehouse has account_id, name, service_level, renewal there." in said
    assert "`tier` may be `service_level` now." in said


def test_what_was_seen_to_go_is_told_with_its_successor_and_once(doctor, database):
    doctor("account_id, tier, renewal")
    rename(database, "service_level")

    said = doctor("account_id, tier, renewal", status=1)

    assert "✗ tier: `tier` is gone from Warehouse" in said
    assert "`service_level` appeared when the other went and has the same choices." in said
    assert "may be" not in said
    database("ALTER TABLE context RENAME COLUMN service_level TO tier")
    assert "✗" not in doctor("account_id, tier, renewal")


def test_a_key_that_the_query_does_not_give_is_told_with_what_it_gives(doctor):
    said = doctor("name, tier, renewal", status=1)

    assert "the query gives no column account_id, but name, tier, renewal" in said
