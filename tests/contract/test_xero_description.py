"""Our calls, and the stand-in that our tests believe, against Xero's own description.

It wants the header with the organisation's id, which a custom connection can do without; here it is
given. Of its many paths only those that we read are served: Prism takes half a minute for all.
"""

from __future__ import annotations

import pytest
from context_sidecar import Found
from context_sidecar_adapters.xero.pages import Pages
from context_sidecar_adapters.xero.times import day
from support.adapters import ask, plugged
from support.described import description, mistakes, prism
from support.xero import ACME, API, BOLT, NOTHING, TENANT, Xero

ASKED = ("/Contacts", "/Invoices")
CLIENT = {"client_id": "app", "client_secret": "s3cret", "tenant_id": TENANT}


@pytest.fixture(scope="module")
def described():
    whole = description("xero-accounting.yaml")
    whole["components"]["securitySchemes"]["OAuth2"] = {"type": "http", "scheme": "bearer"}
    paths = {path: whole["paths"][path] for path in ASKED}
    reading = {
        path: {part: item[part] for part in ("parameters", "get")} for path, item in paths.items()
    }
    return whole | {"paths": reading}


@pytest.fixture
def xero(httpserver):
    return Xero(httpserver)


def exchanges(xero):
    return [pair for pair in xero.exchanges if pair[0].path.startswith(API)]


def test_each_call_and_each_answer_is_as_described(described, xero):
    settings = {"url": xero.url, "token_url": f"{xero.url}/connect/token", **CLIENT}
    with plugged("xero", settings) as adapter:
        adapter.check()
        ask(adapter, ACME, BOLT, NOTHING)
        ask(adapter, ACME, BOLT, lookup="open_invoices")
        ask(adapter, ACME, BOLT, lookup="overdue_invoices")
        list(adapter.accounts({"Name"}))
    with plugged("xero", settings | {"by": "ContactNumber"}) as adapter:
        ask(adapter, "C-1", "C-2")

    assert {request.path.removeprefix(API) for request, _ in exchanges(xero)} == set(ASKED)
    assert mistakes(described, f"{xero.url}{API}", exchanges(xero)) == []


def test_the_description_would_notice(described, xero):
    xero.contacts[0]["IsCustomer"] = "yes"

    settings = {"url": xero.url, "token_url": f"{xero.url}/connect/token", **CLIENT}
    with plugged("xero", settings) as adapter:
        ask(adapter, ACME)

    assert len(mistakes(described, f"{xero.url}{API}", exchanges(xero))) == 1


@pytest.mark.real
def test_the_vendors_own_examples_are_understood(described, xero, tmp_path):
    placed = {f"{API}{path}": item for path, item in described["paths"].items()}
    with prism(described | {"paths": placed}, tmp_path) as url:
        settings = {"url": url, "token_url": f"{xero.url}/connect/token", **CLIENT}
        with plugged("xero", settings, timeout=30) as adapter:
            answers = ask(adapter, ACME, BOLT)
            listed, _ = Pages(adapter.http).every("Invoices", "InvoiceID", {"ContactIDs": ACME})

    assert all(isinstance(answer, Found) for answer in answers.values())
    assert all("Balances" not in answer.data for answer in answers.values())
    due = [str(day(row["DueDate"])) for row in listed]
    assert due == ["2018-12-30", "2018-12-30", "2018-11-07"]
