"""What the reader does with a card: take it along, say that a value is wrong, look at one that is
too old all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.dispute import Disputed
from playwright.sync_api import Page, expect
from support.gallery import GALLERY, NOW, context

TEXT = "Acme GmbH, as seen on 23 Nov 2026 at 11:52\nAccount tier: Enterprise\nReceipt 7F3K-Q2MD"
NOTED = "Noted for Revenue Operations. Receipt 7F3K-Q2MD"
NO_CLIPBOARD = """
Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject() } });
"""


@pytest.fixture
def opened(page: Page, cards) -> Page:
    cards.acts = {
        "summary": {"text": TEXT, "code": "7F3K-Q2MD"},
        "dispute": {"said": NOTED, "code": "7F3K-Q2MD"},
        "reveal": {"field": "arr"},
    }
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("button", name="Copy summary")).to_be_visible()
    return page


def pasted(page: Page) -> str:
    """What the clipboard holds, pasted where the reader writes."""
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<textarea id=there>')"
    )
    page.locator("#there").focus()
    page.keyboard.press("Control+v")
    return page.locator("#there").input_value()


def test_the_summary_goes_to_the_clipboard_and_the_card_says_so(opened, window, cards):
    window.grant_permissions(["clipboard-read", "clipboard-write"], origin=cards.url)
    opened.get_by_role("button", name="Copy summary").click()
    expect(opened.get_by_role("status")).to_have_text("Summary copied")
    assert pasted(opened) == TEXT
    assert cards.acted == [("summary", {"card": "", "locale": "en-GB"})]


def test_where_a_frame_may_not_use_the_clipboard_it_is_copied_the_old_way(opened):
    opened.evaluate(NO_CLIPBOARD)
    opened.get_by_role("button", name="Copy summary").click()
    expect(opened.get_by_role("status")).to_have_text("Summary copied")
    expect(opened.get_by_role("button", name="Copy summary")).to_be_focused()
    assert pasted(opened) == TEXT


def test_where_nothing_may_be_copied_the_text_is_there_to_be_selected(opened):
    opened.evaluate(NO_CLIPBOARD + "document.execCommand = () => false;")
    opened.get_by_role("button", name="Copy summary").click()
    expect(opened.get_by_role("status")).to_have_text("Copy the text below")
    box = opened.get_by_role("textbox", name="Summary to copy")
    expect(box).to_have_value(TEXT)
    expect(box).to_be_focused()
    assert opened.evaluate("document.activeElement.selectionEnd") == len(TEXT)


def test_what_cannot_be_had_is_said_and_can_be_tried_again(opened, cards, expected):
    expected.append("Failed to load resource")
    summary = cards.acts.pop("summary")
    opened.route("**/v1/visits/summary", lambda route: route.fulfill(status=503))
    opened.get_by_role("button", name="Copy summary").click()
    expect(opened.get_by_role("status")).to_contain_text("did not work")
    opened.unroute("**/v1/visits/summary")
    cards.acts["summary"] = summary
    opened.get_by_role("button", name="Copy summary").click()
    expect(opened.get_by_role("status")).to_have_text("Summary copied")


def test_a_value_is_said_to_be_wrong_in_two_steps_and_then_everybody_sees_it(opened, cards):
    tier = opened.locator("[data-key=tier]")
    tier.locator(".why > details > summary").click()
    tier.get_by_text("This looks wrong").click()
    tier.get_by_role("textbox").fill("They signed Professional last week")
    since = {"tier": Disputed(NOW, 1)}
    cards.shown = lambda: context(disputed=since)
    tier.get_by_role("button", name="Tell Revenue Operations").click()
    expect(opened.get_by_role("status")).to_have_text(NOTED)
    [(act, said)] = cards.acted
    assert act == "dispute"
    assert said["field"] == "tier"
    assert said["note"] == "They signed Professional last week"
    expect(tier.get_by_text("Reported as wrong just now")).to_be_visible()
    expect(tier.get_by_role("textbox")).to_be_hidden()


def test_how_long_a_value_has_been_said_to_be_wrong_grows_on_screen(page, cards, forward):
    cards.shown = lambda: context(disputed={"tier": Disputed(NOW - timedelta(minutes=5), 2)})
    page.goto(f"{cards.url}/page")
    note = page.locator("[data-key=tier] dd.disputed")
    expect(note).to_have_text(
        "Reported as wrong 2 times, first 5 minutes ago. Revenue Operations has it."
    )
    forward(minutes=2)
    expect(note).to_contain_text("first 7 minutes ago")


def test_a_half_written_note_survives_an_answer(opened, cards, forward):
    tier = opened.locator("[data-key=tier]")
    tier.locator(".why > details > summary").click()
    tier.get_by_text("This looks wrong").click()
    tier.get_by_role("textbox").fill("They signed")
    cards.shown = GALLERY["source-down"]
    opened.get_by_role("button", name="Check again").click()
    expect(opened.get_by_role("status")).to_contain_text("Could not read: Salesforce")
    expect(tier.get_by_role("textbox")).to_have_value("They signed")


def test_looking_at_a_value_that_is_too_old_is_noted_once_for_each_look(opened, cards):
    cards.shown = GALLERY["expired"]
    opened.get_by_role("button", name="Check again").click()
    anyway = opened.locator(".anyway > summary")
    with opened.expect_response("**/v1/visits/reveal"):
        anyway.click()
    anyway.click()
    assert [(act, said["field"]) for act, said in cards.acted] == [("reveal", "arr")]


def test_without_a_script_nothing_is_offered_that_would_not_work(browser, cards):
    silent = browser.new_context(java_script_enabled=False)
    page = silent.new_page()
    page.goto(f"{cards.url}/page")
    for words in ("Copy summary", "Check again", "This looks wrong"):
        expect(page.get_by_text(words).first).to_be_hidden()
    silent.close()


def test_without_a_script_nobody_is_told_to_wait_for_what_would_not_come(browser, cards):
    cards.shown = GALLERY["all-pending"]
    silent = browser.new_context(java_script_enabled=False)
    page = silent.new_page()
    page.goto(f"{cards.url}/page")
    expect(page.locator("noscript p")).to_have_text("Reload the page to see what has arrived.")
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.locator(".progress")).to_be_hidden()
    silent.close()
