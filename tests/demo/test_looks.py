"""The workspace as other tools show the card: each asks and signs as the tool does, and what is
broken is seen there as it is on our own page."""

from __future__ import annotations

import re
from pathlib import Path

import context_sidecar.demo.looks
import pytest
from context_sidecar import plugins
from context_sidecar.demo.faults import FAULTS
from context_sidecar.demo.running import running_demo
from playwright.sync_api import expect
from support.browser import watched
from support.demo import SEEN, SOON, turn
from support.usable import faults

pytestmark = pytest.mark.real

LOOKS = sorted(each.stem for each in Path(context_sidecar.demo.looks.__path__[0]).glob("[a-z]*.py"))


@pytest.fixture(scope="module")
def workspace():
    with running_demo() as url:
        yield url


@pytest.fixture
def scheme():
    """The theme; light, but for tests that look at both."""
    return "light"


@pytest.fixture
def page(browser, workspace, scheme):
    context = browser.new_context(base_url=workspace, locale="en-GB", color_scheme=scheme)
    with watched(context) as page:
        yield page
    context.close()


def framed(look):
    return plugins.host(look).most_bytes is None


def card(page, look):
    """What the tool shows: its own components, or the card in the tool's frame."""
    shown = page.frame_locator("aside iframe")
    if framed(look):
        shown = shown.frame_locator("iframe")
    return shown.locator("body")


def look_again(page, look):
    """What a tool was told is kept there until somebody asks; a card in a frame is live."""
    if framed(look):
        return
    button = card(page, look).get_by_role("button", name="Check again")
    button.press("Enter")


def test_there_are_those_that_most_people_know():
    assert {"hubspot", "intercom", "salesforce", "zendesk"} <= set(LOOKS)


@pytest.mark.parametrize("look", LOOKS)
def test_a_ticket_can_be_shown_as_another_tool_shows_it(page, look):
    page.goto("/")
    label = plugins.host(look).label
    page.get_by_role("navigation", name="Shown as").get_by_role("link", name=label).click()

    expect(card(page, look)).to_contain_text("Acme GmbH")
    for value in ("Enterprise", "in 41 days", "Payment reminder sent", "€12,400.00"):
        expect(card(page, look)).to_contain_text(value)
    expect(card(page, look)).to_contain_text("Renewal at risk")
    expect(page.get_by_text(f"An imitation, to be looked at: not {label}")).to_be_visible()
    told = "opened again for you" if framed(look) else "until “Check again” is pressed"
    expect(page.locator(".faults")).to_contain_text(told)


@pytest.mark.parametrize("look", LOOKS)
def test_all_of_it_is_in_view_in_the_tools_sidebar(page, look):
    page.goto(f"/tickets/4711?look={look}")
    expect(card(page, look)).to_contain_text("Acme GmbH")

    for frame in page.frames[1:]:
        inside = "() => document.documentElement.{0} <= {1}"
        frame.wait_for_function(inside.format("scrollWidth", "innerWidth"))
        frame.wait_for_function(inside.format("scrollHeight", "innerHeight + 1"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("look", LOOKS)
def test_a_look_can_be_read_by_everybody(page, look):
    page.goto(f"/looks/{look}/tickets/4711")
    expect(page.get_by_role("heading", name="Context Sidecar")).to_be_visible()
    assert faults(page, runOnly={"type": "tag", "values": ["wcag2a", "wcag2aa"]}) == []


@pytest.mark.parametrize("look", sorted({*LOOKS} - {"intercom"}))
def test_a_company_can_be_shown_as_another_tool_shows_it(page, look):
    page.goto(f"/companies/C-1003?look={look}")
    expect(card(page, look)).to_contain_text("Cobalt Insurance")
    expect(card(page, look)).to_contain_text("Yearly revenue")


def test_a_tool_is_not_offered_where_it_shows_no_card(page):
    page.goto("/tickets/4712?look=intercom")
    page.get_by_role("link", name="CRM", exact=True).click()

    offered = page.get_by_role("navigation", name="Shown as")
    expect(offered.get_by_role("link", name="HubSpot")).to_be_visible()
    expect(offered.get_by_role("link", name="Intercom")).not_to_be_visible()
    expect(offered.locator("[aria-current]")).to_have_text("Lumen Works")
    expect(page.frame_locator("aside iframe").locator("body")).to_contain_text("Before you call")


@pytest.mark.parametrize("look", LOOKS)
def test_the_next_ticket_is_shown_in_the_same_look_and_so_is_the_last(page, look):
    page.goto(f"/tickets/4711?look={look}")
    expect(card(page, look)).to_contain_text("Acme GmbH")
    page.get_by_role("link", name=re.compile("How do we add a site")).click()
    expect(card(page, look)).to_contain_text("Borealis Freight")
    page.go_back()
    expect(card(page, look)).to_contain_text("Acme GmbH")


@pytest.mark.parametrize("look", LOOKS)
def test_each_fault_is_seen_in_each_look_and_clears(page, look):
    page.goto(f"/tickets/4711?look={look}")
    expect(card(page, look)).to_contain_text("Enterprise")
    for fault in FAULTS:
        turn(page, fault.title)
        look_again(page, look)
        expect(card(page, look)).to_contain_text(SEEN[fault.id], timeout=SOON)

        turn(page, fault.title)
        look_again(page, look)
        expect(card(page, look)).not_to_contain_text(SEEN[fault.id], timeout=SOON)
        expect(card(page, look)).to_contain_text("Enterprise")


def test_what_a_tool_keeps_is_also_new_when_the_record_is_opened_again(page):
    page.goto("/tickets/4711?look=hubspot")
    expect(card(page, "hubspot")).to_contain_text("Enterprise")
    turn(page, "The billing file is three days old")
    expect(card(page, "hubspot")).not_to_contain_text(SEEN["billing_old"])
    page.reload()
    expect(card(page, "hubspot")).to_contain_text(SEEN["billing_old"])
    turn(page, "The billing file is three days old")
    page.reload()
    expect(card(page, "hubspot")).not_to_contain_text(SEEN["billing_old"])
