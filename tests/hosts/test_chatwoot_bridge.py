"""Chatwoot's dashboard app in a real browser: our script, and the whole way."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from context_sidecar import plugins
from context_sidecar.config import load
from context_sidecar.demo.servers import Server
from playwright.sync_api import expect
from support.browser import watched
from support.framed import (
    ENVIRONMENT,
    HOSTS,
    OURS,
    PAGES,
    answer,
    at_its_address,
    configure,
    running,
)

pytestmark = pytest.mark.real

BRIDGE = (HOSTS / "chatwoot" / "bridge.js").read_text()
THEIRS, STRANGERS = "https://chat.example.com", "https://stranger.example"
ASKS = "chatwoot-dashboard-app:fetch-info"

# As in Chatwoot's guide, with what it names.
CONTACT: dict[str, Any] = {
    "id": 8, "name": "Bo Berg", "email": "bo@acme.example", "phone_number": "+491701234",
    "identifier": "user-17", "thumbnail": "", "last_activity_at": 1795424700,
    "additional_attributes": {"description": "", "company_name": "Acme GmbH"},
    "custom_attributes": {"customer_number": "C-1", "seats": 40, "vip": True, "since": None},
}  # fmt: skip
CONVERSATION: dict[str, Any] = {
    "id": 4711, "inbox_id": 1, "status": "open", "messages": [],
    "meta": {"sender": CONTACT, "channel": "Channel::Email", "hmac_verified": False},
}  # fmt: skip
AGENT = {"id": 1, "name": "Ana", "email": "ana@example.com"}
CONTEXT = {"conversation": CONVERSATION, "contact": CONTACT, "currentAgent": AGENT}
RECORD = {
    "type": "conversation",
    "id": "4711",
    "keys": {
        "requester_email": "bo@acme.example",
        "requester_phone": "+491701234",
        "requester_name": "Bo Berg",
        "requester_external_id": "user-17",
        "company_name": "Acme GmbH",
        "attribute_customer_number": "C-1",
        "attribute_seats": "40",
    },
}


class Desk:
    """Chatwoot's page on its own site, with one of our frames in it."""

    def __init__(self, page) -> None:
        self.page = page
        ours = (PAGES / "frame.html").read_text().replace("BRIDGE", "bridge")
        for site in (THEIRS, STRANGERS):
            answer(page, f"{site}/", (PAGES / "chatwoot.html").read_text())
        answer(page, f"{OURS}/frame", ours.replace("ORIGINS", THEIRS))
        answer(page, f"{OURS}/bridge.js", BRIDGE, "text/javascript")
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))

    def open(self, context: Any = CONTEXT, *, on=THEIRS, **more: str) -> Desk:
        query = urlencode({"frame": f"{OURS}/frame", "context": json.dumps(context), **more})
        self.page.goto(f"{on}/?{query}")
        return self

    @property
    def frame(self):
        return self.page.frames[1]

    def told(self, count: int) -> list[Any]:
        self.frame.wait_for_function(f"() => told.length >= {count}")
        return self.frame.evaluate("() => told")

    def records(self, count: int) -> list[Any]:
        return [one.get("record") for one in self.told(count)]

    def settle(self) -> None:
        self.frame.evaluate("() => new Promise((done) => setTimeout(done, 50))")


@pytest.fixture
def desk(browser):
    page = browser.new_page()
    started = Desk(page)
    yield started
    page.close()
    assert started.complaints == []


def test_what_chatwoot_says_when_the_frame_has_loaded_is_the_record(desk):
    assert desk.open().records(1) == [RECORD]
    desk.page.evaluate("() => tell()")
    desk.settle()
    assert desk.records(1) == [RECORD]


def test_chatwoot_is_asked_whenever_the_tab_is_opened_because_a_contact_may_have_changed(desk):
    desk.open().records(1)
    desk.page.wait_for_function("() => heard.length === 1")
    desk.page.evaluate("() => { frame.style.display = 'none' }")
    desk.page.evaluate("() => { context.contact.custom_attributes.customer_number = 'C-2' }")
    desk.settle()
    assert len(desk.records(1)) == 1
    desk.page.evaluate("() => { frame.style.display = '' }")
    numbers = [one["keys"]["attribute_customer_number"] for one in desk.records(2)]
    assert numbers == ["C-1", "C-2"]
    assert desk.page.evaluate("() => heard") == [ASKS, ASKS]


def test_a_silent_chatwoot_is_asked_again(desk):
    desk.open(silent="1").frame.wait_for_load_state("load")
    desk.page.evaluate("() => { silent = false }")
    desk.frame.evaluate("() => document.dispatchEvent(new Event('context-sidecar:ask'))")
    assert desk.records(1) == [RECORD]


def test_a_contact_that_is_not_read_yet_is_the_sender_of_the_conversation(desk):
    assert desk.open({**CONTEXT, "contact": {}}).records(1) == [RECORD]


def test_where_no_conversation_is_open_there_is_no_record(desk):
    assert desk.open({"conversation": {}, "contact": {}}).told(1) == [{"unselected": None}]


@pytest.mark.parametrize(
    "contact",
    [
        {"id": 8, "email": {"x": 1}, "name": ["Bo"], "custom_attributes": "none"},
        {"id": 8, "email": None, "additional_attributes": None, "custom_attributes": {"a b": "x"}},
        {"id": 8, "custom_attributes": {"": "x", "y" * 200: "z"}},
        "none",
        7,
        None,
    ],
)
def test_what_is_of_an_unexpected_kind_is_no_key(desk, contact):
    [record] = desk.open({"conversation": {"id": 1, "meta": {}}, "contact": contact}).records(1)
    assert record["keys"] == {}


NOISE = [
    None, 7, "", "{", "null", "[]", [], {}, {"event": "appContext", "data": CONTEXT},
    '{"event": "appContext"}', '{"event": "other", "data": {"conversation": {"id": 6}}}',
]  # fmt: skip


def test_s10_noise_from_chatwoot_itself_changes_nothing(desk):
    desk.open().records(1)
    desk.page.evaluate("said => said.forEach(say)", NOISE)
    desk.page.evaluate("() => { context.conversation.id = 8; tell() }")
    assert [record["id"] for record in desk.records(2)] == ["4711", "8"]


def test_s10_a_stranger_hears_nothing_and_is_not_heard(desk):
    desk.open(on=STRANGERS).frame.wait_for_load_state("load")
    desk.page.evaluate("() => tell()")
    desk.settle()
    assert desk.page.evaluate("() => heard") == []
    assert desk.frame.evaluate("() => told") == []


def test_s10_another_frame_of_chatwoots_page_is_not_heard(desk):
    desk.open().records(1)
    forged = json.dumps({"event": "appContext", "data": {"conversation": {"id": 6}}})
    desk.page.evaluate(
        """(said) => {
            const other = document.body.appendChild(document.createElement("iframe"));
            const script = other.contentDocument.createElement("script");
            script.textContent = `parent.frames[0].postMessage(${JSON.stringify(said)}, "*")`;
            other.contentDocument.body.append(script);
        }""",
        forged,
    )
    desk.settle()
    assert desk.records(1) == [RECORD]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sidecar")


@pytest.fixture(scope="module")
def server(folder):
    settings = {"secret": "${SECRET}", "until": "2026-12-31"}
    rules = {"attribute_customer_number": "crm_id", "requester_email": "domain"}
    configure(folder, "chatwoot/conversation", THEIRS, settings, rules)
    started = Server(name="localhost")
    with running(folder, started):
        yield started.url


@pytest.fixture
def tab(browser, server):
    context = browser.new_context()
    with watched(context, expected=["status of 401"]) as page:
        answer(page, f"{THEIRS}/", (PAGES / "chatwoot.html").read_text())
        at_its_address(page, server)
        yield page
    context.close()


def link(folder) -> str:
    """What `sidecar manifest` builds from the deployment's own configuration."""
    loaded = load(folder / "sidecar.yaml", ENVIRONMENT).configuration
    files = plugins.host("chatwoot").package(loaded, loaded.installs["desk"])
    return files[0].content.decode().strip()


def launch(address: str) -> str:
    return f"{THEIRS}/?{urlencode({'frame': address, 'context': json.dumps(CONTEXT)})}"


def test_the_card_stands_in_the_tab_and_follows_the_contact(tab, folder):
    tab.goto(launch(link(folder)))
    card = tab.frame_locator("iframe").locator("main")
    expect(card).to_contain_text("Acme GmbH")
    expect(card).to_contain_text("Gold")
    tab.evaluate("() => { context.contact.custom_attributes.customer_number = 'C-2'; tell() }")
    expect(card).to_contain_text("Other AG")
    expect(card).not_to_contain_text("Gold")


def test_s2_a_link_that_was_prolonged_by_hand_shows_no_card(tab, folder):
    tab.goto(launch(link(folder).replace("2026-12-31", "2027-12-31")))
    body = tab.frame_locator("iframe").locator("body")
    expect(body).to_contain_text("Please reload this page")
    expect(body).not_to_contain_text("Gold")
