"""An admin installs a tool, in a real browser, and sees it turn green."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest
from context_sidecar.core.secrets import Secret
from context_sidecar.proof import signed_url
from playwright.sync_api import expect
from support.browser import watched
from support.sites import Later, listening
from support.usable import assert_usable
from support.web import CARD, DESK, Deployment, configuration

pytestmark = pytest.mark.real

UNSIGNED = "status of 401"
MISTAKEN = "status of 422"


@pytest.fixture
def ours(tmp_path):
    """A deployment that a browser can reach."""
    later = Later()
    with ExitStack() as stack:
        address = stack.enter_context(listening(later, "127.0.0.1"))
        shown = {"ticket": replace(CARD, where=("iframe/ticket", "zendesk/ticket"))}
        declared = configuration(tmp_path, public_url=address, cards=shown)
        deployment = Deployment(declared)
        stack.callback(deployment.database.dispose)
        later.application = deployment.application
        yield deployment


@pytest.fixture
def page(browser):
    context = browser.new_context(locale="en-GB", accept_downloads=True)
    with watched(context, expected=(UNSIGNED, MISTAKEN)) as page:
        page.set_default_timeout(10_000)
        yield page
    context.close()


def sign_in(page, ours, path="/admin"):
    _, key = ours.keys.create("Ana", (), admin=True)
    page.goto(ours.configuration.public_url + path)
    page.get_by_label("Admin key").fill(key.reveal())
    page.get_by_role("button", name="Sign in").click()


def test_an_admin_installs_a_tool_and_sees_it_turn_green(page, ours):
    sign_in(page, ours)
    page.get_by_role("link", name="Add an install").click()
    page.get_by_role("link", name="Any page").click()
    page.get_by_label("What people call it").fill("Wiki")
    page.get_by_label("The addresses of its pages").fill(DESK)
    page.get_by_role("button", name="Add").click()

    secret = page.locator(".secret").inner_text()
    status = page.get_by_role("status")
    expect(status).to_contain_text("Nothing has come from the tool yet.")

    public = ours.configuration.public_url
    parameters = {"record": "ticket/4711", "user": "ana"}
    address = signed_url.sign(public, "iframe", Secret(secret), parameters, now=ours.clock())
    assert page.request.get(address).status == 200

    expect(status).to_contain_text("It works: proven just now.", timeout=5_000)
    expect(status.locator(".works")).to_be_visible()


def test_a_package_is_downloaded(page, ours):
    sign_in(page, ours, "/admin/add/zendesk")
    page.get_by_label("The addresses of its pages").fill("https://acme.zendesk.com")
    page.get_by_label("Subdomain").fill("acme")
    page.get_by_role("button", name="Add").click()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download zendesk.zip").click()

    assert download.value.suggested_filename == "zendesk.zip"


def test_a_mistake_is_read_with_its_entry(page, ours):
    sign_in(page, ours, "/admin/add/zendesk")
    page.get_by_label("The addresses of its pages").fill("nonsense")
    page.get_by_label("Subdomain").fill("Not Good")
    page.get_by_role("button", name="Add").click()

    expect(page.get_by_label("Subdomain")).to_have_accessible_description(
        "The account: acme for acme.zendesk.com. "
        "Expected the part before .zendesk.com, in lower case, such as acme."
    )
    expect(page.get_by_role("alert")).to_contain_text("Nothing was kept")


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_u20_everybody_can_use_the_pages(page, ours, width, scheme):
    """WCAG 2.2 AA, as far as axe can tell; and nothing is wider than the window."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{ours.configuration.public_url}/admin")
    assert_usable(page)
    sign_in(page, ours)
    declared = {"host": "gladly", "settings": {"signing_key": "x1Y2z3A4b5C6d7E8f9G0h1I2j3K4l5M6"}}
    ours.installs.add("gladly", declared, "Ana")
    looked_at = (
        "", "/add", "/add/zendesk", "/add/link", "/installs/intranet", "/installs/gladly",
        "/guides/link/INSTALL.md", "/guides/link/recipes/", "/guides/link/recipes/gainsight.md",
    )  # fmt: skip
    for path in looked_at:
        page.goto(f"{ours.configuration.public_url}/admin{path}")
        assert_usable(page)
