"""Help Scout's sidebar in a real browser: our script beside Help Scout's own, and the whole way."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from context_sidecar import Secret
from context_sidecar.app import open_sidecar
from context_sidecar.demo.servers import Server
from playwright.sync_api import expect
from support import npm
from support.browser import watched
from support.helpscout import SAID, signature
from support.hosts import SECRET

pytestmark = pytest.mark.real

HOUSE = Path(__file__).parents[2]
PAGES = HOUSE / "tests" / "hosts" / "pages"
BRIDGE = HOUSE / "manifest" / "context_sidecar_hosts" / "helpscout" / "bridge.js"

THEIRS, OURS, STRANGERS = (
    "https://secure.helpscout.net",
    "https://context.example.com",
    "https://stranger.example",
)

CUSTOMER: dict[str, Any] = {
    "id": 706401868, "firstName": "Bo", "lastName": "Berg", "company": "Acme GmbH",
    "emails": [{"id": 1, "value": "bo@acme.example"}, {"id": 2, "value": "bo@home.example"}],
    "properties": [
        {"slug": "customer-number", "name": "Customer number", "value": "C-1", "type": "text"},
        {"slug": "empty", "name": "Empty", "type": "text"},
    ],
}  # fmt: skip
CONTEXT: dict[str, Any] = {
    "company": {"id": 12},
    "conversation": {
        "id": 3382942562, "customerId": 706401868, "number": 6002, "subject": "Export fails",
        "customers": [{
            "id": 706401868, "firstName": "Bo", "lastName": "Berg",
            "emails": [
                {"id": 1, "value": "bo@acme.example", "default": True},
                {"id": 2, "value": "bo@home.example", "default": False},
            ],
        }],
    },
    "customer": CUSTOMER,
    "mailbox": {"id": 364558, "name": "Support", "email": "help@example.com"},
    "user": {"id": 772569, "email": "ana@example.com", "isAdmin": False},
}  # fmt: skip
RECORD = {
    "type": "conversation",
    "id": "3382942562",
    "keys": {
        "requester_email": "bo@acme.example",
        "requester_name": "Bo Berg",
        "company_name": "Acme GmbH",
        "property_customer_number": "C-1",
    },
}

APP = """
import HelpScout from "@helpscout/javascript-sdk";
window.told = [];
HelpScout.watchApplicationContext((context) => window.told.push(context));
HelpScout.getApplicationContext();
HelpScout.setAppHeight(300);
"""


@pytest.fixture(scope="module")
def sdk(tmp_path_factory) -> str:
    """An app made with Help Scout's own SDK, as a script for a page."""
    npm.need("@helpscout/javascript-sdk", "esbuild")
    app = tmp_path_factory.mktemp("app") / "app.js"
    app.write_text(APP)
    how = ("--bundle", "--format=iife", "--log-level=error")
    return npm.run(npm.TOOLS / ".bin" / "esbuild", app, *how)


class Desk:
    """Help Scout's page on its own site, with one of our frames in it."""

    def __init__(self, page, sdk: str) -> None:
        self.page = page
        ours = (PAGES / "frame.html").read_text().replace("BRIDGE", "bridge")
        theirs = (PAGES / "helpscout.html").read_text()
        for url, content, kind in (
            (f"{THEIRS}/", theirs, "text/html"),
            (f"{STRANGERS}/", theirs, "text/html"),
            (f"{OURS}/frame", ours.replace("ORIGINS", THEIRS), "text/html"),
            (f"{OURS}/bridge.js", BRIDGE.read_text(), "text/javascript"),
            (f"{OURS}/sdk", f"<!doctype html><script>{sdk}</script>", "text/html"),
        ):
            page.route(f"{url}*", answering(content, kind))
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))

    def open(self, context: Any = CONTEXT, *, frame="frame", on=THEIRS, **more: str) -> Desk:
        launch = f"{OURS}/{frame}?{urlencode(SAID)}"
        query = urlencode({"frame": launch, "context": json.dumps(context), **more})
        self.page.goto(f"{on}/?{query}")
        return self

    @property
    def frame(self):
        return self.page.frames[1]

    def heard(self, count: int) -> list[dict[str, Any]]:
        self.page.wait_for_function(f"() => heard.length >= {count}")
        return self.page.evaluate("() => heard")

    def records(self, count: int) -> list[dict[str, Any]]:
        self.frame.wait_for_function(f"() => told.filter((one) => one.record).length >= {count}")
        return [one["record"] for one in self.frame.evaluate("() => told")]


def answering(content: str, kind: str):
    return lambda route: route.fulfill(body=content, content_type=f"{kind}; charset=utf-8")


@pytest.fixture
def desk(browser, sdk):
    page = browser.new_page()
    started = Desk(page, sdk)
    yield started
    page.close()
    assert started.complaints == []


def test_our_script_says_to_help_scout_what_its_own_sdk_says(desk):
    by_sdk = desk.open(frame="sdk").heard(2)
    assert by_sdk == [
        {"type": "GET_APP_CONTEXT", "appId": "XGao7GBKoDV5", "iframeId": "app-XGao7GBKoDV5"},
        {"type": "SET_APP_HEIGHT", "appId": "XGao7GBKoDV5", "iframeId": "app-XGao7GBKoDV5",
         "value": 300},
    ]  # fmt: skip
    assert desk.open().heard(2) == by_sdk


def test_the_sdk_is_given_the_context_by_which_our_script_tells_the_record(desk):
    desk.open(frame="sdk").frame.wait_for_function("() => told.length > 0")
    assert desk.frame.evaluate("() => told[0]") == CONTEXT
    assert desk.open().records(1) == [RECORD]


@pytest.mark.parametrize(
    ("people", "customer", "email"),
    [
        ([], {"emails": [{"value": "only@acme.example"}]}, "only@acme.example"),
        ([], CUSTOMER, None),
        ([{"id": 1, "emails": [{"value": "a@b.example", "default": True}]}, {"id": 2}], {},  None),
        ([{"id": 1, "emails": [{"value": "a@b.example", "default": True}]}, {"id": 2}],
         {"id": 1}, "a@b.example"),
        ("none", {"emails": "none"}, None),
        ([None, 7], {"emails": [None, {"value": {}}]}, None),
    ],
)  # fmt: skip
def test_of_several_addresses_the_default_is_told_or_none(desk, people, customer, email):
    context = {"conversation": {"id": 1, "customers": people}, "customer": customer}
    [record] = desk.open(context).records(1)
    assert record["keys"].get("requester_email") == email


def test_a_customer_shown_by_itself_is_the_record(desk):
    context = {"customer": CUSTOMER}
    launch = f"{OURS}/frame?customer-id=706401868"
    desk.page.goto(f"{THEIRS}/?{urlencode({'frame': launch, 'context': json.dumps(context)})}")
    [record] = desk.records(1)
    assert (record["type"], record["id"]) == ("customer", "706401868")


def test_another_conversation_is_another_record_without_reload_and_the_same_is_not(desk):
    desk.open().records(1)
    desk.page.evaluate("() => { tell(); context.conversation.id = 7; tell(); }")
    assert [record["id"] for record in desk.records(2)] == ["3382942562", "7"]


def test_where_help_scout_does_not_answer_the_id_of_the_address_is_told(desk):
    desk.page.clock.install()
    desk.open(silent="1").heard(1)
    desk.page.clock.fast_forward(5001)
    assert desk.records(1) == [{"type": "conversation", "id": "3382942562", "keys": {}}]
    desk.page.evaluate("() => tell()")
    assert desk.records(2)[1] == RECORD


def test_help_scout_is_asked_for_the_cards_height_but_never_for_nothing(desk):
    desk.open().heard(2)
    card = "document.querySelector('#card').style.height"
    desk.frame.evaluate(f"() => {{ {card} = '0' }}")
    desk.frame.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    desk.frame.evaluate(f"() => {{ {card} = '450.2px' }}")
    assert [one.get("value") for one in desk.heard(3)] == [None, 300, 451]


NOISE = [None, 7, "", "{", [], {}, {"type": 5}, {"type": "SEND_APP_STYLES", "styles": "x"}]


def test_s10_noise_from_help_scout_itself_changes_nothing(desk):
    desk.open().records(1)
    desk.page.evaluate(
        "said => said.forEach((one) => frame.contentWindow.postMessage(one, target))", NOISE
    )
    desk.page.evaluate("() => { context = { conversation: { id: 8 } }; tell(); }")
    assert [record["id"] for record in desk.records(2)] == ["3382942562", "8"]


def test_s10_a_stranger_hears_nothing_and_is_not_heard(desk):
    desk.open(on=STRANGERS, silent="1").frame.wait_for_load_state("load")
    desk.page.evaluate("() => tell()")
    desk.frame.evaluate("() => new Promise((done) => setTimeout(done, 50))")
    assert desk.page.evaluate("() => heard") == []
    assert desk.frame.evaluate("() => told") == []


CONFIGURATION = f"""
version: 1
public_url: {OURS}
locale: en
time_zone: UTC
teams:
  revops: {{name: Revenue Operations}}
sources:
  crm: {{adapter: files, owner: revops, settings: {{path: accounts.csv, key: Id}}}}
accounts:
  source: crm
  keys: {{crm_id: Id, name: Name, domain: Website}}
  refresh: 1h
  match:
    - {{record: property_customer_number, account: crm_id}}
    - {{record: requester_email, account: domain}}
fields:
  tier:
    label: Tier
    type: text
    source: crm
    path: Tier
    stale_after: 1d
    expire_after: 14d
    on_failure: show_stale
    audience: support
    decision: Which queue the conversation gets
cards:
  conversation:
    title: Customer
    where: [helpscout/conversation]
    audience: support
    decision: How urgent this conversation is
    fields: [tier]
installs:
  desk:
    host: helpscout
    origin: {THEIRS}
    roles: [support]
    settings: {{secret: "${{HELPSCOUT_SECRET}}"}}
"""
ACCOUNTS = (
    "Id,Name,Website,Tier\nC-1,Acme GmbH,acme.example,Gold\nC-2,Other AG,other.example,Basic\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sidecar")
    (folder / "sidecar.yaml").write_text(CONFIGURATION)
    (folder / "accounts.csv").write_text(ACCOUNTS)
    os.utime(folder / "accounts.csv", (1_700_000_000, 1_700_000_000))  # as whole as a file can be
    environment = {"HELPSCOUT_SECRET": SECRET.reveal()}
    started = Server(0, name="localhost")
    with open_sidecar(folder / "sidecar.yaml", environment, log_level=logging.CRITICAL) as sidecar:
        sidecar.sync()
        started.start(sidecar.application())
        yield started.url
        started.stop()


@pytest.fixture
def sidebar(browser, server):
    """Help Scout's page, and Context Sidecar at its public address."""
    theirs = (PAGES / "helpscout.html").read_text()

    def pass_on(route) -> None:
        url = urlsplit(route.request.url)
        route.fulfill(response=route.fetch(url=f"{server}{url.path}?{url.query}"))

    with watched(browser.new_context(), expected=["status of 401"]) as page:
        page.route(f"{THEIRS}/*", answering(theirs, "text/html"))
        page.route(f"{OURS}/**", pass_on)
        yield page


def launch(secret: Secret = SECRET) -> str:
    query = {**SAID, "X-HelpScout-Signature": signature(SAID, secret)}
    address = f"{OURS}/hosts/desk?{urlencode(query)}"
    return f"{THEIRS}/?{urlencode({'frame': address, 'context': json.dumps(CONTEXT)})}"


def test_the_card_stands_beside_the_conversation_and_follows_it(sidebar):
    sidebar.goto(launch())
    card = sidebar.frame_locator("iframe").locator("main")
    expect(card).to_contain_text("Acme GmbH")
    expect(card).to_contain_text("Gold")
    sidebar.wait_for_function("() => heard.some((one) => one.type === 'SET_APP_HEIGHT')")
    sidebar.evaluate(
        """() => {
            context.conversation.id = 7;
            context.customer.properties[0].value = "C-2";
            tell();
        }"""
    )
    expect(card).to_contain_text("Other AG")
    expect(card).not_to_contain_text("Gold")


def test_s2_an_address_of_another_app_shows_no_card(sidebar):
    with sidebar.expect_response(lambda answer: "/hosts/desk" in answer.url) as first:
        sidebar.goto(launch(Secret("another")))
    assert first.value.status == 401
    assert "Gold" not in first.value.text()
