"""Zendesk's own client SDK in the frame that our script speaks from: both say the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from pytest_httpserver import HTTPServer
from support import npm

pytestmark = pytest.mark.real

PAGES = Path(__file__).parent / "pages"
BRIDGE = Path(__file__).parents[2] / "manifest/context_sidecar_hosts/zendesk/bridge.js"
TICKET = {"ticket.id": 4711, "ticket.requester.email": "ana@acme.example", "colorScheme": "dark"}
APP = """
import ZAFClient from "zendesk_app_framework_sdk";
const told = (window.told = []);
const client = ZAFClient.init();
client.on("app.registered", async () => {
  for (const name of WATCHED) client.on(name, (value) => told.push([name, value]));
  told.push(await client.get("colorScheme"));
  told.push(await client.get("currentUser").catch((error) => error.message));
  told.push(await client.get(ASKED));
  await client.invoke("resize", { width: "100%", height: "300px" });
  window.follow = (id) => client.invoke("routeTo", "ticket", id);
  window.ready = true;
});
"""
WATCHED = [
    "app.activated", "colorScheme.changed", "ticket.requester.id.changed",
    "ticket.requester.email.changed", "ticket.organization.changed",
]  # fmt: skip
"""What the SDK does not listen to by itself."""

ASKED = [
    "ticket.id", "ticket.requester.email", "ticket.requester.externalId", "ticket.organization",
]  # fmt: skip


@pytest.fixture(scope="module")
def sdk(tmp_path_factory) -> str:
    """An app made with Zendesk's own SDK, as a script for a page."""
    npm.need("zendesk_app_framework_sdk", "esbuild")
    folder = tmp_path_factory.mktemp("zendesk")
    source, made = folder / "app.js", folder / "made.js"
    script = APP.replace("WATCHED", json.dumps(WATCHED)).replace("ASKED", json.dumps(ASKED))
    source.write_text(script)
    how = ["--bundle", "--format=iife", "--log-level=warning", f"--outfile={made}"]
    npm.run(npm.TOOLS / ".bin" / "esbuild", source, *how)
    return made.read_text()


@pytest.fixture
def open_frame(browser, sdk):
    """Opens Zendesk's page with one of our frames in it; gives what Zendesk has heard."""
    page = browser.new_page()
    with (
        HTTPServer(host="127.0.0.1", threaded=True) as theirs,
        HTTPServer(host="localhost", threaded=True) as ours,
    ):
        desk = f"http://127.0.0.1:{theirs.port}"
        frame = (PAGES / "frame.html").read_text().replace("BRIDGE", "bridge")
        for server, path, body, kind in (
            (theirs, "/", (PAGES / "zendesk.html").read_text(), "text/html"),
            (ours, "/script", frame.replace("ORIGINS", desk), "text/html"),
            (ours, "/bridge.js", BRIDGE.read_text(), "text/javascript"),
            (ours, "/sdk", f"<!doctype html><script>{sdk}</script>", "text/html"),
        ):
            server.expect_request(path).respond_with_data(body, content_type=kind)

        def open_it(name: str):
            launch = f"http://localhost:{ours.port}/{name}"
            given = {"frame": launch, "location": "ticket_sidebar", "answers": json.dumps(TICKET)}
            page.goto(f"{desk}/?{urlencode(given)}")
            return page

        yield open_it
        page.close()


def heard(page, count: int) -> list[Any]:
    """What Zendesk has heard, without the numbers of the calls, in the order of their words: which
    of two questions comes first is nobody's business."""
    page.wait_for_function(f"() => heard.length >= {count}")
    said = page.evaluate("() => heard.map(({ id, ...rest }) => rest)")
    return sorted(said, key=lambda one: json.dumps(one, sort_keys=True))


def test_our_script_says_to_zendesk_what_its_own_sdk_says(open_frame):
    page = open_frame("sdk")
    page.frames[1].wait_for_function("() => window.ready")
    page.frames[1].evaluate("() => void follow('12')")
    by_sdk = heard(page, 12)

    page = open_frame("script")
    heard(page, 11)
    to = page.evaluate("() => `${location.origin}/agent/tickets/12`")
    assert page.frames[1].evaluate("to => follow(to)", to) == "opened by the host"

    assert heard(page, 12) == by_sdk


def test_the_page_that_plays_zendesk_gives_the_sdk_what_it_takes_for_answers(open_frame):
    page = open_frame("sdk")
    page.frames[1].wait_for_function("() => window.ready")
    page.evaluate("() => fire('colorScheme.changed', 'light')")
    page.frames[1].wait_for_function("() => told.length === 4")

    scheme, user, ticket, changed = page.frames[1].evaluate("() => told")
    assert scheme["colorScheme"] == "dark"
    assert "Could not find handler" in json.dumps(user)
    assert (ticket["ticket.id"], ticket["ticket.requester.email"]) == (4711, "ana@acme.example")
    assert changed == ["colorScheme.changed", "light"]
