"""The script that speaks with Salesforce's page, in a real browser, heard by Salesforce's own."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pytest_httpserver import HTTPServer
from support import npm

pytestmark = pytest.mark.real

PAGES = Path(__file__).parent / "pages"
BRIDGE = Path(__file__).parents[2] / "manifest/context_sidecar_hosts/salesforce/bridge.js"
SDK = npm.TOOLS / "@salesforce/canvas-js-sdk/js/canvas-all.js"


class Org:
    """Salesforce's page on one site and our frame on another, in one browser tab."""

    def __init__(self, page, theirs: HTTPServer, ours: HTTPServer) -> None:
        npm.need("@salesforce/canvas-js-sdk")
        self.page, self.complaints = page, []
        self.theirs = f"http://127.0.0.1:{theirs.port}"
        self.ours = f"http://localhost:{ours.port}"
        frame = (PAGES / "frame.html").read_text().replace("BRIDGE", "bridge")
        frame = frame.replace("ORIGINS", f"https://other.example {self.theirs}")
        script, html = "text/javascript", "text/html"
        for server in (theirs, ours):
            server.clear()
            for path, content, kind in [
                ("/page", (PAGES / "salesforce.html").read_text(), html),
                ("/frame", frame, html),
                ("/sdk", (PAGES / "salesforce-sdk.html").read_text(), html),
                ("/bridge.js", BRIDGE.read_text(), script),
                ("/canvas-all.js", SDK.read_text(), script),
            ]:
                server.expect_request(path).respond_with_data(content, content_type=kind)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "/frame", *, on: str = "", **more: str) -> Org:
        query = urlencode({"frame": self.ours + path} | more)
        self.page.goto(f"{on or self.theirs}/page?{query}")
        return self

    @property
    def frame(self):
        return self.page.frames[1]

    def grown_to(self, height: int) -> None:
        self.page.wait_for_function(f"() => frame.offsetHeight === {height} + 4")

    def settle(self) -> None:
        """Wait until every message on its way has been heard."""
        self.page.wait_for_load_state("load")
        self.frame.wait_for_load_state("load")
        self.frame.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )


@pytest.fixture(scope="module")
def servers():
    with (
        HTTPServer(host="127.0.0.1", threaded=True) as theirs,
        HTTPServer(host="localhost", threaded=True) as ours,
    ):
        yield theirs, ours


@pytest.fixture
def org(browser, servers):
    page = browser.new_page()
    started = Org(page, *servers)
    yield started
    page.close()
    assert started.complaints == []


def card(org: Org, height: str) -> None:
    org.frame.evaluate(
        "height => { document.querySelector('#card').style.height = height }", height
    )


def test_the_frame_grows_and_shrinks_with_the_card(org):
    org.open().grown_to(300)
    card(org, "450.2px")
    org.grown_to(451)
    card(org, "120px")
    org.grown_to(120)


def test_salesforces_own_script_would_have_said_the_same(org):
    org.open().grown_to(300)
    ours = org.page.evaluate("() => heard")
    org.open("/sdk?" + urlencode({"to": org.theirs})).grown_to(300)
    theirs = org.page.evaluate("() => heard")
    assert ours == theirs


def test_a_card_that_nobody_sees_does_not_ask_for_a_height_of_nothing(org):
    org.open().grown_to(300)
    card(org, "0")
    org.settle()
    assert org.page.evaluate("() => heard.length") == 1


def test_what_is_said_holds_no_token(org):
    org.open().grown_to(300)
    [said] = org.page.evaluate("() => raw")
    assert json.loads(said["data"])["body"]["config"]["client"]["oauthToken"] == "null"


def test_a_frame_that_is_no_canvas_app_says_nothing(org):
    org.open(name="another").settle()
    assert org.page.evaluate("() => raw") == []


def test_s10_a_page_of_another_origin_hears_nothing(org):
    org.open(on=org.ours).settle()
    assert org.page.evaluate("() => raw") == []


def test_s10_the_bridge_hears_nothing_from_anybody(org):
    org.open().grown_to(300)
    org.page.evaluate(
        """() => {
            for (const data of ["{", null, '{"type":"callback","status":401}', {theme: "dark"}])
                frame.contentWindow.postMessage(data, "*");
        }"""
    )
    org.settle()
    assert org.frame.evaluate("() => told") == []
