"""`sidecar sources`: what can be read from, told by what is installed itself."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from context_sidecar import plugins
from context_sidecar.cli import main


@pytest.fixture
def sources(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments, status=0):
        done = CliRunner().invoke(main, ["sources", *arguments], catch_exceptions=False)
        assert done.exit_code == status, done.output
        return done.output

    return run


def row(output, name):
    [line] = [line for line in output.splitlines() if line.startswith(f"{name} ")]
    return " ".join(line.split())


def test_every_adapter_and_recipe_is_listed_with_its_family_and_what_it_gives(sources):
    said = sources()

    for name in plugins.names(plugins.ADAPTERS):
        assert row(said, name)
    assert row(said, "salesforce") == (
        "salesforce CRM code account (200), open_opportunities (50), open_tickets (50), "
        "list of accounts, keys of records"
    )
    assert row(said, "vitally") == ("vitally customer success recipe account (1), list of accounts")
    assert row(said, "sql").endswith("code what is declared, list of accounts")


def test_one_is_told_in_full(sources):
    said = sources("zendesk")

    for part in ("Auth  ", "Limits  ", "Quirks  ", "account (100 in a call)", "open_tickets"):
        assert part in said
    assert "url (address, required)\n      Address of Zendesk" in said
    assert 'by (one of external_id, id, default "external_id")' in said


@pytest.mark.parametrize("name", plugins.names(plugins.ADAPTERS))
def test_each_of_its_parts_is_told_by_itself(name, sources):
    said = sources(name)

    parts = [line.partition("  ")[0] for line in said.splitlines() if "  " in line.lstrip()]
    told = [part for part in parts if part in {"Auth", "Scope", "Limits", "Quirks"}]
    assert told == ["Auth", "Scope", "Limits", "Quirks"]


def test_programs_are_told_the_same(sources):
    listed = {one["name"]: one for one in json.loads(sources("--json"))}
    assert listed.keys() == plugins.names(plugins.ADAPTERS).keys()

    stripe = json.loads(sources("stripe", "--json"))
    assert stripe == listed["stripe"]
    assert stripe["family"] == "ERP and billing"
    assert [one["lookup"] for one in stripe["lookups"]] == [
        "account", "overdue_invoices", "subscriptions",
    ]  # fmt: skip
    [mode] = [one for one in stripe["settings"] if one["name"] == "mode"]
    assert (mode["kind"], mode["choices"], mode["default"]) == ("text", ["live", "test"], '"live"')


def test_the_nearest_name_is_offered_for_one_that_is_not_there(sources):
    assert "There is no adapter 'sales-force'. Did you mean `salesforce`?" in sources(
        "sales-force", status=2
    )
