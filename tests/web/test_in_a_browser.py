"""A real browser, a page of another site around ours, and no cookies anywhere."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.browser import watched
from support.sites import Later, listening
from support.web import Deployment, configuration, install
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

pytestmark = pytest.mark.real

HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"
GUIDE = (HOSTS / "iframe" / "INSTALL.md").read_text()
RECIPE = re.search(r"## Height and colours.*?```javascript\n(.*?)```", GUIDE, re.DOTALL)[1]


def pages_of_a_desk(ours):
    """A page with the frame of an address in it; on `/own` the frame begins with an address of the
    page's own, which leads to ours, and the page does what the guide says."""
    script = RECIPE.replace("https://context.example.com", ours)

    def answer(environ, start):
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        if path == "/card":
            return redirect(f"{ours}{query}")(environ, start)
        address = (f"/card?{query}" if path == "/own" else f"{ours}{query}").replace("&", "&amp;")
        html = f'<iframe src="{address}" width=320 height=600></iframe>'
        html += f"<script>{script}</script>" if path == "/own" else ""
        return Response(html, content_type="text/html")(environ, start)

    return answer


@pytest.fixture
def site(tmp_path):
    """A sidecar on 127.0.0.1, and a help desk on localhost: two sites, as in every real tool."""
    sidecar, desk = Later(), Later()
    with ExitStack() as stack:
        ours = stack.enter_context(listening(sidecar, "127.0.0.1"))
        theirs = stack.enter_context(listening(desk, "localhost"))
        declared = configuration(tmp_path, install(origins=(theirs,)), public_url=ours)
        deployment = Deployment(declared)
        stack.callback(deployment.database.dispose)
        sidecar.application = deployment.application
        desk.application = pages_of_a_desk(ours)
        yield deployment, ours, theirs


@pytest.fixture
def window(browser):
    """A browser that takes no cookies of other sites."""
    context = browser.new_context(locale="en-GB")
    yield context
    context.close()


def test_s5_the_card_lives_in_a_frame_of_another_site_without_a_cookie(site, window):
    deployment, _, desk = site

    with watched(window) as page:
        page.goto(f"{desk}/?{deployment.signed()}")
        card = page.frame_locator("iframe")
        expect(card.locator("h2")).to_contain_text("Acme GmbH")
        deployment.engine.values = {"Tier__c": "PRO"}
        card.get_by_role("button", name="Check again").click()
        expect(card.locator("[data-key=tier]")).to_contain_text("Professional")

    assert window.cookies() == []
    assert deployment.engine.asked[-1]["force"]


def test_s11_nothing_of_ours_is_stopped_by_the_policy_and_nothing_else_runs(site, window):
    """Whatever a policy stops, Chromium complains of, and `watched` fails for a complaint."""
    deployment, _, desk = site
    refused = "Content Security Policy"

    with watched(window, expected=[refused]) as page:
        page.goto(f"{desk}/?{deployment.signed()}")
        expect(page.frame_locator("iframe").locator("h2")).to_contain_text("Acme GmbH")
        with page.expect_console_message(lambda said: refused in said.text):
            ran = page.frames[1].evaluate(
                """() => {
                  const script = document.createElement("script");
                  script.textContent = "window.ran = true";
                  document.head.append(script);
                  return window.ran === true;
                }"""
            )

    assert not ran


def test_s1_a_page_of_anybody_else_cannot_frame_the_card(site, window):
    deployment, ours, _ = site
    address = deployment.signed()
    frame = f'<iframe src="{ours}{address}"></iframe>'.replace("&", "&amp;")
    other = Response(frame, content_type="text/html")

    with listening(other, "localhost") as evil, watched(window, ["frame-ancestors"]) as page:
        page.goto(evil)
        expect(page.frame_locator("iframe").locator("h2")).to_have_count(0)
        assert page.frames[1].url.startswith("chrome-error:")


def test_s14_a_page_of_anybody_else_cannot_read_the_card_with_a_stolen_token(site, window):
    deployment, ours, _ = site
    token = deployment.token()
    address = f"{ours}/v1/context/iframe/ticket/4711"

    with (
        listening(Response("", content_type="text/html"), "localhost") as evil,
        watched(window, ["CORS", "403", "Failed to load"]) as page,
    ):
        page.goto(evil)
        read = page.evaluate(
            """([address, token]) =>
              fetch(address, {headers: {Authorization: `Bearer ${token}`}})
                .then((answer) => answer.text(), () => "refused")""",
            [address, token],
        )

    assert read == "refused"


def test_s2_a_replayed_page_is_kind_and_lets_nobody_in(site, window):
    deployment, _, desk = site
    address = f"{desk}/?{deployment.signed()}"

    with watched(window, ["401"]) as page:
        page.goto(address)
        expect(page.frame_locator("iframe").locator("h2")).to_contain_text("Acme GmbH")
        page.goto(address)
        expect(page.frame_locator("iframe").locator("h1")).to_have_text("Please reload this page")


def test_a_page_without_a_card_tells_its_height_as_well(site, window):
    _, _, desk = site

    with watched(window, ["401"]) as page:
        page.add_init_script("heard = []; addEventListener('message', (m) => heard.push(m.data))")
        page.goto(f"{desk}/?/hosts/intranet")

        page.wait_for_function("heard.some((one) => one.type === 'context-sidecar:resize')")
        assert 50 < page.evaluate("heard[0].height") < 150


def test_the_guides_recipe_works_where_the_frame_begins_with_an_address_of_the_pages_own(
    site, window
):
    deployment, _, desk = site

    with watched(window) as page:
        page.goto(f"{desk}/own?{deployment.signed()}")
        expect(page.frame_locator("iframe").locator("html")).to_have_attribute("data-theme", "dark")
        page.wait_for_function("parseInt(document.querySelector('iframe').style.height) > 100")


def test_the_documentation_is_readable_in_a_browser(site, window):
    deployment, ours, _ = site

    with watched(window, expected=["404"]) as page:  # of the icon that a browser asks for
        page.set_extra_http_headers({"Authorization": f"Bearer {deployment.key()}"})
        page.goto(f"{ours}/docs")
        expect(page.locator("h1")).to_contain_text("Context Sidecar")
        assert page.locator("section").count() > 5
