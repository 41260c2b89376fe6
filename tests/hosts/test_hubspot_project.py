"""The project that an admin uploads to HubSpot: minimal, whole, and what HubSpot's parser takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from context_sidecar import plugins
from support import npm
from support.gallery import CRM
from support.hosts import OLD_SECRET, SECRET
from support.hubspot_app import PLACES, project, written

HERE = Path(__file__).parent / "hubspot"
CARDS = "src/app/cards"


def files(*where: str, **changes: Any) -> dict[str, str]:
    return {file.path: file.content.decode() for file in project(*(where or PLACES), **changes)}


def app(built: dict[str, str]) -> dict[str, Any]:
    return json.loads(built["src/app/app-hsmeta.json"])["config"]


def cards(built: dict[str, str]) -> dict[str, list[str]]:
    """The kinds of records by the location that a card takes."""
    found = [json.loads(text) for path, text in built.items() if path.endswith("-hsmeta.json")]
    configs = [each["config"] for each in found if each["type"] == "card"]
    return {each["location"]: each["objectTypes"] for each in configs}


def test_s32_the_cards_stand_beside_the_records_that_are_declared_and_no_other():
    assert cards(files("hubspot/company", "iframe/ticket")) == {
        "crm.record.sidebar": ["companies"],
        "crm.record.tab": ["companies"],
    }
    everywhere = ["companies", "contacts", "deals", "tickets"]
    assert cards(files()) == {
        "crm.record.sidebar": everywhere,
        "crm.record.tab": everywhere,
        "helpdesk.sidebar": ["tickets"],
    }


@pytest.mark.parametrize(
    ("where", "source", "scopes"),
    [
        ("hubspot/company", None, {"companies.read"}),
        ("hubspot/contact", None, {"companies.read", "contacts.read"}),
        ("hubspot/contact", CRM, {"contacts.read"}),
        ("hubspot/deal", None, {"companies.read", "contacts.read", "deals.read"}),
        ("hubspot/deal", CRM, {"deals.read"}),
        ("hubspot/ticket", CRM, {"tickets"}),
    ],
)
def test_s32_the_app_may_read_what_it_needs_and_change_nothing(where, source, scopes):
    auth = app(files(where, source=source))["auth"]
    assert {one.removeprefix("crm.objects.") for one in auth["requiredScopes"]} == scopes
    assert auth["optionalScopes"] == auth["conditionallyRequiredScopes"] == []
    assert auth["type"] == "static"


def test_s32_the_app_sends_to_our_own_address_and_to_no_other():
    built = app(files(public_url="https://context.example.com/below"))
    urls = {"fetch": ["https://context.example.com"], "iframe": [], "img": []}
    assert built["permittedUrls"] == urls
    assert built["distribution"] == "private"


def test_the_card_asks_the_install_that_it_was_built_for():
    built = files(public_url="https://context.example.com/below")
    address = '"https://context.example.com/below/hosts/hubspot-support"'
    assert f"ADDRESS = {address}" in built[f"{CARDS}/install.ts"]


def test_where_hubspot_itself_is_asked_whose_a_record_is_the_card_does_not_say_it():
    assert "READS: boolean = true" in files()[f"{CARDS}/install.ts"]
    assert "READS: boolean = false" in files(source=CRM)[f"{CARDS}/install.ts"]


def test_s5_no_secret_is_in_the_project():
    everything = "\n".join(files(settings={"client_secret": SECRET}).values())
    assert SECRET.reveal() not in everything


def test_the_same_configuration_gives_the_same_bytes_whatever_the_secret():
    assert project(*PLACES) == project(*PLACES)
    assert project(*PLACES) == project(*PLACES, settings={"client_secret": OLD_SECRET})


def test_two_installs_are_two_projects():
    names = [json.loads(files(id=each)["hsproject.json"])["name"] for each in ("sales", "support")]
    assert names == ["context-sidecar-sales", "context-sidecar-support"]


def test_a_project_without_a_place_is_not_built():
    with pytest.raises(ValueError, match="no card is declared"):
        project("rt/ticket")


def test_a_project_that_hubspot_could_not_send_to_is_not_built():
    with pytest.raises(ValueError, match="https only"):
        project(*PLACES, public_url="http://context.example.com")


def test_it_can_be_built_before_there_is_a_secret():
    assert project(*PLACES, settings={})
    assert plugins.host("hubspot").Settings().load({}) == {}


@pytest.mark.real
@pytest.mark.parametrize("where", [PLACES, PLACES[:1]])
def test_hubspots_own_parser_takes_the_project(where, tmp_path):
    npm.need("@hubspot/project-parsing-lib")
    written(project(*where), tmp_path)
    found = json.loads(npm.run("node", HERE / "project.mjs", npm.TOOLS, tmp_path))
    assert found["known"]
    assert found["skipped"] == found["wrong"] == []
    nodes = {each["uid"]: each for each in found["nodes"]}
    helpdesk = {"context-sidecar-helpdesk"} if len(where) > 1 else set()
    assert set(nodes) == helpdesk | {
        "context-sidecar", "context-sidecar-sidebar", "context-sidecar-tab",
    }  # fmt: skip
    cards_of_the_app = {
        uid for uid, each in nodes.items() if each["componentDeps"].get("app") == "context-sidecar"
    }
    assert cards_of_the_app == set(nodes) - {"context-sidecar"}


@pytest.mark.real
@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("hsproject.json", {"name": "x", "platformVersion": "2025.2"}),
        ("src/app/cards/tab-hsmeta.json", {"uid": "a b", "type": "card", "config": {}}),
        ("src/app/cards/tab-hsmeta.json", ["x"]),
    ],
)
def test_hubspots_own_parser_would_have_said_what_is_wrong(path, changed, tmp_path):
    npm.need("@hubspot/project-parsing-lib")
    written(project(*PLACES), tmp_path)
    (tmp_path / path).write_text(json.dumps(changed))
    try:
        found = json.loads(npm.run("node", HERE / "project.mjs", npm.TOOLS, tmp_path))
    except AssertionError as refused:
        found = {"wrong": [str(refused)], "skipped": []}
    assert found["wrong"] or found["skipped"]
