"""Our calls, and the stand-in that our tests believe, against HubSpot's own descriptions.

HubSpot's reference documents that results are sorted by objects of a property and a direction; its
description knows texts only, and is changed to that here. It knows no null as a value, though
HubSpot sends them; the stand-in leaves such values out here. Its examples are null, and left out;
those of properties are made up, and lack what every record has and we ask for, `hs_object_id`.
Errors may be of any type there, and are JSON. Its OAuth is told as what it looks like in a call: a
bearer token. It calls deals 0-3, which is the same to HubSpot.
"""

from __future__ import annotations

import pytest
from context_sidecar import Found
from context_sidecar_adapters.hubspot.crm import Crm
from support.adapters import ask, plugged
from support.described import description, mistakes, prism, without
from support.hubspot import HubSpot

DESCRIBED = {
    "companies": "/crm/v3/objects/companies",
    "contacts": "/crm/v3/objects/contacts",
    "deals": "/crm/v3/objects/deals",
    "tickets": "/crm/v3/objects/tickets",
    "properties": "/crm/v3/properties",
}
NOT_DESCRIBED = {
    "/crm/v3/owners",
    "/crm/v3/pipelines/tickets",
    "/crm/v4/associations/companies/tickets/batch/read",
}


BY_DOMAIN = {"propertyName": "domain", "operator": "IN", "values": ["acme.example"]}


def described(name):
    found = description(f"hubspot-{name}-v3.json")
    found = without(found, lambda key, value: key == "example" and value is None)
    found["paths"] = {path.replace("0-3", "deals"): item for path, item in found["paths"].items()}
    refused = found["components"]["responses"]["Error"]["content"]
    refused["application/json"] = refused.pop("*/*")
    found["components"]["securitySchemes"]["oauth2"] = {"type": "http", "scheme": "bearer"}
    if search := found["components"]["schemas"].get("PublicObjectSearchRequest"):
        search["properties"]["sorts"]["items"] = {"type": "object"}
    return found


@pytest.fixture
def hubspot(httpserver):
    hubspot = HubSpot(httpserver)
    hubspot.silent = True
    hubspot.add_tickets("11", *["4"] * 510, "1")
    hubspot.add_tickets("12", "1")
    hubspot.records["contacts"]["5"] = {"email": "ana@acme.example", "firstname": "Ana"}
    hubspot.records["deals"]["6"] = {"dealname": "Renewal"}
    hubspot.associations = {
        "companies": [{"id": "11", "type": "ticket_to_company"}],
        "contacts": [{"id": "5", "type": "ticket_to_contact"}],
    }
    return hubspot


def test_each_call_and_each_answer_is_as_described(hubspot):
    settings = {"url": hubspot.url, "token": "s3cret", "portal_id": "1"}
    with plugged("hubspot", settings) as adapter:
        adapter.check()
        ask(adapter, "11", "12", "99", names=("tier", "nonesuch", "owner"))
        ask(adapter, "11", "12", lookup="open_tickets")
        list(adapter.accounts({"erp_number"}))
        adapter.shape("account")
        for record in [("company", "11"), ("contact", "5"), ("deal", "6"), ("ticket", "100")]:
            assert adapter.record(*record)
    for by, key in [("domain", "acme.example"), ("erp_number", "C-Acme")]:
        with plugged("hubspot", settings | {"by": by}) as adapter:
            assert isinstance(ask(adapter, key), Found)

    left = {request.path for request in hubspot.asked}
    for name, prefix in DESCRIBED.items():
        exchanges = [pair for pair in hubspot.exchanges if pair[0].path.startswith(prefix)]
        assert exchanges
        assert mistakes(described(name), hubspot.url, exchanges) == []
        left -= {request.path for request, _ in exchanges}
    assert left == NOT_DESCRIBED


def test_the_description_would_notice(hubspot):
    hubspot.false = {"read": {"results": "none"}}

    with (
        plugged("hubspot", {"url": hubspot.url, "token": "s3cret", "portal_id": "1"}) as adapter,
        pytest.raises(TypeError),
    ):
        ask(adapter, "11")

    assert len(mistakes(described("companies"), hubspot.url, hubspot.exchanges)) == 1


def with_ids(found):
    """Return the description *found* with an id among the properties of each example."""
    match found:
        case {"property_string": _}:
            return {**found, "hs_object_id": "512"}
        case {"additionalProperties": {"type": "string"}}:
            return {**found, "example": {"hs_object_id": "512"}}
        case dict():
            return {name: with_ids(one) for name, one in found.items()}
        case list():
            return [with_ids(one) for one in found]
    return found


@pytest.mark.real
def test_what_prism_makes_of_the_description_is_understood(tmp_path):
    """Prism makes up one answer to each call."""
    with prism(with_ids(described("companies")), tmp_path) as url:
        settings = {"url": url, "token": "s3cret", "portal_id": "1"}
        with plugged("hubspot", settings, timeout=30) as adapter:
            crm = Crm(adapter.http)
            read, missing = crm.read("companies", ["1"], ["name"], by="erp_number")
            found, _ = crm.search("companies", [BY_DOMAIN], ["name"], limit=1)
            listed = next(crm.every("companies", ["name"]))
            one = crm.one("companies", "1", ["name"], ["contacts"])

    assert all(isinstance(row["id"], str) for row in [*read, *found, listed, one])
    assert missing == set()
