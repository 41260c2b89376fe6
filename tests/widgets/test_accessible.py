"""Everybody can read the card: in every state, theme and width, by eye, ear and keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from context_sidecar.core.context import Context
from context_sidecar.core.field import FieldType
from context_sidecar.core.reasons import Reason
from context_sidecar.wording import answer, words
from context_sidecar_widgets import card as card_html
from playwright.sync_api import Browser, Page, expect
from support.browser import watched
from support.cards import CardServer, serving
from support.gallery import (
    AT_RISK,
    GALLERY,
    HOURS,
    TIER,
    context,
    field,
    reading,
    source_down,
)
from support.usable import faults

SIDEBAR = 320
WIDTHS = (258, SIDEBAR, 368)

WIDER_THAN_ITS_BOX = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
STATES = ("stale", "failed", "missing", "unmatched", "ambiguous", "invalid", "pending")

TEXT_SIZE = "(size) => { document.documentElement.style.fontSize = size }"

THEMES = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}


@pytest.fixture(scope="module")
def gallery() -> Iterator[CardServer]:
    with serving(CardServer()) as served:
        yield served


@pytest.fixture(scope="module", params=THEMES)
def themed(request, browser: Browser) -> Iterator[Page]:
    window = browser.new_context(reduced_motion="reduce", **THEMES[request.param])
    with watched(window) as page:
        page.theme = request.param
        yield page
    window.close()


def show(
    page: Page, cards: CardServer, shown: Callable[[], Context], *, opened: bool, locale: str = "en"
) -> None:
    """Put the card that *shown* makes on the page, in place of the one before."""
    if not page.url.startswith(cards.url):
        page.goto(f"{cards.url}/page")
    spoken = words(locale, "Europe/Berlin")
    page.evaluate(
        """([html, opened]) => {
          document.querySelector(".card").outerHTML = html;
          for (const one of document.querySelectorAll("[data-check]")) one.hidden = false;
          for (const one of document.querySelectorAll("details")) one.open = opened;
        }""",
        [card_html(answer(shown(), spoken), spoken), opened],
    )


@pytest.mark.parametrize("card", GALLERY)
def test_axe_finds_no_fault(themed, gallery, card):
    show(themed, gallery, GALLERY[card], opened=True)
    found = []
    for width in WIDTHS if themed.theme == "light" else (SIDEBAR,):
        rules = rules_for(themed.theme, width)
        themed.set_viewport_size({"width": width, "height": 900})
        options = {"runOnly": rules} if rules else {}
        found += [(width, *fault) for fault in faults(themed, **options)]
    assert not found


def rules_for(theme: str, width: int) -> list[str]:
    """Return the rules to look at: all (empty) once, then those that the theme or width touches; no
    rule is touched by both."""
    if width == SIDEBAR:
        return [] if theme == "light" else ["color-contrast"]
    return ["target-size", "label-content-name-mismatch", "scrollable-region-focusable"]


def test_the_card_and_its_heading_are_named_for_the_customer_and_nothing_else(page, cards):
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("region", name="Customer Acme GmbH", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Customer Acme GmbH", exact=True)).to_be_visible()


@pytest.fixture(scope="module")
def looking(browser: Browser) -> Iterator[Page]:
    window = browser.new_context(
        viewport={"width": SIDEBAR, "height": 900}, reduced_motion="reduce"
    )
    with watched(window) as page:
        yield page
    window.close()


@pytest.fixture
def sidebar(looking: Page) -> Page:
    """A page for tests that only look, of a sidebar's width and with the usual size of text."""
    looking.set_viewport_size({"width": SIDEBAR, "height": 900})
    if looking.url.startswith("http"):
        looking.evaluate(TEXT_SIZE, "100%")
    return looking


@pytest.mark.parametrize(
    ("card", "locale"), [*product(GALLERY, ["de"]), ("everything", "ja"), ("everything", "fr")]
)
def test_nothing_has_to_be_scrolled_sideways(sidebar, gallery, card, locale):
    show(sidebar, gallery, GALLERY[card], opened=True, locale=locale)
    too_wide = []
    for size, width in product(("100%", "200%"), (*WIDTHS, 722)):
        sidebar.set_viewport_size({"width": width, "height": 900})
        sidebar.evaluate(TEXT_SIZE, size)
        if sidebar.evaluate(WIDER_THAN_ITS_BOX):
            too_wide.append((size, width))
    assert not too_wide


def test_right_to_left_text_from_a_source_keeps_to_itself(sidebar, gallery):
    hebrew = reading(field("status", "Status", FieldType.TEXT), status="פעיל (3)")
    show(sidebar, gallery, lambda: context(hebrew), opened=False)
    shown = sidebar.locator("[data-key=status] .shown")
    expect(shown).to_have_text("פעיל (3)")
    expect(shown).to_have_css("unicode-bidi", "isolate")


def test_two_columns_in_a_sidebar_and_one_where_it_is_narrow_or_the_text_large(sidebar, gallery):
    show(sidebar, gallery, context, opened=False)
    columns = (
        "getComputedStyle(document.querySelector('.field')).gridTemplateColumns.split(' ').length"
    )
    for width, size, expected in ((320, "100%", 2), (258, "100%", 1), (320, "200%", 1)):
        sidebar.set_viewport_size({"width": width, "height": 900})
        sidebar.evaluate(TEXT_SIZE, size)
        assert sidebar.evaluate(columns) == expected


def test_what_can_be_pressed_is_large_enough(sidebar, gallery):
    show(sidebar, gallery, GALLERY["everything"], opened=False)
    small = sidebar.evaluate(
        """[...document.querySelectorAll("summary, button")]
        .filter((one) => one.checkVisibility())
        .map((one) => one.getBoundingClientRect())
        .filter(({ width, height }) => width < 24 || height < 24).length"""
    )
    assert small == 0


def test_the_whole_card_can_be_worked_by_keyboard(page, cards):
    cards.shown = GALLERY["expired"]
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.innerText.trim()"))
        if seen[-1].startswith("Show anyway"):
            page.keyboard.press("Enter")
            expect(page.get_by_text("€48,000.00")).to_be_visible()
        if seen[-1] == "Why this value? Account tier":
            page.keyboard.press("Space")
            expect(page.get_by_text("The contract tier as signed, not as used.")).to_be_visible()
        if seen[-1] == "Check again":
            page.keyboard.press("Enter")
            expect(page.get_by_role("status")).to_have_text("Could not read: Billing")
            break
    wanted = [
        "Acme GmbH",
        "Why this value? Account tier",
        "Salesforce",
        "This looks wrong",
        "Why this value? Contract",
        "Why this value? Health score",
        "Why this value? Renewal",
        "Show anyway Yearly revenue",
        "Why this value? Yearly revenue",
        "Export fails for the whole team",
        "Invoice shows the old address",
        "How do I add a colleague?",
        "Why this value? Open tickets",
        "Copy summary",
        "Check again",
    ]
    plain = [" ".join(text.replace("\N{WORD JOINER}", "").split()) for text in seen]
    assert plain == wanted


def test_focus_can_be_seen(page, cards):
    page.goto(f"{cards.url}/page")
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_nothing_takes_the_focus_by_itself(page, cards):
    page.goto(f"{cards.url}/page")
    expect(page.get_by_role("button", name="Check again")).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")


def test_who_wants_less_motion_gets_none(sidebar, gallery):
    show(sidebar, gallery, GALLERY["stale-checking"], opened=False)
    turning = "document.getAnimations().filter((one) => one.animationName === 'turn').length"
    assert sidebar.evaluate(turning) == 0
    sidebar.emulate_media(reduced_motion="no-preference")
    assert sidebar.evaluate(turning) > 0
    sidebar.emulate_media(reduced_motion="reduce")


def test_what_administrators_wrote_is_read_aloud_in_their_language(sidebar, gallery):
    show(sidebar, gallery, GALLERY["cannot-judge"], opened=True, locale="de")
    written = {
        one.inner_text(): one.get_attribute("lang") for one in sidebar.locator(".card [lang]").all()
    }
    for text in ("Customer", "Account tier", AT_RISK.say, TIER.definition, TIER.decision):
        assert written[text] == "en"
    show(sidebar, gallery, GALLERY["cannot-judge"], opened=True, locale="en")
    expect(sidebar.locator(".card [lang]")).to_have_count(0)


def test_one_outage_is_one_banner_and_rows_of_the_usual_height(sidebar, gallery):
    show(sidebar, gallery, lambda: source_down(Reason.TIMEOUT, ago=HOURS), opened=False)
    tier = sidebar.locator("[data-key=tier]")
    expect(tier.get_by_role("img", name="Old")).to_be_visible()
    expect(tier.get_by_text("as of 2 hours ago")).to_have_class("note unseen")
    assert tier.bounding_box()["height"] <= 36


def test_many_that_are_on_their_way_are_one_indicator(sidebar, gallery):
    show(sidebar, gallery, GALLERY["all-pending"], opened=False)
    expect(sidebar.locator(".value .icon")).to_have_count(0)
    waiting = sidebar.locator(".progress")
    expect(waiting).to_contain_text("Waiting for 3 systems")
    expect(waiting.locator("[title]")).to_have_attribute(
        "title", "Waiting for Salesforce, Billing and Helpdesk"
    )


def test_icons_have_words(sidebar, gallery):
    show(sidebar, gallery, GALLERY["everything"], opened=True)
    for word in ("Not recognised", "Old", "Failed", "Empty", "No match", "Several matches"):
        expect(sidebar.locator(".value").get_by_role("img", name=word)).to_be_visible()


def test_the_kinds_of_trouble_have_shapes_of_their_own(sidebar, gallery):
    shapes = {}
    for card in (*STATES, "stale-checking"):
        show(sidebar, gallery, GALLERY[card], opened=False)
        shapes[card] = sidebar.locator(".value > .icon").first.inner_html()
    assert len(set(shapes.values())) == len(shapes)


def test_without_a_script_the_card_can_still_be_read(browser, gallery):
    window = browser.new_context(java_script_enabled=False)
    with watched(window) as page:
        gallery.shown = GALLERY["everything"]
        page.goto(f"{gallery.url}/page")
        expect(page.locator("[data-key=contract_status] [data-face]")).to_contain_text("Active")
        expect(page.get_by_text("Salesforce is not answering in time").first).to_be_visible()
        expect(page.get_by_role("button", name="Check again")).to_have_count(0)
        page.locator("[data-key=health] .why > details > summary").click()
        expect(
            page.get_by_text("Salesforce changed how it stores this (since 11:42)")
        ).to_be_visible()
    window.close()
