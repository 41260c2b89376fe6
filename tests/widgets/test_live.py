"""A card that is on screen stays true: to what the server knows, and to the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from context_sidecar.core.context import Context
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from playwright.sync_api import Locator, Page, expect
from support.gallery import (
    AT_RISK,
    GALLERY,
    NOW,
    TIER,
    VALUES,
    context,
    observed,
    only,
    source_down,
)

REFUSED = "Failed to load resource"
HOUR = 60 * 60 * 1000


def open_card(page: Page, cards) -> Locator:
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    return page.locator(".card")


@contextmanager
def asking(page: Page) -> Iterator[None]:
    """What is done within makes the card ask, and its answer has been dealt with afterwards."""
    with page.expect_response("**/v1/context/**"):
        yield
    expect(page.locator("[data-asking]")).to_have_count(0)


def face(page: Page, field: str) -> Locator:
    return page.locator(f"[data-key={field}] [data-face]")


def professional() -> Context:
    changed = observed(Found({**VALUES, "Tier__c": "PRO"}))
    return only(TIER, changed)


def in_a_minute() -> Context:
    """The healthy customer's card, that is asked for again in a minute."""
    return replace(context(), check_again_at=NOW + timedelta(minutes=1))


def test_a_value_turns_stale_and_then_too_old_on_screen_without_asking(page, cards, expected):
    expected.append(REFUSED)
    open_card(page, cards)
    expect(face(page, "tier")).to_have_text("Enterprise")
    cards.status = 503
    page.clock.fast_forward("55:10")
    expect(face(page, "tier")).to_have_text("Enterprise as of 1 hour ago")
    expect(face(page, "tier").get_by_role("img", name="Old")).to_be_visible()
    expect(page.locator(".headline").get_by_role("img", name="Old")).to_be_visible()
    page.clock.fast_forward(96 * HOUR)
    expect(face(page, "tier")).to_contain_text("Too old to use (4 days)")
    expect(page.get_by_text("Enterprise", exact=True)).to_be_hidden()
    expect(page.locator(".headline")).to_have_text("Account tier")


def test_what_is_wrong_turns_with_the_value(page, cards, expected):
    expected.append(REFUSED)
    open_card(page, cards)
    cards.status = 503
    page.locator("[data-key=tier] .why > details > summary").click()
    page.clock.fast_forward("55:10")
    expect(page.locator("[data-key=tier] [data-remark]")).to_contain_text(
        "That is older than the 1 hour agreed for it."
    )


def test_ages_grow(page, cards, forward):
    open_card(page, cards)
    expect(page.locator(".checked")).to_have_text("Checked 5 minutes ago")
    forward(minutes=1, seconds=10)
    expect(page.locator(".checked")).to_have_text("Checked 6 minutes ago")


def test_a_browser_whose_clock_is_wrong_shows_the_ages_of_the_server(page, cards):
    page.clock.set_fixed_time(NOW - timedelta(hours=5))
    open_card(page, cards)
    expect(page.locator(".checked")).to_have_text("Checked 5 minutes ago")


def test_a_late_value_lands_without_a_reload(page, cards, forward):
    cards.shown = GALLERY["pending"]
    open_card(page, cards)
    expect(face(page, "open_tickets")).to_contain_text("On its way")
    cards.shown = context
    forward(seconds=1)
    expect(face(page, "open_tickets")).to_have_text("3 (up to 12 days old)")
    expect(page.get_by_role("status")).to_have_text("Updated: Open tickets")


def test_what_is_on_its_way_is_asked_for_less_and_less_often(page, cards, forward):
    cards.shown = GALLERY["pending"]
    open_card(page, cards)
    for wait, asked in ((0.5, 1), (1, 2), (2, 3), (4, 4), (8, 5), (8, 6)):
        forward(seconds=wait - 0.1)
        assert len(cards.asked) == asked - 1
        with asking(page):
            forward(seconds=0.1)


def test_landing_moves_neither_focus_nor_an_open_disclosure_nor_the_layout(page, cards, forward):
    page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            if (!entry.hadRecentInput) window.shift += entry.value;
          }
        }).observe({ type: "layout-shift", buffered: true });"""
    )
    cards.shown = lambda: only(TIER, observed(), under_way=True)
    open_card(page, cards)
    why = page.locator("[data-key=contract_status] .why > details > summary")
    why.focus()
    page.keyboard.press("Enter")
    cards.shown = context
    forward(seconds=1)
    expect(face(page, "tier")).to_have_text("Enterprise")
    expect(why).to_be_focused()
    expect(page.locator("[data-key=contract_status] .why > details")).to_have_attribute("open", "")
    assert page.evaluate("window.shift") < 0.05


def test_a_complete_card_is_asked_for_when_it_may_have_changed_and_not_before(page, cards, forward):
    cards.shown = lambda: replace(context(), check_again_at=NOW + timedelta(seconds=40))
    open_card(page, cards)
    forward(seconds=39.5)
    assert cards.asked == []
    with asking(page):
        forward(seconds=0.6)


def test_what_others_change_is_seen_within_a_minute(page, cards, forward):
    """Nobody can know before when a file is delivered, a source is mended, a value disputed."""
    cards.shown = GALLERY["no-customer"]
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    forward(seconds=59)
    assert cards.asked == []
    cards.shown = context
    with asking(page):
        forward(seconds=1)
    expect(page.get_by_role("heading", level=2)).to_contain_text("Acme GmbH")
    assert cards.asked[0].headers["Cache-Control"] == "max-age=0", "it is no order to the sources"


def test_a_card_whose_time_has_passed_is_asked_for_less_and_less_often(page, cards, forward):
    cards.shown = lambda: replace(context(), check_again_at=NOW - timedelta(minutes=1))
    open_card(page, cards)
    for wait, asked in ((4, 1), (8, 2), (16, 3)):
        forward(seconds=wait - 0.1)
        assert len(cards.asked) == asked - 1
        with asking(page):
            forward(seconds=0.1)


def test_asking_by_itself_is_no_order_to_ask_the_sources(page, cards, forward):
    cards.shown = GALLERY["pending"]
    open_card(page, cards)
    for wait in (0.5, 1):
        with asking(page):
            forward(seconds=wait)
    first, second = cards.asked
    assert first.headers["Authorization"] == "Bearer token-1"
    assert "no-cache" not in first.headers.get("Cache-Control", "")
    assert "no-cache" not in second.headers.get("Cache-Control", "")
    assert second.headers["If-None-Match"]


def test_check_again_asks_the_sources_and_says_what_changed(page, cards):
    open_card(page, cards)
    cards.shown = professional
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("Updated: Account tier")
    expect(face(page, "tier")).to_have_text("Professional")
    assert cards.asked[0].headers["Cache-Control"] == "no-cache"


def test_check_again_says_that_nothing_changed(page, cards):
    open_card(page, cards)
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("No change")


def test_check_again_says_who_could_not_be_read_and_that_what_was_shown_is_no_longer_certain(
    page, cards
):
    open_card(page, cards)
    cards.shown = GALLERY["stale-failing"]
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text(
        "Not certain: Yearly revenue Could not read: Billing"
    )


def test_check_again_says_who_could_not_be_read_though_nothing_changed(page, cards, forward):
    cards.shown = GALLERY["source-down"]
    open_card(page, cards)
    button = page.get_by_role("button", name="Check again")
    button.click()
    expect(page.get_by_role("status")).to_have_text("Could not read: Salesforce")
    button.click()
    expect(page.get_by_role("status")).to_have_text("Could not read: Salesforce")
    assert len(cards.asked) == 1


def test_check_again_says_so_where_somebody_else_has_just_had_the_sources_asked(page, cards):
    open_card(page, cards)
    cards.just_asked = True
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("Checked a moment ago")


def test_check_again_says_what_can_be_relied_on_again(page, cards):
    cards.shown = GALLERY["stale"]
    open_card(page, cards)
    cards.shown = context
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("Confirmed: Account tier")


def test_an_outage_is_told_to_those_who_listen_in_one_message(page, cards, forward):
    cards.shown = in_a_minute
    open_card(page, cards)
    cards.shown = lambda: source_down(Reason.TIMEOUT, ago=timedelta(hours=2), rules=(AT_RISK,))
    with asking(page):
        forward(seconds=61)
    status = page.get_by_role("status")
    expect(status).to_have_text(
        "Salesforce is not answering in time (since 11:42). "
        "Not certain: Account tier, Contract, Health score and Renewal"
    )
    expect(status).to_have_class("status unseen")
    expect(page.locator(".checked")).to_be_visible()


def test_what_was_told_to_those_who_listen_does_not_outlast_its_cause(page, cards):
    open_card(page, cards)
    for cards.shown in (GALLERY["source-down"], GALLERY["several-customers"]):
        with asking(page):
            page.evaluate("document.dispatchEvent(new Event('context-sidecar:refresh'))")
    expect(page.get_by_text("2 possible customers")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("")


def test_what_to_notice_first_is_told_when_it_comes_up(page, cards, forward):
    cards.shown = in_a_minute
    open_card(page, cards)
    cards.shown = GALLERY["attention"]
    with asking(page):
        forward(seconds=61)
    expect(page.get_by_role("status")).to_have_text(AT_RISK.say)


def test_what_is_only_being_looked_at_is_no_news(page, cards, forward):
    cards.shown = in_a_minute
    open_card(page, cards)
    cards.shown = GALLERY["stale-checking"]
    with asking(page):
        forward(seconds=61)
    expect(face(page, "tier")).to_contain_text("checking")
    expect(page.get_by_role("status")).to_have_text("")


def test_check_again_says_that_it_is_checking_until_all_answers_are_in(page, cards, forward):
    open_card(page, cards)
    cards.shown = lambda: only(
        TIER, observed(Found(VALUES), ago=timedelta(hours=2)), under_way=True
    )
    button = page.get_by_role("button", name="Check again")
    button.click()
    expect(page.locator(".progress")).to_have_text("Waiting for Salesforce")
    expect(page.get_by_role("status")).to_have_text("Checking …")
    expect(button).to_have_attribute("aria-disabled", "true")
    cards.shown = professional
    forward(seconds=1)
    expect(page.get_by_role("status")).to_have_text("Updated: Account tier")
    expect(button).not_to_have_attribute("aria-disabled", "true")


def test_pressing_again_at_once_asks_nobody(page, cards, forward):
    open_card(page, cards)
    button = page.get_by_role("button", name="Check again")
    button.click()
    expect(page.get_by_role("status")).to_have_text("No change")
    button.click()
    expect(page.get_by_role("status")).to_have_text("Checked a moment ago")
    assert len(cards.asked) == 1
    forward(seconds=11)
    expect(page.get_by_role("status")).to_have_text("")
    button.click()
    expect(page.get_by_role("status")).to_have_text("No change")
    assert len(cards.asked) == 2


def test_a_lost_connection_says_since_when_keeps_the_values_and_recovers(
    page, cards, forward, window, expected
):
    expected.append("ERR_INTERNET_DISCONNECTED")
    open_card(page, cards)
    window.set_offline(True)
    page.get_by_role("button", name="Check again").click()
    lost = page.locator("[data-lost]")
    expect(lost).to_have_text("No connection since 11:52. Trying again.")
    expect(page.get_by_role("status")).to_have_text("No connection since 11:52. Trying again.")
    expect(face(page, "tier")).to_have_text("Enterprise")
    cards.shown = professional
    window.set_offline(False)
    forward(seconds=5)
    expect(lost).to_be_hidden()
    expect(face(page, "tier")).to_have_text("Professional")


def test_a_lost_connection_is_told_in_the_time_of_the_server(page, cards, window, expected):
    expected.append("ERR_INTERNET_DISCONNECTED")
    page.clock.set_fixed_time(NOW - timedelta(hours=5))
    open_card(page, cards)
    window.set_offline(True)
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("[data-lost]")).to_have_text("No connection since 11:52. Trying again.")


def test_one_failed_request_is_no_lost_connection(page, cards, forward, expected):
    expected.append(REFUSED)
    cards.shown = GALLERY["pending"]
    open_card(page, cards)
    cards.status = 502
    with asking(page):
        forward(seconds=0.5)
    expect(page.locator("[data-lost]")).to_be_hidden()
    with asking(page):
        forward(seconds=2)
    expect(page.locator("[data-lost]")).to_be_visible()


def test_an_answer_that_is_no_card_is_not_shown(page, cards, forward, expected):
    cards.shown = GALLERY["pending"]
    open_card(page, cards)
    page.route(
        "**/v1/context/**",
        lambda route: route.fulfill(body="<h1>Sign in to the proxy</h1>", content_type="text/html"),
    )
    with asking(page):
        forward(seconds=0.5)
    with asking(page):
        forward(seconds=2)
    expect(page.locator("[data-lost]")).to_be_visible()
    expect(page.get_by_text("Sign in to the proxy")).to_have_count(0)
    expect(face(page, "tier")).to_have_text("Enterprise")


def test_the_token_is_renewed_before_it_expires(page, cards, forward):
    cards.lifetime_s = 600
    open_card(page, cards)
    with page.expect_response("**/v1/visits/renew"):
        forward(minutes=8)
    assert cards.renewed == ["Bearer token-1"]
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("No change")
    assert cards.asked[-1].headers["Authorization"] == "Bearer token-2"


def test_a_visit_that_is_over_says_so_and_takes_the_values_back(page, cards, forward, expected):
    expected.append(REFUSED)
    open_card(page, cards)
    cards.tokens.clear()
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("[data-lost]")).to_have_text(
        "This visit is over. Reload the page to see the card again."
    )
    expect(page.get_by_text("Enterprise")).to_have_count(0)
    expect(page.get_by_text("Acme GmbH")).to_have_count(0)
    page.clock.fast_forward(2 * HOUR)
    assert len(cards.asked) == 1


def test_a_card_in_a_hidden_tab_asks_nobody_until_it_is_seen_again(page, cards, forward):
    page.add_init_script(
        "window.away = false; Object.defineProperty(document, 'hidden', {get: () => window.away})"
    )
    open_card(page, cards)
    page.evaluate("window.away = true; document.dispatchEvent(new Event('visibilitychange'))")
    with asking(page):
        page.get_by_role("button", name="Check again").click()
    page.clock.fast_forward(2 * HOUR)
    assert len(cards.asked) == 1
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    with asking(page):
        forward(seconds=1)


def test_a_new_notice_appears_and_leaves_with_its_cause(page, cards):
    cards.shown = lambda: source_down(Reason.TIMEOUT, ago=timedelta(hours=2))
    open_card(page, cards)
    notice = page.locator(".notice:not([data-lost])")
    expect(notice).to_contain_text("Salesforce is not answering in time")
    cards.shown = context
    page.get_by_role("button", name="Check again").click()
    expect(notice).to_have_count(0)


def test_a_shown_old_value_stays_shown_while_it_is_still_too_old(page, cards, forward):
    cards.shown = GALLERY["expired"]
    open_card(page, cards)
    expect(page.get_by_text("€48,000.00")).to_be_hidden()
    page.get_by_text("Show anyway").click()
    expect(page.get_by_text("€48,000.00")).to_be_visible()
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("Could not read: Billing")
    expect(page.get_by_text("€48,000.00")).to_be_visible()


def test_the_token_is_in_no_address_no_storage_and_not_on_the_page(page, cards, window):
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    open_card(page, cards)
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("status")).to_have_text("No change")
    assert not any("token" in address for address in addresses)
    assert "token-1" not in page.content()
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert window.cookies() == []


def test_everything_comes_from_the_server_itself(page, cards):
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    open_card(page, cards)
    assert addresses
    assert all(address.startswith(cards.url) for address in addresses)
