"""Front's side panel in a real browser: our script beside Front's own, and the whole way."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from context_sidecar import Secret
from context_sidecar.demo.servers import Server
from playwright.sync_api import expect
from support import npm
from support.browser import watched
from support.framed import HOSTS, OURS, PAGES, answer, at_its_address, configure, running
from support.hosts import OLD_SECRET, SECRET

pytestmark = pytest.mark.real

BRIDGE = (HOSTS / "front" / "bridge.js").read_text()
ARTIFACTS = Path(__file__).parents[2] / ".artifacts"
THEIRS, STRANGERS = "https://app.frontapp.com", "https://stranger.example"
HANDSHAKE = "@frontapp/ui-sdk#WebViewBridge.handshake"

CONTACT: dict[str, Any] = {
    "id": "crd_1", "name": "Bo Berg", "description": None, "groupIds": [],
    "handles": [
        {"type": "email", "handle": "bo@acme.example"}, {"type": "phone", "handle": "+491701234"},
    ],
    "customAttributes": [
        {"id": "fld_1", "name": "Customer number", "type": "string", "value": "C-1"},
        {"id": "fld_2", "name": "Seats", "type": "number", "value": 40},
        {"id": "fld_3", "name": "VIP", "type": "boolean", "value": True},
        {"id": "fld_4", "name": "Région", "type": "string", "value": " Süd "},
    ],
}  # fmt: skip
TEAMMATE = {"id": "tea_1", "name": "Ana", "username": "ana", "email": "ana@example.com"}
RECIPIENT = {"handle": "bo@acme.example", "name": "Bo", "type": "email", "contact": CONTACT}
CONVERSATION: dict[str, Any] = {
    "id": "cnv_1", "type": "email", "status": "open", "subject": "Export fails", "blurb": "Hello",
    "assignee": None, "inboxes": [], "tags": [], "topics": [], "links": [], "recipient": RECIPIENT,
}  # fmt: skip
ONE = {"type": "singleConversation", "teammate": TEAMMATE, "conversation": CONVERSATION}
NONE = {"type": "noConversation", "teammate": TEAMMATE}
SEVERAL = {
    "type": "multiConversations", "teammate": TEAMMATE,
    "conversations": [CONVERSATION, CONVERSATION | {"id": "cnv_2"}],
}  # fmt: skip
RECORD = {
    "type": "conversation",
    "id": "cnv_1",
    "keys": {
        "requester_email": "bo@acme.example",
        "requester_phone": "+491701234",
        "requester_name": "Bo",
        "contact_id": "crd_1",
        "attribute_customer_number": "C-1",
        "attribute_seats": "40",
        "attribute_région": "Süd",
    },
}

APP = """
import Front, { contextUpdates } from "@frontapp/plugin-sdk";
window.told = [];
contextUpdates.subscribe((context) => window.told.push(JSON.parse(JSON.stringify(context))));
window.follow = (url) => Front.openUrl(url);
"""


@pytest.fixture(scope="module")
def sdk(tmp_path_factory) -> str:
    """A plugin made with Front's own SDK, as a script for a page."""
    npm.need("@frontapp/plugin-sdk", "esbuild")
    app = tmp_path_factory.mktemp("app") / "app.js"
    app.write_text(APP)
    how = ("--bundle", "--format=iife", "--log-level=error")
    return npm.run(npm.TOOLS / ".bin" / "esbuild", app, *how)


class Desk:
    """Front's page on its own site, with one of our frames in it."""

    def __init__(self, page, sdk: str) -> None:
        self.page = page
        ours = (PAGES / "frame.html").read_text().replace("BRIDGE", "bridge")
        for site in (THEIRS, STRANGERS):
            answer(page, f"{site}/", (PAGES / "front.html").read_text())
        answer(page, f"{OURS}/frame", ours.replace("ORIGINS", THEIRS))
        answer(page, f"{OURS}/bridge.js", BRIDGE, "text/javascript")
        answer(page, f"{OURS}/sdk", f"<!doctype html><script>{sdk}</script>")
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))

    def open(self, context: Any = ONE, *, frame="frame", on=THEIRS, **more: str) -> Desk:
        query = urlencode({"frame": f"{OURS}/{frame}", "context": json.dumps(context), **more})
        self.page.goto(f"{on}/?{query}")
        return self

    @property
    def frame(self):
        return self.page.frames[1]

    def show(self, context: Any) -> None:
        self.page.evaluate("context => show(context)", context)

    def heard(self, count: int) -> list[Any]:
        self.page.wait_for_function(f"() => heard.length >= {count}")
        return self.page.evaluate("() => heard")

    def told(self, count: int) -> list[Any]:
        self.frame.wait_for_function(f"() => told.length >= {count}")
        return self.frame.evaluate("() => told")

    def records(self, count: int) -> list[Any]:
        return [one.get("record") for one in self.told(count)]

    def settle(self) -> None:
        self.frame.evaluate("() => new Promise((done) => setTimeout(done, 50))")


@pytest.fixture
def desk(browser, sdk):
    page = browser.new_page()
    started = Desk(page, sdk)
    yield started
    page.close()
    assert started.complaints == []


def test_our_script_says_to_front_what_its_own_sdk_says(desk):
    url = "https://crm.example/1"
    said = []
    for frame in ("sdk", "frame"):
        desk.open(frame=frame).told(1)
        desk.frame.evaluate("url => { follow(url) }", url)
        said.append(desk.heard(2))
    for handshake, call in said:
        assert handshake == HANDSHAKE
        assert call.pop("id")
        assert call == {
            "type": "function_call", "contextId": "state-1", "name": "openUrl", "args": [url],
        }  # fmt: skip
    assert said[0] == said[1]


def test_the_sdk_is_given_the_context_by_which_our_script_tells_the_record(desk):
    [context] = desk.open(frame="sdk").told(1)
    assert context == {**ONE, "id": "state-1", "functionArities": {"openUrl": 2, "search": 2}}
    assert desk.open().records(1) == [RECORD]


def test_another_conversation_is_another_record_without_reload_and_the_same_is_not(desk):
    desk.open().records(1)
    desk.show({**ONE, "conversation": CONVERSATION | {"status": "archived"}})
    desk.show({**ONE, "conversation": CONVERSATION | {"id": "cnv_2"}})
    assert [record["id"] for record in desk.records(2)] == ["cnv_1", "cnv_2"]


@pytest.mark.parametrize("nothing", [NONE, SEVERAL, {"type": "message", "messageId": "msg_1"}])
def test_with_none_or_several_selected_there_is_no_record_and_then_again_the_same(desk, nothing):
    desk.open().records(1)
    desk.show(nothing)
    desk.show({**nothing, "preferences": {}})
    desk.show(ONE)
    assert desk.told(3) == [{"record": RECORD}, {"unselected": None}, {"record": RECORD}]


def test_a_panel_that_opens_with_nothing_selected_says_so(desk):
    assert desk.open(NONE).told(1) == [{"unselected": None}]


EMAIL, OTHER = ({"type": "email", "handle": f"{name}@acme.example"} for name in ("a", "b"))


@pytest.mark.parametrize(
    ("recipient", "email"),
    [
        ({"type": "phone", "handle": "+49", "contact": {"handles": [EMAIL]}}, "a@acme.example"),
        ({"type": "phone", "handle": "+49", "contact": {"handles": [EMAIL, OTHER]}}, None),
        (
            {"type": "email", "handle": "c@x.example", "contact": {"handles": [EMAIL]}},
            "c@x.example",
        ),
        ({"type": "twitter", "handle": "@bo"}, None),
        ({"type": "email", "handle": {"x": 1}, "contact": {"handles": "none"}}, None),
        ("none", None),
        (None, None),
    ],
)
def test_of_several_addresses_the_recipients_own_is_told_or_none(desk, recipient, email):
    [record] = desk.open({**ONE, "conversation": {"id": "cnv_1", "recipient": recipient}}).records(
        1
    )
    assert record["keys"].get("requester_email") == email


def test_of_two_attributes_that_make_one_key_neither_is_told(desk):
    names = ["Customer no", "customer-no", "Other"]
    attributes = [{"name": name, "value": name} for name in names]
    contact = {"customAttributes": [None, 7, *attributes]}
    conversation = {"id": "cnv_1", "recipient": {"contact": contact}}
    [record] = desk.open({**ONE, "conversation": conversation}).records(1)
    assert record["keys"] == {"attribute_other": "Other"}


def test_a_contact_with_very_many_attributes_is_still_a_record(desk):
    many = [{"name": f"A{n}", "value": n} for n in range(300)]
    contact = CONTACT | {"customAttributes": many}
    conversation = CONVERSATION | {"recipient": RECIPIENT | {"contact": contact}}
    [record] = desk.open({**ONE, "conversation": conversation}).records(1)
    assert len(record["keys"]) == 100
    assert record["keys"]["requester_email"] == "bo@acme.example"


def test_a_silent_front_is_greeted_again_when_it_is_asked_for(desk):
    desk.open(silent="1").heard(1)
    desk.page.evaluate("() => { silent = false }")
    desk.frame.evaluate("() => document.dispatchEvent(new Event('context-sidecar:ask'))")
    assert desk.records(1) == [RECORD]


def test_a_link_is_no_business_of_a_front_that_has_said_nothing(desk):
    desk.open(silent="1").heard(1)
    assert desk.frame.evaluate("() => follow('https://crm.example/1')") == "new tab"


NOISE = [
    None, 7, "", "{", [], {}, {"type": 5},
    {"type": "context_update"},
    {"type": "context_update", "context": None},
    {"type": "function_result", "id": 1},
]  # fmt: skip


def test_s10_noise_from_front_itself_changes_nothing(desk):
    desk.open().records(1)
    desk.page.evaluate("said => said.forEach((one) => port.postMessage(one))", NOISE)
    desk.show({**ONE, "conversation": CONVERSATION | {"id": "cnv_8"}})
    assert [record["id"] for record in desk.records(2)] == ["cnv_1", "cnv_8"]


def test_s10_what_comes_by_no_port_of_ours_is_not_heard(desk):
    desk.open().records(1)
    forged = {"type": "context_update", "context": {"conversation": {"id": "cnv_6"}}}
    desk.page.evaluate("said => frame.contentWindow.postMessage(said, target)", forged)
    desk.settle()
    assert desk.records(1) == [RECORD]


def test_s10_a_stranger_hears_nothing_and_is_given_no_port(desk):
    desk.open(on=STRANGERS, silent="1").frame.wait_for_load_state("load")
    desk.settle()
    assert desk.page.evaluate("() => heard") == []
    assert desk.frame.evaluate("() => told") == []


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    rules = {"attribute_customer_number": "crm_id", "requester_email": "domain"}
    folder = tmp_path_factory.mktemp("sidecar")
    settings = {"auth_secret": "${SECRET}"}
    configure(folder, "front/conversation", THEIRS, settings, rules)
    started = Server(name="localhost")
    with running(folder, started):
        yield started.url


@pytest.fixture
def opened(browser, server):
    """Opens Front's page, with Context Sidecar at its public address in the panel."""
    with ExitStack() as stack:

        def open_panel(secret: Secret = SECRET, **window):
            context = browser.new_context(**window)
            stack.callback(context.close)
            page = stack.enter_context(watched(context, expected=["status of 401"]))
            answer(page, f"{THEIRS}/", (PAGES / "front.html").read_text())
            at_its_address(page, server)
            launch = f"{OURS}/hosts/desk?{urlencode({'auth_secret': secret.reveal()})}"
            page.goto(f"{THEIRS}/?{urlencode({'frame': launch, 'context': json.dumps(ONE)})}")
            return page, page.frame_locator("iframe").locator("main")

        yield open_panel


def test_the_card_stands_beside_the_conversation_and_follows_what_is_selected(opened):
    page, card = opened()
    expect(card).to_contain_text("Acme GmbH")
    expect(card).to_contain_text("Gold")

    page.evaluate("context => show(context)", SEVERAL)
    expect(card).to_contain_text("Open a single record")
    expect(card).not_to_contain_text("Acme")

    other = CONVERSATION | {"id": "cnv_2", "recipient": RECIPIENT | {
        "handle": "eve@other.example", "contact": None,
    }}  # fmt: skip
    page.evaluate("context => show(context)", {**ONE, "conversation": other})
    expect(card).to_contain_text("Other AG")
    expect(card).not_to_contain_text("Gold")

    page.evaluate("context => show(context)", NONE)
    expect(card).to_contain_text("Open a single record")
    expect(card).not_to_contain_text("Other AG")


@pytest.mark.parametrize("width", [258, 300, 600])
def test_the_card_fits_the_panel_however_wide_it_is_dragged(opened, width):
    page, card = opened()
    expect(card).to_contain_text("Gold")
    page.evaluate("width => { frame.style.width = `${width}px` }", width)
    inside = page.frames[1]
    inside.wait_for_function(f"() => innerWidth === {width}")
    assert inside.evaluate("() => document.documentElement.scrollWidth") <= width
    inside.evaluate("() => { document.querySelector('main').style.height = '2000px' }")
    assert inside.evaluate("() => { scrollTo(0, 900); return scrollY }") == 900


def test_light_or_dark_and_the_language_are_the_browsers(opened):
    grounds = []
    for scheme, locale, tier in (
        ("light", "de-DE", "Erneut prüfen"),
        ("dark", "fr-FR", "Vérifier"),
    ):
        page, card = opened(color_scheme=scheme, locale=locale)
        expect(card).to_contain_text(tier)
        ground = "getComputedStyle(document.querySelector('.card')).backgroundColor"
        grounds.append(page.frames[1].evaluate(ground))
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"front-{scheme}.png")
    assert grounds == ["rgb(255, 255, 255)", "rgb(27, 30, 34)"]


def test_a_link_opens_through_front_because_the_sandbox_lets_no_frame_open_a_window(opened):
    page, card = opened()
    card.get_by_role("link").first.click()
    page.wait_for_function("() => heard.some((one) => one.name === 'openUrl')")
    [call] = page.evaluate("() => heard.filter((one) => one.name === 'openUrl')")
    assert call["args"] == ["https://crm.example.com/1"]
    assert len(page.context.pages) == 1


def test_s2_another_secret_shows_no_card(opened):
    page, card = opened(OLD_SECRET)
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Please reload this page")
    expect(card).not_to_contain_text("Gold")
