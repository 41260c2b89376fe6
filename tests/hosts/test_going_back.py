"""A page that a browser goes back to shows the card by an address that was never used."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_httpserver import HTTPServer
from werkzeug import Response

pytestmark = pytest.mark.real

HOSTS = Path(__file__).parents[2] / "manifest" / "context_sidecar_hosts"


def test_the_frame_of_the_guide_for_any_page_begins_anew(page, theirs, ours):
    guide = (HOSTS / "iframe" / "INSTALL.md").read_text()
    scripts = re.findall(r"```javascript\n(.*?)```", guide, re.DOTALL)
    [script] = [one for one in scripts if "createElement" in one]
    html = f'<link rel="icon" href="data:,"><div id="customer"></div><script>{script}</script>'
    theirs.expect_request("/ticket").respond_with_data(html, content_type="text/html")
    theirs.expect_request("/other").respond_with_data("Other", content_type="text/html")
    used: list[str] = []
    numbers = count(1)

    def lead(_request) -> Response:
        where = f"http://localhost:{ours.port}/card?{next(numbers)}"
        return Response(status=302, headers={"Location": where, "Cache-Control": "no-store"})

    def show(request) -> Response:
        used.append(request.query_string.decode())
        said = f"The card by address {used[-1]}"
        return Response(said, headers={"Cache-Control": "no-store"}, mimetype="text/html")

    theirs.expect_request("/customer-card").respond_with_handler(lead)
    ours.expect_request("/card").respond_with_handler(show)

    page.goto(f"http://127.0.0.1:{theirs.port}/ticket")
    card = page.frame_locator("iframe").locator("body")
    expect(card).to_have_text("The card by address 1")
    page.goto(f"http://127.0.0.1:{theirs.port}/other")
    page.go_back()
    expect(card).to_have_text("The card by address 2")
    assert used == ["1", "2"]


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture
def theirs():
    with HTTPServer(host="127.0.0.1", threaded=True) as running:
        yield running


@pytest.fixture
def ours():
    with HTTPServer(host="localhost", threaded=True) as running:
        yield running
