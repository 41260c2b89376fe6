"""`<context-card>` in a page of another site, for real: the guide's own code, the whole server, and
a browser that keeps no cookies of other sites."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from context_sidecar.web.origins import origin_of
from playwright.sync_api import expect
from support.browser import watched, whole_browser
from support.clock import AheadClock
from support.hosts import SECRET as OTHER
from support.real import lacking
from support.sites import Later, listening
from support.web import SECRET, Deployment, configuration, install
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Request, Response

pytestmark = pytest.mark.real

HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"
GUIDE = (HOSTS / "iframe" / "INSTALL.md").read_text()
ELEMENT = GUIDE.partition("## As an element")[2]
SIGNING, TOKEN = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
MARKUP = re.search(r"```html\n(.*?)```", ELEMENT, re.DOTALL)[1]
REFRESH = re.search(r"```javascript\n(.*?)```", ELEMENT, re.DOTALL)[1]
CSP = "default-src 'none'; script-src {origin}; connect-src 'self' {origin}"
"""What the guide says that a page's policy needs."""


class Desk:
    """A help desk that shows the guide's markup, and gives tokens by the guide's code."""

    def __init__(self, ours: str) -> None:
        self.ours = ours
        self.secret = SECRET
        self.asked: list[str] = []
        self.said: dict[str, str] = {"key.requester_email": "ana@acme.example", "user": "17"}
        self.sample: dict[str, object] = {}
        exec(SIGNING + TOKEN, self.sample)

    def __call__(self, environ, start):
        request = Request(environ)
        if request.path == "/context-token":
            return self.token(json.loads(request.data)["record"])(environ, start)
        html = f"<!doctype html><html lang=en><title>Desk</title>{MARKUP}".replace(
            "https://context.example.com", self.ours
        )
        headers = {"Content-Security-Policy": CSP.format(origin=origin_of(self.ours))}
        return Response(html, headers=headers, content_type="text/html")(environ, start)

    def token(self, record: str) -> Response:
        self.asked.append(record)
        address, secret = f"{self.ours}/hosts/intranet", self.secret.reveal()
        try:
            granted = self.sample["context_token"](address, secret, record, self.said)
        except OSError:
            return Response(status=403)
        return Response(json.dumps(granted), content_type="application/json")


@pytest.fixture(params=["", "/behind/a/proxy"])
def site(tmp_path, request):
    """A sidecar on 127.0.0.1, at its root or below a path, and a help desk on localhost."""
    sidecar, desk = Later(), Later()
    with ExitStack() as stack:
        below = DispatcherMiddleware(Response(status=404), {request.param: sidecar})
        ours = stack.enter_context(listening(below, "127.0.0.1")) + request.param
        theirs = stack.enter_context(listening(desk, "localhost"))
        declared = configuration(tmp_path, install(origins=(theirs,)), public_url=ours)
        deployment = Deployment(declared, clock=AheadClock())
        stack.callback(deployment.database.dispose)
        sidecar.application = deployment.application
        desk.application = Desk(ours)
        yield deployment, desk.application, theirs


@pytest.fixture(scope="module")
def whole(browser):
    with whole_browser(browser) as opened:
        yield opened


@pytest.fixture
def window(whole):
    """A browser that is seen to keep no cookie of a site that the page is not of."""
    context = whole.new_context(locale="en-GB", color_scheme="light")
    biscuit = Response("", content_type="text/html")
    biscuit.headers["Set-Cookie"] = "kept=1; SameSite=None; Secure"
    with listening(biscuit, "127.0.0.1") as other:
        frame = Response(f'<iframe src="{other}"></iframe>', content_type="text/html")
        with listening(frame, "localhost") as own:
            page = context.new_page()
            page.goto(own)
            page.close()
    if context.cookies():
        lacking("this browser keeps cookies of other sites")
    yield context
    context.close()


def test_s5_the_guides_page_shows_the_card_without_a_cookie_under_the_policy_that_it_names(
    site, window
):
    """Whatever a policy stops, Chromium complains of, and `watched` fails for a complaint."""
    deployment, desk, theirs = site

    with watched(window, ["404"]) as page:  # of the icon that a browser asks for
        page.goto(theirs)
        expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
        expect(page.locator("context-card .field").first).to_have_css("display", "grid")

    assert window.cookies() == []
    assert desk.asked == ["iframe/ticket/4711"]
    assert deployment.engine.asked[-1]["record"].keys == {"requester_email": "ana@acme.example"}


def test_another_record_is_shown_without_loading_the_page_and_needs_its_own_token(site, window):
    deployment, desk, theirs = site

    with watched(window, ["404"]) as page:
        page.goto(theirs)
        expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
        page.evaluate("document.title = 'not loaded again'")
        desk.said = {"key.requester_email": "bo@other.example", "locale": "de"}
        page.evaluate(
            "document.querySelector('context-card').setAttribute('record', 'iframe/ticket/a b')"
        )
        expect(page.locator("context-card .card")).to_have_attribute("lang", "de")
        assert page.title() == "not loaded again"

    assert desk.asked == ["iframe/ticket/4711", "iframe/ticket/a b"]
    shown = deployment.engine.asked[-1]["record"]
    assert (shown.id, shown.keys) == ("a b", {"requester_email": "bo@other.example"})


def test_a_page_that_has_changed_something_can_have_it_asked_again(site, window):
    deployment, _, theirs = site

    with watched(window, ["404"]) as page:
        page.goto(theirs)
        expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
        deployment.engine.values = {"Tier__c": "PRO"}
        page.evaluate(REFRESH)
        expect(page.locator("context-card [data-key=tier]")).to_contain_text("Professional")

    assert deployment.engine.asked[-1]["force"]


def test_it_is_as_tall_as_the_card_and_follows_the_theme(site, window):
    _, _, theirs = site

    with watched(window, ["404"]) as page:
        page.goto(theirs)
        expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
        heights = (
            "['', '.card'].map((part) => { const e = document.querySelector('context-card');"
            "return (part ? e.shadowRoot.querySelector(part) : e).getBoundingClientRect().height })"
        )
        outer, inner = page.evaluate(heights)
        assert outer == pytest.approx(inner, abs=1)
        assert inner > 100
        page.evaluate("document.querySelector('context-card').setAttribute('theme', 'dark')")
        ground = page.locator("context-card .card")
        expect(ground).to_have_css("background-color", "rgb(27, 30, 34)")
        page.evaluate("document.querySelector('context-card').removeAttribute('theme')")
        expect(ground).to_have_css("background-color", "rgb(255, 255, 255)")


def test_s2_a_desk_with_another_secret_is_given_no_token_and_its_reader_is_told(site, window):
    deployment, desk, theirs = site
    desk.secret = OTHER

    with watched(window, ["403", "404"]) as page:
        page.goto(theirs)
        expect(page.locator("context-card [data-lost]")).to_contain_text("This visit is over.")

    assert deployment.engine.asked == []


def test_s15_a_page_of_another_origin_cannot_use_a_token_that_it_got_hold_of(site, window):
    deployment, desk, _ = site
    with (
        listening(desk, "localhost") as other,
        watched(window, ["CORS", "ERR_FAILED", "403", "404"]) as page,
    ):
        with page.expect_response("**/context-token"):
            page.goto(other)
        expect(page.get_by_text("The card comes here.")).to_be_visible()
        page.wait_for_function(
            "document.querySelector('context-card').shadowRoot.adoptedStyleSheets[0]"
        )
        expect(page.locator("context-card h2")).to_have_count(0)
    assert desk.asked
    assert deployment.engine.asked == []
