"""The page and the host's bridge speak by events on the document."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.gallery import GALLERY

RECORD = """
document.dispatchEvent(new CustomEvent("context-sidecar:record", {
  detail: { type: "ticket", id: 4711, keys: { requester_email: "ana@acme.example" } },
}));
"""


@pytest.fixture
def later(cards):
    cards.later = True
    return cards


def test_a_bridge_that_learns_the_record_names_it_and_the_card_comes(page, later):
    later.bridge = RECORD
    page.goto(f"{later.url}/page")
    expect(page.locator("[data-key=tier] [data-face]")).to_have_text("Enterprise")
    assert later.named == [
        {"type": "ticket", "id": "4711", "keys": {"requester_email": "ana@acme.example"}}
    ]
    assert later.asked[0].headers["Authorization"] == "Bearer token-1"


def test_until_then_the_page_says_what_it_waits_for(page, later):
    page.goto(f"{later.url}/page")
    expect(page.get_by_text("Waiting to hear which record is open")).to_be_visible()


def test_a_host_that_stays_silent_is_no_blank_card(page, later):
    page.goto(f"{later.url}/page")
    expect(page.get_by_text("has not said which record is open")).to_be_hidden()
    expect(page.locator("main")).not_to_have_attribute("data-token", "token-1")
    page.clock.run_for(9000)
    expect(page.get_by_role("heading", name="No record yet")).to_be_visible()
    expect(page.get_by_text("Waiting to hear which record is open")).to_be_hidden()


def test_a_silent_host_can_be_asked_once_more(page, later):
    later.bridge = f"addEventListener('context-sidecar:ask', () => {{ {RECORD} }}, true);"
    page.goto(f"{later.url}/page")
    page.clock.run_for(9000)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-key=tier] [data-face]")).to_have_text("Enterprise")
    assert len(later.named) == 1


def test_another_record_takes_the_old_customer_off_the_screen_at_once(page, later, expected):
    expected.append("ERR_FAILED")
    later.bridge = RECORD
    page.goto(f"{later.url}/page")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Acme GmbH")
    page.route("**/v1/visits", lambda route: route.abort())
    page.evaluate(RECORD)
    expect(page.get_by_text("Acme GmbH")).to_have_count(0)
    page.unroute("**/v1/visits")
    later.shown = GALLERY["no-customer"]
    page.evaluate(RECORD)
    expect(page.get_by_role("heading", level=2)).to_contain_text("No customer found")


def test_the_card_stays_as_tall_as_it_was_until_the_next_record_is_there(page, later):
    later.bridge = RECORD
    page.goto(f"{later.url}/page")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Acme GmbH")
    card, held = page.locator(".card"), []
    tall = card.bounding_box()["height"]
    page.route("**/v1/visits", lambda route: held.append(route))  # noqa: PLW0108  no builtin will do
    page.evaluate(RECORD)
    expect(page.get_by_text("Acme GmbH")).to_have_count(0)
    assert card.bounding_box()["height"] == pytest.approx(tall, abs=1)

    later.shown = GALLERY["no-customer"]
    held[0].continue_()
    expect(page.get_by_role("heading", level=2)).to_contain_text("No customer found")
    assert card.bounding_box()["height"] < tall - 100


def test_a_record_that_could_not_be_named_is_named_again(page, later, forward, expected):
    expected.append("ERR_FAILED")
    later.bridge = RECORD
    page.route("**/v1/visits", lambda route: route.abort())
    page.goto(f"{later.url}/page")
    expect(page.locator("[data-lost]")).to_contain_text("No connection since")
    page.unroute("**/v1/visits")
    forward(seconds=6)
    expect(page.get_by_role("heading", level=2)).to_contain_text("Acme GmbH")


def test_a_record_that_may_not_be_named_is_said_to_be_over(page, later, expected):
    expected.append("Failed to load resource")
    later.bridge = RECORD
    page.route("**/v1/visits", lambda route: route.fulfill(status=403))
    page.goto(f"{later.url}/page")
    expect(page.locator("[data-lost]")).to_contain_text("This visit is over.")


def test_of_two_records_named_at_once_the_last_one_is_shown(page, later):
    later.bridge = RECORD + RECORD.replace("4711", "4712")
    page.goto(f"{later.url}/page")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Acme GmbH")
    expect(page.locator("[data-asking]")).to_have_count(0)
    assert [asked.path for asked in later.asked] == ["/v1/context/iframe/ticket/4712"]


UNSELECTED = "document.dispatchEvent(new Event('context-sidecar:unselected'));"


def test_where_nothing_is_selected_the_last_customer_is_off_the_screen(page, later):
    later.bridge = RECORD
    page.goto(f"{later.url}/page")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Acme GmbH")

    page.evaluate(UNSELECTED)
    expect(page.get_by_text("Acme GmbH")).to_have_count(0)
    expect(page.get_by_text("Open a single record")).to_be_visible()
    asked = len(later.asked)
    page.clock.run_for(120_000)
    expect(page.get_by_text("Open a single record")).to_be_visible()
    assert len(later.asked) == asked

    page.evaluate(RECORD)
    expect(page.get_by_role("heading", level=2)).to_contain_text("Acme GmbH")
    expect(page.get_by_text("Open a single record")).to_have_count(0)


def test_an_answer_that_comes_after_nothing_is_selected_is_not_shown(page, later):
    held = []
    page.route("**/v1/context/**", lambda route: held.append(route))  # noqa: PLW0108  no builtin will do
    later.bridge = RECORD
    with page.expect_request("**/v1/context/**"):
        page.goto(f"{later.url}/page")
    page.evaluate(UNSELECTED)
    with page.expect_response("**/v1/context/**"):
        held[0].continue_()
    expect(page.get_by_text("Open a single record")).to_be_visible()
    expect(page.get_by_text("Acme GmbH")).to_have_count(0)


def test_a_host_with_nothing_selected_is_not_silent(page, later):
    later.bridge = UNSELECTED
    page.goto(f"{later.url}/page")
    page.clock.run_for(9000)
    expect(page.get_by_text("Open a single record")).to_be_visible()
    expect(page.get_by_text("No record yet")).to_be_hidden()
    expect(page.get_by_text("Waiting to hear which record is open")).to_be_hidden()


def test_the_host_may_open_links_by_its_own_means(page, cards):
    cards.bridge = """
    document.addEventListener("context-sidecar:open-link", (event) => {
      event.preventDefault();
      window.opened = event.detail.url;
    });
    """
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    page.get_by_role("link", name="Export fails for the whole team").click()
    assert page.evaluate("window.opened") == "https://help.example.com/4711"
    assert len(page.context.pages) == 1


def test_the_host_is_told_how_tall_the_card_is(page, cards):
    cards.bridge = """
    document.addEventListener("context-sidecar:resize", (event) => {
      document.documentElement.dataset.told = event.detail.height;
    });
    """
    page.goto(f"{cards.url}/page")
    height = "Math.ceil(document.querySelector('.card').getBoundingClientRect().height)"
    told = page.locator("html")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    closed = page.evaluate(height)
    expect(told).to_have_attribute("data-told", str(closed))
    page.locator("[data-key=tier] .why > details > summary").click()
    assert page.evaluate(height) > closed
    expect(told).to_have_attribute("data-told", str(page.evaluate(height)))


def test_the_card_follows_the_theme_of_the_host(page, cards):
    cards.bridge = "document.addEventListener('context-sidecar:ready', () => { window.ready = 1 });"
    page.emulate_media(color_scheme="light")
    page.goto(f"{cards.url}/page")
    ground = "getComputedStyle(document.querySelector('.card')).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    change = """(theme) => document.dispatchEvent(
        new CustomEvent("context-sidecar:theme", { detail: { theme } })
    )"""
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    page.evaluate(change, "dark")
    assert page.evaluate(ground) == "rgb(27, 30, 34)"
    page.evaluate(change, "")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_a_bridge_may_say_that_the_record_changed(page, cards):
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    with page.expect_response("**/v1/context/**"):
        page.evaluate("document.dispatchEvent(new Event('context-sidecar:refresh'))")
    assert cards.asked[0].headers["Cache-Control"] == "no-cache"
