"""Pipedrive's sidebar in a real browser: our script beside Pipedrive's own, and the whole way."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from context_sidecar import Secret
from context_sidecar.demo.servers import Server
from playwright.sync_api import expect
from support import npm
from support.browser import watched
from support.framed import (
    ACCOUNTS,
    HOSTS,
    OURS,
    PAGES,
    answer,
    at_its_address,
    configure,
    running,
)
from support.hosts import OLD_SECRET, SECRET

pytestmark = pytest.mark.real

BRIDGE = (HOSTS / "pipedrive" / "bridge.js").read_text()
THEIRS, STRANGERS = "https://acme.pipedrive.com", "https://stranger.example"
ID = "21c812a2-5e19-4b58-8fbf-25e86818e16a"

APP = """
import AppExtensionsSDK, { Command, Event, View } from "@pipedrive/app-extensions-sdk";
const told = (window.told = []);
(async () => {
    const sdk = await new AppExtensionsSDK().initialize({ size: { height: 300 } });
    const theme = ({ data }) => told.push({ theme: { theme: data.theme } });
    sdk.listen(Event.USER_SETTINGS_CHANGE, theme);
    sdk.listen(Event.VISIBILITY, () => {});
    window.grow = (height) => sdk.execute(Command.RESIZE, { height });
    window.follow = (id) => sdk.execute(Command.REDIRECT_TO, { view: View.DEALS, id });
    told.push({ ready: true });
})();
"""


@pytest.fixture(scope="module")
def sdk(tmp_path_factory) -> str:
    """A panel made with Pipedrive's own SDK, as a script for a page."""
    npm.need("@pipedrive/app-extensions-sdk", "esbuild")
    app = tmp_path_factory.mktemp("app") / "app.js"
    app.write_text(APP)
    how = ("--bundle", "--format=iife", "--log-level=error")
    return npm.run(npm.TOOLS / ".bin" / "esbuild", app, *how)


class Desk:
    """Pipedrive's page on its own site, with one of our frames in it."""

    def __init__(self, page, sdk: str) -> None:
        self.page = page
        ours = (PAGES / "frame.html").read_text().replace("BRIDGE", "bridge")
        for site in (THEIRS, STRANGERS):
            answer(page, f"{site}/", (PAGES / "pipedrive.html").read_text())
        answer(page, f"{OURS}/frame", ours.replace("ORIGINS", f"https://other.example {THEIRS}"))
        answer(page, f"{OURS}/bridge.js", BRIDGE, "text/javascript")
        answer(page, f"{OURS}/sdk", f"<!doctype html><script>{sdk}</script>")
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))

    def open(self, frame: str = "frame", *, on=THEIRS, id: str = ID, **more: str) -> Desk:
        launch = f"{OURS}/{frame}?{urlencode({'id': id, 'theme': 'light'})}"
        self.page.goto(f"{on}/?{urlencode({'frame': launch, **more})}")
        return self

    @property
    def frame(self):
        return self.page.frames[1]

    def heard(self, count: int) -> list[Any]:
        """What Pipedrive has heard, the SDK's tracking of focus left out."""
        js = "heard.filter((one) => one.payload?.type !== 'track')"
        self.page.wait_for_function(f"() => {js}.length >= {count}")
        return self.page.evaluate(f"() => {js}")

    def card(self, height: str) -> None:
        self.frame.evaluate(
            "height => { document.querySelector('#card').style.height = height }", height
        )

    def settle(self) -> None:
        self.page.wait_for_load_state("load")
        self.frame.wait_for_load_state("load")
        self.frame.evaluate("() => new Promise((done) => setTimeout(done, 100))")

    def high(self) -> int:
        return self.page.evaluate("() => frame.offsetHeight")


@pytest.fixture
def desk(browser, sdk):
    page = browser.new_page()
    started = Desk(page, sdk)
    yield started
    page.close()
    assert started.complaints == []


def test_our_script_says_to_pipedrive_what_its_own_sdk_says(desk):
    desk.open("sdk").heard(3)
    desk.frame.wait_for_function("() => told.length === 1")
    desk.frame.evaluate("() => grow(451)")
    desk.frame.evaluate("() => follow('12')")
    by_sdk = desk.heard(5)
    assert by_sdk[0] == {
        "id": ID,
        "payload": {"command": "initialize", "args": {"size": {"height": 300}}, "type": "command"},
    }
    desk.open().heard(3)
    desk.card("450.2px")
    desk.heard(4)
    assert desk.frame.evaluate(f"() => follow('{THEIRS}/deal/12')") == "opened by the host"
    assert desk.heard(5) == by_sdk


def test_the_sdk_is_told_light_and_dark_as_our_script_is(desk):
    told = []
    for frame in ("sdk", "frame"):
        desk.open(frame).heard(3)
        desk.page.wait_for_function("() => listening.user_settings_change")
        for theme in ("dark", "light"):
            desk.page.evaluate("theme => fire('user_settings_change', { theme })", theme)
        desk.settle()
        told.append([one for one in desk.frame.evaluate("() => told") if "theme" in one])
    assert told[0] == told[1] == [{"theme": {"theme": "dark"}}, {"theme": {"theme": "light"}}]


@pytest.mark.parametrize(
    ("card", "panel"), [("300px", 300), ("450.2px", 451), ("20px", 100), ("2000px", 750)]
)
def test_the_panel_is_as_high_as_the_card_within_what_pipedrive_allows(desk, card, panel):
    desk.open().heard(3)
    desk.card(card)
    desk.page.wait_for_function(f"() => frame.offsetHeight === {panel}")


def test_a_card_that_nobody_sees_does_not_ask_for_a_height_of_nothing(desk):
    desk.open().heard(3)
    desk.card("0")
    desk.settle()
    assert len(desk.heard(3)) == 3
    desk.card("400px")
    assert desk.heard(4)[3]["payload"]["args"] == {"height": 400}


def test_a_panel_that_is_opened_again_is_measured_again(desk):
    desk.open().heard(3)
    desk.card("0")
    desk.page.evaluate("() => fire('visibility', { is_visible: false })")
    desk.settle()
    assert len(desk.heard(3)) == 3
    desk.card("320px")
    desk.page.evaluate("() => fire('visibility', { is_visible: true })")
    desk.page.wait_for_function("() => frame.offsetHeight === 320")


@pytest.mark.parametrize(
    ("path", "view"), [("deal", "deals"), ("person", "contacts"), ("organization", "organizations")]
)
def test_a_link_into_the_same_pipedrive_opens_there(desk, path, view):
    desk.open().heard(3)
    assert desk.frame.evaluate(f"() => follow('{THEIRS}/{path}/12')") == "opened by the host"
    said = desk.heard(4)[3]["payload"]
    assert said == {"command": "redirect_to", "args": {"view": view, "id": "12"}, "type": "command"}


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example/1",
        f"{THEIRS}/deal/12/x",
        f"{STRANGERS}/deal/12",
        f"{THEIRS}/activity/1",
    ],
)
def test_any_other_link_opens_in_a_new_tab(desk, url):
    desk.open().heard(3)
    assert desk.frame.evaluate("url => follow(url)", url) == "new tab"


@pytest.mark.parametrize("more", [{"silent": "1"}, {"refuses": "1"}])
def test_a_pipedrive_that_says_nothing_or_no_is_asked_for_nothing_more(desk, more):
    desk.open(**more).heard(1)
    desk.card("500px")
    desk.settle()
    assert [one["payload"]["command"] for one in desk.heard(1)] == ["initialize"]
    assert desk.frame.evaluate(f"() => follow('{THEIRS}/deal/12')") == "new tab"


NOISE = [None, 7, "", {}, {"theme": "pink"}, {"theme": {}}, [], {"theme": None}]


def test_s10_noise_from_pipedrive_itself_changes_nothing(desk):
    desk.open().heard(3)
    desk.page.wait_for_function("() => listening.user_settings_change")
    desk.page.evaluate("said => said.forEach((one) => fire('user_settings_change', one))", NOISE)
    desk.page.evaluate("said => said.forEach((one) => fire('visibility', one))", NOISE)
    desk.page.evaluate("said => listening.user_settings_change[0].postMessage(null)", NOISE)
    desk.settle()
    assert desk.frame.evaluate("() => told") == []
    assert len(desk.heard(3)) == 3


def test_s10_what_comes_by_no_port_of_ours_is_not_heard(desk):
    desk.open().heard(3)
    forged = {"data": {"theme": "dark"}}
    desk.page.evaluate("said => frame.contentWindow.postMessage(said, '*')", forged)
    desk.settle()
    assert desk.frame.evaluate("() => told") == []


@pytest.mark.parametrize("more", [{"on": STRANGERS}, {"id": ""}])
def test_s10_a_stranger_hears_nothing_and_is_given_no_port(desk, more):
    desk.open(**more).settle()
    assert desk.page.evaluate("() => heard") == []
    assert desk.frame.evaluate("() => told") == []


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sidecar")
    rules = {"organization_id": "crm_id"}
    configure(folder, "pipedrive/organization", THEIRS, {"secret": "${SECRET}"}, rules)
    accounts = ACCOUNTS.replace("C-1", "5").replace("C-2", "6")
    (folder / "accounts.csv").write_text(accounts)
    os.utime(folder / "accounts.csv", (1_700_000_000, 1_700_000_000))  # as whole as a file can be
    started = Server(name="localhost")
    with running(folder, started):
        yield started.url


def address(number: int, *, secret: Secret = SECRET, **changes: Any) -> str:
    """Where Pipedrive opens the panel beside the organization *number*."""
    now = int(time.time())
    claims = {"userId": 77, "companyId": 13, "iat": now, "exp": now + 300}
    said = {
        "id": ID, "resource": "organization", "view": "details", "selectedIds": number,
        "userId": 77, "companyId": 13, "isShared": "false", "theme": "light",
        "token": jwt.encode(claims, secret.reveal(), algorithm="HS256"),
    }  # fmt: skip
    return f"{OURS}/hosts/desk?{urlencode(said | changes)}"


@pytest.fixture
def opened(browser, server):
    """Opens Pipedrive's page, with Context Sidecar at its public address in the panel."""
    with ExitStack() as stack:

        def open_panel(launch: str, more: dict[str, str] | None = None, **window):
            context = browser.new_context(**window)
            stack.callback(context.close)
            page = stack.enter_context(watched(context, expected=["status of 401"]))
            answer(page, f"{THEIRS}/", (PAGES / "pipedrive.html").read_text())
            at_its_address(page, server)
            page.goto(f"{THEIRS}/?{urlencode({'frame': launch} | (more or {}))}")
            return page, page.frame_locator("iframe").locator("main")

        yield open_panel


def test_the_card_stands_beside_the_organization_and_another_is_another(opened):
    page, card = opened(address(5))
    expect(card).to_contain_text("Acme GmbH")
    expect(card).to_contain_text("Gold")
    whole = page.frames[1].evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
    page.wait_for_function(f"() => frame.offsetHeight === {max(whole, 100)}")
    page.evaluate("launch => open(launch)", address(6))
    expect(card).to_contain_text("Other AG")
    expect(card).not_to_contain_text("Gold")


def test_an_organization_of_nobody_is_said_to_be_of_nobody(opened):
    _, card = opened(address(7))
    expect(card).to_contain_text("No customer found")


def test_a_pipedrive_that_is_silent_shows_the_card_all_the_same(opened):
    _, card = opened(address(5), {"silent": "1"})
    expect(card).to_contain_text("Gold")


def test_the_card_is_dark_where_pipedrive_is_and_becomes_it(opened):
    page, card = opened(address(5, theme="dark"))
    expect(card).to_contain_text("Gold")
    html = page.frame_locator("iframe").locator("html")
    expect(html).to_have_attribute("data-theme", "dark")
    page.wait_for_function("() => listening.user_settings_change")
    page.evaluate("() => fire('user_settings_change', { theme: 'light' })")
    expect(html).to_have_attribute("data-theme", "light")


def test_the_language_is_the_browsers(opened):
    _, card = opened(address(5), locale="de-DE")
    expect(card).to_contain_text("Erneut prüfen")


@pytest.mark.parametrize(
    "launch",
    [
        lambda: address(5, secret=OLD_SECRET),
        lambda: address(5, companyId=14),
        lambda: address(5, token="x"),
    ],
)
def test_s2_what_is_not_proven_shows_no_card_and_says_so(opened, launch):
    page, card = opened(launch())
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Please reload this page")
    expect(card).not_to_contain_text("Gold")
