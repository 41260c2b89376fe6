"""Our calls, and the stand-in that our tests believe, against Intercom's own description.

The description names no parameters of paging for the people of a company; parameters that it lacks
are no mistakes to it. Its own examples have paths where it says that there are whole addresses.
"""

from __future__ import annotations

import pytest
from context_sidecar import FieldType, Found
from support.adapters import ask, plugged
from support.described import description, mistakes, prism, without
from support.intercom import Intercom, contact


@pytest.fixture(scope="module")
def described():
    return description("intercom-2.15.yaml")


@pytest.fixture
def intercom(httpserver):
    return Intercom(httpserver)


def test_each_call_and_each_answer_is_as_described(described, intercom):
    with plugged("intercom", {"url": intercom.url, "token": "s3cret"}) as adapter:
        adapter.check()
        ask(adapter, "C-1", names=("custom_attributes.region",))
        ask(adapter, "C-9")
        ask(adapter, "C-1", "C-2", lookup="open_tickets")
        ask(adapter, "C-1", lookup="contacts")
        list(adapter.accounts({"company_id"}))
        adapter.shape("account")
        for record in [("conversation", "1"), ("contact", "a1")]:
            adapter.record(*record)
        intercom.people["6762f07a1bb69f9f2193baea"] = [contact(f"a{n}") for n in range(200)]
        ask(adapter, "C-1", lookup="open_tickets")
        intercom.part = 0
        intercom.conversations.pop()  # the description has no word for a contact that there is not
        adapter.lookups["open_tickets"].ask([f"C-{n}" for n in range(11)], ())

    assert {request.path.split("/")[1] for request in intercom.asked} == {
        "me", "data_attributes", "companies", "contacts", "conversations",
    }  # fmt: skip
    assert mistakes(described, intercom.url, intercom.exchanges) == []


def test_the_description_would_notice(described, intercom):
    intercom.companies[0]["user_count"] = "one"

    with plugged("intercom", {"url": intercom.url, "token": "s3cret"}) as adapter:
        ask(adapter, "C-1")

    assert len(mistakes(described, intercom.url, intercom.exchanges)) == 1


@pytest.mark.real
def test_the_vendors_own_examples_are_understood(described, tmp_path):
    described = without(described, lambda key, value: (key, value) == ("format", "uri"))
    with prism(described, tmp_path) as url:
        settings = {"url": url, "token": "s3cret"}
        with plugged("intercom", settings | {"by": "id"}, timeout=30) as adapter:
            checked = adapter.check()
            company = ask(adapter, "6762f07f1bb69f9f2193baf5")
            listed = next(adapter.accounts({"company_id"}))
            keys = adapter.record("conversation", "503")
            shape = adapter.shape("account")
        with plugged("intercom", settings, timeout=30) as adapter:
            given = ask(adapter, "remote_companies_scroll_2")

    assert checked == "Intercom workspace MyApp 1 as Ciaran1 Lee"
    assert isinstance(company, Found)
    seen = next(one for one in shape.fields if one.name == "last_request_at")
    assert (seen.label, seen.type) == ("Company last seen", FieldType.DATETIME)
    assert company.data["name"] == "company1"
    assert given.data["name"] == listed.data["name"] == "IntercomQATest1"
    assert keys == {
        "requester_email": "joe@bloggs.com",
        "requester_external_id": "70",
        "requester_name": "Joe Bloggs",
    }
