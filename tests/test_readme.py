"""What the README promises a newcomer is tried as it stands there."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from textwrap import dedent
from typing import Any
from unittest.mock import Mock

import pytest
from click.testing import CliRunner
from context_sidecar import Change, Delivery, Found, NoMatch, Reason, SourceError, plugins
from context_sidecar.cli import main
from context_sidecar.config import load
from support.adapters import opened
from support.deliveries import SIGNERS
from werkzeug import Response

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")

ALL = "1000"
"""How many a recipe declares that reads a list of all."""


def block(language):
    """The first block of code in *language*."""
    found = re.search(rf"^ *```{language}\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)
    assert found
    return dedent(found[1])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "customers.csv").write_text(block("csv"))
    (tmp_path / "sidecar.yaml").write_text(
        block("yaml").replace("as_of: modified", "as_of: modified, settle: 0s")
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HELPDESK_SECRET", "0123456789abcdef" * 4)
    return tmp_path


def commands():
    lines = re.findall(
        r"^ *\$ (sidecar (?:check|doctor|accounts|context).*)$", README, re.MULTILINE
    )
    assert len(lines) == 4
    return [line.split()[1:] for line in lines]


def test_the_ten_minute_path_ends_with_a_card(folder):
    outputs = []
    for command in commands():
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, (command, result.output)
        outputs.append(result.output)

    assert "Acme GmbH" in outputs[-1]
    assert "Enterprise" in outputs[-1]
    assert "3 Jan 2027" in outputs[-1]


def test_the_page_that_it_gives_is_the_one_that_may_frame_the_card(folder, monkeypatch):
    served = {}
    monkeypatch.setattr(
        "wsgiref.simple_server.make_server", lambda *at: served.update(at=at) or Mock()
    )
    exec(block("python"), {})
    host, port, page = served["at"]
    configuration = load(folder / "sidecar.yaml", os.environ).configuration

    assert configuration.installs["helpdesk"].origins == (f"http://{host}:{port}",)
    [shown] = page({}, Mock())
    assert f'src="{configuration.public_url}/hosts/helpdesk?'.encode() in shown


def test_a_source_by_recipe_works_as_it_stands_there(tmp_path, httpserver):
    section = README.partition("### A source by recipe")[2]
    [recipe] = re.findall(r"^```yaml\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    (tmp_path / "acme_crm.yaml").write_text(recipe)
    acme = {"id": "C-1", "name": "Acme", "tier": "ENT"}
    deals = [
        {"id": number, "company_id": "C-1", "name": f"Deal {number}", "stage": stage}
        for number, stage in (("1", "talks"), ("2", "won"))
    ]
    bearer = {"headers": {"Authorization": "Bearer s3cret"}}
    me = httpserver.expect_request("/api/v1/me", **bearer)
    me.respond_with_json({"name": "Sidecar", "role": "reader"})
    for query, found in (("ids=C-1%2CC-9", [acme]), ("page=1", [acme]), ("page=2", [])):
        asked = httpserver.expect_request("/api/v1/companies", query_string=query, **bearer)
        asked.respond_with_json({"companies": found})
    httpserver.expect_request("/api/v1/companies/C-1", **bearer).respond_with_json(acme)
    for page, rows in ((1, deals), (2, [])):
        path = "/api/v1/companies/C-1/deals"
        asked = httpserver.expect_request(path, query_string=f"page={page}", **bearer)
        asked.respond_with_json(rows)
    url = httpserver.url_for("").rstrip("/")

    kind = plugins.recipe(tmp_path / "acme_crm.yaml")
    with opened(kind, {"url": url, "token": "s3cret"}) as adapter:
        assert adapter.check() == "signed in as Sidecar"
        answers = adapter.lookups["account"].ask(["C-1", "C-9"], ())
        assert answers == {"C-1": Found(acme, link=f"{url}/companies/C-1"), "C-9": NoMatch()}
        assert adapter.record("company", "C-1") == {"company_id": "C-1", "company_name": "Acme"}
        [deal] = adapter.lookups["open_deals"].ask(["C-1"], ())["C-1"].data
        shown = {"id": "1", "title": "Deal 1", "status": "talks"}
        assert deal == shown | {"url": f"{url}/deals/1"}
        assert [row.data for row in adapter.accounts(())] == [acme]
        assert kind.account_keys == {"acme_id": "id", "name": "name"}
        assert kind.ready.keys() == {"tier", "sales_commitments"}
        told = {"kind": "deal", "event_id": "e-1", "deal": {"id": 1, "company_id": "C-1"}}
        change = Change(("C-1",), (), ("open_deals",), None, ("1",))
        assert adapter.push().read(told, {}) == Delivery((change,), "e-1")


def invoice(customer: str, cents: int) -> dict[str, Any]:
    return {"customer": customer, "cents": cents, "currency": "EUR"}


@pytest.fixture
def acme_billing(httpserver):
    """The adapter as it stands there, and its system, whose invoices a test may change."""
    section = README.partition("### A source by code")[2]
    [code] = re.findall(r"^```python\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    module: dict[str, Any] = {"__name__": "acme_billing"}
    exec(code, module)
    page = {"truncated": False, "rows": [], "any": [invoice("C-7", 1)]}
    bearer = {"headers": {"Authorization": "Bearer s3cret"}}
    httpserver.expect_request("/me", **bearer).respond_with_json({"name": "Sidecar"})
    asked = {"customer": ["C-1", "C-2"], "status": "overdue"}
    for query, rows in ((asked, "rows"), ({}, "any")):
        expected = httpserver.expect_request("/invoices/query", method="POST", json=query, **bearer)
        expected.respond_with_handler(
            lambda _, rows=rows: Response(
                json.dumps({"truncated": page["truncated"], "rows": page[rows]}),
                mimetype="application/json",
            )
        )
    settings = {"url": httpserver.url_for("").rstrip("/"), "key": "s3cret"}
    with opened(module["AcmeBilling"], settings) as adapter:
        yield adapter, page


def test_a_source_by_code_works_as_it_stands_there(acme_billing):
    adapter, page = acme_billing
    assert adapter.check() == "signed in as Sidecar"
    about = README.partition("### A source by code")[2]
    for heading in ("Auth", "Scope", "Limits", "Quirks"):
        assert re.search(rf"^{heading}  +\S", about, re.MULTILINE)

    page["rows"] = [invoice("C-1", 1000), invoice("C-1", 250)]
    assert adapter.lookups["overdue"].ask(["C-1", "C-2"], ()) == {
        "C-1": Found({"amount": {"amount": "12.5", "currency": "EUR"}, "invoices": 2}),
        "C-2": Found({"amount": None, "invoices": 0}),
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rows": [invoice("C-3", 1)]}, Reason.SCHEMA_CHANGED),
        ({"truncated": True}, Reason.BAD_RESPONSE),
        ({"any": []}, Reason.PERMISSION_DENIED),
    ],
)
def test_the_source_by_code_is_not_taken_in(acme_billing, changes, reason):
    adapter, page = acme_billing
    page.update(changes)
    with pytest.raises(SourceError) as found:
        adapter.lookups["overdue"].ask(["C-1", "C-2"], ())
    assert found.value.reason is reason


def test_its_table_of_sources_has_a_row_for_every_adapter_of_ours():
    table = README.partition("| family |")[2].partition("\n\n")[0]
    named = re.findall(r"\(adapters/context_sidecar_adapters/(\w+)(?:/|\.yaml)\)", table)
    ours = [
        name
        for name, place in plugins.names(plugins.ADAPTERS).items()
        if "context_sidecar_adapters" in place
    ]

    assert sorted(named) == ours


def test_its_table_of_sources_names_the_families_that_the_adapters_name():
    table = README.partition("| family |")[2].partition("\n\n")[0]
    rows = re.findall(
        r"^\| ([^|]+) \|.*?\(adapters/context_sidecar_adapters/(\w+)", table, re.MULTILINE
    )

    assert {name: family for family, name in rows} == {
        name: plugins.adapter(name).family.value for _, name in rows
    }


def test_its_table_of_sources_says_how_many_accounts_each_lookup_takes_in_a_call():
    """A number for all lookups of a system but those that stand behind it by name."""
    table = README.partition("| family |")[2].partition("\n\n")[0]
    rows = re.findall(
        r"\(adapters/context_sidecar_adapters/(\w+).*\| ([^|]+) \| [^|]+ \|$", table, re.MULTILINE
    )
    promised = {name: taken for name, taken in rows if plugins.adapter(name).offers()}

    assert len(rows) == len(plugins.names(plugins.ADAPTERS)) > len(promised) > 30
    for name, taken in promised.items():
        declared = {offer.lookup: offer.batch for offer in plugins.adapter(name).offers()}
        assert {one: _taken(taken, one) for one in declared} == declared, (name, taken)
        named = set(re.findall(r"[\w]+(?=[^;(]*: \d)", taken.partition("(")[2]))
        assert "by" in named or named <= declared.keys(), (name, taken)


def _taken(cell, lookup):
    usual, _, others = cell.partition("(")
    other = re.search(rf"\b{lookup}\b[^;]*: ([\d,]+)", others)
    number = other[1] if other else usual.strip().replace("all", ALL)
    return int(number.replace(",", ""))


def test_what_the_readme_points_at_exists():
    house = Path(__file__).parents[1]
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)

    assert links
    assert [link for link in links if not (house / link).exists()] == []


def test_the_table_of_webhooks_names_every_source_that_has_some_of_its_own():
    section = README.partition("**To be told of changes**")[2].partition("**To add a host**")[0]
    named = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)

    assert named == sorted(SIGNERS)
