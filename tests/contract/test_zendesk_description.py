"""Our calls, and the stand-in that our tests believe, against Zendesk's own description.

The description lacks some of what Zendesk's reference documents: the parameters of cursor paging,
of search paging and of side-loading, and `restricted_agent` of a user. Parameters that it lacks are
no mistakes to it.
"""

from __future__ import annotations

import pytest
from context_sidecar import Found
from support.adapters import ask, plugged
from support.described import description, mistakes, prism
from support.zendesk import ACME, Zendesk

LOGIN = {"user": "agent@acme.example", "api_token": "s3cret"}


@pytest.fixture(scope="module")
def described():
    return description("zendesk-support.yaml")


@pytest.fixture
def zendesk(httpserver):
    zendesk = Zendesk(httpserver)
    for one in zendesk.organizations:
        # The description has no null here; the reference says that an empty field is one.
        one["organization_fields"] = {"tier": "ENT"}
    return zendesk


def test_each_call_and_each_answer_is_as_described(described, zendesk):
    with plugged("zendesk", {"url": zendesk.url, **LOGIN}) as adapter:
        adapter.check()
        ask(adapter, "C-1", "C-2", "C-9")
        ask(adapter, "C-1", lookup="open_tickets")
        ask(adapter, *(f"C-{number}" for number in range(1, 12)), lookup="open_tickets")
        list(adapter.accounts({"external_id"}))
        adapter.shape("account")
        for record in [("ticket", "35"), ("user", "9"), ("organization", str(ACME))]:
            adapter.record(*record)

    assert {request.path.split("/")[3] for request in zendesk.asked} == {
        "users", "organizations", "organization_fields", "search", "tickets",
    }  # fmt: skip
    assert mistakes(described, zendesk.url, zendesk.exchanges) == []


def test_the_description_would_notice(described, zendesk):
    zendesk.organizations[0]["id"] = "a text"

    with plugged("zendesk", {"url": zendesk.url, **LOGIN}) as adapter:
        ask(adapter, "C-1")

    assert len(mistakes(described, zendesk.url, zendesk.exchanges)) == 1


@pytest.mark.real
def test_the_vendors_own_examples_are_understood(described, tmp_path):
    with prism(described, tmp_path) as url:
        settings = {"url": url, **LOGIN, "by": "id"}
        with plugged("zendesk", settings, timeout=30) as adapter:
            answers = adapter.lookups["account"].ask(["35436", "20057623"], ())
            keys = adapter.record("ticket", "35436")
            organization = adapter.record("organization", "4112492")
            shape = adapter.shape("account")

    assert all(isinstance(answer, Found) for answer in answers.values())
    assert answers["35436"].data["organization_fields"]["org_field_2"] == "teapot_kettle"
    assert keys == {"organization_id": "509974"}
    assert {one.label for one in shape.fields} >= {"Name", "Custom Field 1"}
    assert organization["organization_domain"] == "remain.com"
