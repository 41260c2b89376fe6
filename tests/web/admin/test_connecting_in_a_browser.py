"""An admin connects a source at its vendor, whose page is on another site, in a real browser."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from context_sidecar.core.http import Connection
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import AuthorizationCode
from playwright.sync_api import expect
from support import gallery
from support.browser import watched
from support.rotating import RotatingVendor
from support.sites import Later, listening
from support.usable import assert_usable
from support.web import Deployment, configuration
from werkzeug import Response

pytestmark = pytest.mark.real

UNSIGNED = "status of 401"


@pytest.fixture
def vendor(httpserver):
    """At localhost, which is another site than 127.0.0.1; its page sends everybody back at once."""
    made = RotatingVendor(httpserver)

    def page(request):
        asked = request.args
        back = {"code": made.consent(asked), "state": asked["state"]}
        return Response(
            status=302, headers={"Location": f"{asked['redirect_uri']}?{urlencode(back)}"}
        )

    httpserver.expect_request("/authorize").respond_with_handler(page)
    return made


@pytest.fixture
def ours(tmp_path, vendor):
    later = Later()
    how = AuthorizationCode(
        f"{vendor.url}/authorize", f"{vendor.url}/token", "app", Secret("s3cret"), "books.read"
    )
    books = replace(gallery.BILLING, id="books", label="Books", allow_private=True)
    with ExitStack() as stack:
        address = stack.enter_context(listening(later, "127.0.0.1"))
        declared = configuration(tmp_path, public_url=address, sources={"books": books})
        deployment = Deployment(declared, connections={"books": Connection(vendor.url, how)})
        stack.callback(deployment.database.dispose)
        later.application = deployment.application
        yield deployment


@pytest.fixture
def page(browser, ours):
    context = browser.new_context(locale="en-GB")
    with watched(context, expected=(UNSIGNED,)) as page:
        page.set_default_timeout(10_000)
        _, key = ours.keys.create("Ana", (), admin=True)
        page.goto(f"{ours.configuration.public_url}/admin")
        page.get_by_label("Admin key").fill(key.reveal())
        page.get_by_role("button", name="Sign in").click()
        yield page
    context.close()


def test_she_goes_to_the_vendor_and_comes_back_connected(page, ours):
    """The session's cookie stays at home on the way back, as it is meant to (SameSite=Strict)."""
    page.get_by_role("link", name="Sources").click()
    page.get_by_role("link", name="Connect").click()
    page.get_by_role("link", name="Connect Books").click()

    expect(page.get_by_text("Connected by Ana")).to_be_visible()
    assert page.url == f"{ours.configuration.public_url}/admin/sources/books"
    assert "code" not in page.url


def test_without_scripts_she_presses_a_button(browser, page, ours):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{ours.configuration.public_url}/admin/sources/books")
    plain.get_by_role("link", name="Connect Books").click()
    plain.get_by_role("button", name="Finish").click()

    expect(plain.get_by_text("Connected by Ana")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_u20_everybody_can_use_the_pages(page, ours, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    public = ours.configuration.public_url
    for path in ("/admin/sources", "/admin/sources/books", "/admin/connected?state=cli-1&code=2"):
        page.goto(public + path)
        assert_usable(page)
    page.goto(f"{public}/admin/sources/books/connect")
    expect(page).to_have_url(re.compile("/admin/sources/books$"))
    assert_usable(page)
