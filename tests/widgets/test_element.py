"""`<context-card>` shows a card in any page of one's own."""

from __future__ import annotations

import re
from importlib.resources import files

import context_sidecar_widgets
import pytest
from context_sidecar.wording import LANGUAGES, words
from context_sidecar_widgets.rendering import live_texts
from playwright.sync_api import expect
from support.gallery import GALLERY, context


def embed(page, cards, attributes: str, content: str = "") -> None:
    cards.markup = (
        f'<context-card record="iframe/ticket/4711" {attributes}>{content}</context-card>'
    )
    page.goto(f"{cards.url}/embedding")


def test_it_shows_the_card_with_its_style_inside_of_itself(page, cards):
    embed(page, cards, 'token="token-1"', "Not loaded yet.")
    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
    expect(page.locator("context-card .field").first).to_have_css("display", "grid")
    expect(page.locator("context-card slot")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("")
    assert cards.asked[0].path == "/v1/context/iframe/ticket/4711"


def test_it_asks_for_the_card_that_it_names(page, cards):
    embed(page, cards, 'token="token-1" card="renewal"')
    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
    assert cards.asked[0].args["card"] == "renewal"


def test_it_gets_its_token_from_a_server_of_the_page(page, cards, forward):
    cards.tokens = ["granted"]
    embed(page, cards, 'token-url="/token"')
    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
    assert cards.asked[0].headers["Authorization"] == "Bearer granted"
    with page.expect_request("**/token"):
        forward(minutes=8)


def test_it_asks_the_page_for_a_token_that_it_has_no_way_to_get(page, cards):
    page.add_init_script(
        """addEventListener("context-sidecar:token-needed", (event) => {
          window.needed = event.detail.record;
          event.target.setAttribute("token", "token-1");
        });"""
    )
    embed(page, cards, "")
    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
    assert page.evaluate("window.needed") == "iframe/ticket/4711"


def test_another_record_is_another_card(page, cards):
    embed(page, cards, 'token="token-1"')
    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
    cards.shown = GALLERY["no-customer"]
    page.evaluate("document.querySelector('context-card').setAttribute('record', 'rt/ticket/5')")
    expect(page.locator("context-card h2")).to_contain_text("No customer found")
    assert cards.asked[-1].path == "/v1/context/rt/ticket/5"


def test_it_is_kept_live_like_the_page(page, cards, forward):
    cards.shown = GALLERY["pending"]
    embed(page, cards, 'token="token-1"')
    tickets = page.locator("context-card [data-key=open_tickets] [data-face]")
    expect(tickets).to_contain_text("On its way")
    cards.shown = context
    forward(seconds=1)
    expect(tickets).to_have_text("3 (up to 12 days old)")


def test_a_page_may_open_the_links_otherwise(page, cards):
    embed(page, cards, 'token="token-1"')
    page.evaluate(
        """document.addEventListener("context-sidecar:open-link", (event) => {
          event.preventDefault();
          window.opened = event.detail.url;
        })"""
    )
    page.get_by_role("link", name="Export fails for the whole team").click()
    assert page.evaluate("window.opened") == "https://help.example.com/4711"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_its_theme_can_be_set(page, cards, theme):
    embed(page, cards, f'token="token-1" theme="{theme}"')
    ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(27, 30, 34)"}[theme]
    expect(page.locator("context-card .card")).to_have_css("background-color", ground)


def test_what_stands_inside_it_stays_until_the_card_is_there(page, cards, expected, forward):
    expected.append("Failed to load resource")
    cards.status = 503
    embed(page, cards, 'token="token-1"', "The card comes here.")
    expect(page.get_by_text("The card comes here.")).to_be_visible()
    page.wait_for_function(
        "document.querySelector('context-card').shadowRoot.adoptedStyleSheets[0]"
    )
    while len(cards.asked) < 2:
        forward(seconds=1)
    expect(page.locator("[data-lost]")).to_contain_text("No connection since")
    cards.status = 200
    forward(seconds=10)
    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")


def test_a_refused_token_is_said_in_the_language_of_the_page(page, cards, expected):
    expected.append("Failed to load resource")
    cards.locale = "de"
    embed(page, cards, 'token="wrong"')
    expect(page.locator("[data-lost]")).to_contain_text("Diese Sitzung ist abgelaufen.")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_server_of_the_page_that_refuses_is_asked_once_and_said_to(
    page, cards, expected, forward, status
):
    expected.append("Failed to load resource")
    asked = []
    page.route("**/token", lambda route: (asked.append(1), route.fulfill(status=status)))
    embed(page, cards, 'token-url="/token"', "The card comes here.")

    expect(page.locator("[data-lost]")).to_contain_text("This visit is over.")
    forward(minutes=2)
    assert len(asked) == 1


def test_a_server_of_the_page_that_cannot_be_reached_is_said_to_and_asked_less_and_less(
    page, cards, expected, forward
):
    expected.append("ERR_FAILED")
    asked = []
    page.route("**/token", lambda route: (asked.append(1), route.abort()))
    embed(page, cards, 'token-url="/token"', "The card comes here.")

    while len(asked) < 2:
        forward(seconds=1)
    expect(page.locator("[data-lost]")).to_contain_text("No connection since")
    expect(page.get_by_text("The card comes here.")).to_be_visible()
    while len(asked) < 5:
        forward(seconds=1)
    forward(seconds=20)
    assert len(asked) == 5

    page.unroute("**/token")
    while not page.locator("context-card h2").count():
        forward(seconds=10)
    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
    expect(page.locator("[data-lost]")).to_be_hidden()


def test_an_error_page_is_not_taken_for_its_style(page, cards, expected, forward):
    expected.append("Failed to load resource")
    page.route("**/card.css", lambda route: route.fulfill(status=502, body=".card { color: red }"))
    embed(page, cards, 'token="token-1"')
    page.wait_for_timeout(200)
    page.unroute("**/card.css")
    forward(seconds=5)

    expect(page.locator("context-card h2")).to_contain_text("Acme GmbH")
    expect(page.locator("context-card .field").first).to_have_css("display", "grid")


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_first_words_are_those_of_the_catalogs(language):
    script = (files(context_sidecar_widgets) / "assets" / "context-card.js").read_text()
    texts = live_texts(words(language, "UTC").text)
    assert re.findall(rf'^  {language}: "(.*)",$', script, re.MULTILINE) == [
        texts["lost"],
        texts["over"],
    ]
