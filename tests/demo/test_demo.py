"""The demo, in a browser: what an agent sees, what breaking things does to it, and that mending
them clears it."""

from __future__ import annotations

import re
from random import Random

import pytest
from context_sidecar.demo.faults import FAULTS
from context_sidecar.demo.running import running_demo
from playwright.sync_api import expect
from support.browser import watched
from support.demo import SEEN, SOON, turn

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def workspace():
    with running_demo() as url:
        yield url


@pytest.fixture
def page(browser, workspace):
    context = browser.new_context(base_url=workspace, locale="en-GB")
    with watched(context) as page:
        yield page
    context.close()


def card(page):
    return page.frame_locator("aside iframe").locator("body")


def test_an_agent_sees_tier_renewal_health_contract_and_tickets_beside_the_ticket(page):
    page.goto("/")

    expect(card(page)).to_contain_text("Acme GmbH")
    for value in ("Enterprise", "in 41 days", "42", "Payment reminder sent", "€12,400.00"):
        expect(card(page)).to_contain_text(value)
    expect(card(page)).to_contain_text("Nobody can sign in since this morning")
    expect(card(page)).to_contain_text("Renewal at risk")


def test_whoever_goes_back_sees_the_card_again(page):
    page.goto("/")
    expect(card(page)).to_contain_text("Acme GmbH")
    page.get_by_role("link", name=re.compile("How do we add a site")).click()
    expect(card(page)).to_contain_text("Borealis Freight")
    page.go_back()
    expect(card(page)).to_contain_text("Acme GmbH")


def test_a_csm_sees_open_tickets_beside_the_company(page):
    page.goto("/companies/C-1001")

    expect(card(page)).to_contain_text("Before you call")
    expect(card(page)).to_contain_text("Password mails arrive late")
    expect(card(page)).to_contain_text("€184,000.00")


def test_what_only_csms_may_see_is_absent_from_the_agents_card(page):
    page.goto("/")

    expect(card(page)).to_contain_text("Acme GmbH")
    expect(card(page)).not_to_contain_text("Yearly revenue")


def test_a_free_mail_address_belongs_to_no_customer(page):
    page.goto("/tickets/4715")

    expect(card(page)).to_contain_text("No customer found")


def test_what_billing_does_not_know_is_told_from_what_is_not_owed(page):
    page.goto("/tickets/4718")

    expect(card(page)).to_contain_text("Gable & Sons")
    expect(card(page)).to_contain_text("Billing export has no")


def test_a_score_that_was_never_given_is_confirmed_to_be_none(page):
    page.goto("/tickets/4716")

    expect(card(page)).to_contain_text("Fjord Robotics")
    expect(card(page)).to_contain_text("None")


AGED = {"crm_down", "crm_slow", "crm_key", "crm_renamed"}


def shows(page, faults):
    """The card shows each of *faults* that is to be seen, and nothing of the others."""
    for fault, seen in SEEN.items():
        if fault in faults:
            expect(card(page)).to_contain_text(seen, timeout=SOON)
        else:
            expect(card(page)).not_to_contain_text(seen, timeout=SOON)


def test_every_fault_has_its_story():
    assert SEEN.keys() == {fault.id for fault in FAULTS}


def test_every_switch_and_what_it_does_is_in_view_on_a_small_screen(page):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/tickets/4711")

    for fault in FAULTS:
        expect(page.get_by_role("button", name=fault.title)).to_be_in_viewport(ratio=1)
        expect(page.get_by_text(fault.expect)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [1080, 390])
def test_the_card_is_in_view_however_narrow_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/tickets/4711")
    expect(card(page)).to_contain_text("Acme GmbH")

    turn(page, "Two accounts share one domain")
    expect(card(page)).to_contain_text(SEEN["twins"], timeout=SOON)
    expect(page.locator("aside iframe")).to_be_in_viewport(ratio=0.8)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    turn(page, "Two accounts share one domain")
    shows(page, set())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_breaking_is_seen_at_once_and_mending_clears_it(page, fault):
    page.goto("/tickets/4711")
    expect(card(page)).to_contain_text("Enterprise")

    turn(page, fault.title)
    shows(page, {fault.id})
    expect(card(page)).to_contain_text("Payment reminder sent" if fault.id != "twins" else "Acme")
    if fault.id in AGED:
        expect(card(page)).to_contain_text("as of 2 hours ago")

    turn(page, fault.title)
    shows(page, set())
    expect(card(page)).to_contain_text("Enterprise")
    expect(card(page)).not_to_contain_text("as of")


def test_the_page_stays_as_it_is_while_the_card_changes(page):
    page.goto("/tickets/4711")
    expect(card(page)).to_contain_text("Enterprise")
    page.evaluate("document.body.dataset.still = 'here'")
    button = page.get_by_role("button", name="The CRM is down")

    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_contain_text("Mend")
    shows(page, {"crm_down"})
    expect(button).to_be_focused()
    assert page.evaluate("document.body.dataset.still") == "here"

    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    shows(page, set())


def mixed(seed):
    return [fault.id for fault in Random(seed).sample(FAULTS, len(FAULTS))]


@pytest.mark.parametrize("order", [mixed("one"), mixed("another")], ids="-".join)
@pytest.mark.parametrize("place", ["/tickets/4711", "/companies/C-1001"])
def test_faults_are_seen_and_cleared_in_any_order_and_together(page, place, order):
    """What lies behind another fault is said to, and is seen once that is mended. A company is
    known by its id, so that its domain is no matter."""
    page.goto(place)
    expect(card(page)).to_contain_text("Enterprise")
    titles = {fault.id: fault.title for fault in FAULTS}
    on = set()

    for fault in [*order, *reversed(order)]:
        on ^= {fault}
        turn(page, titles[fault])
        behind = {
            one.id
            for one in FAULTS
            if "Not to be seen" in page.locator(f"#{one.id} strong").inner_text()
        }
        seen = on - behind
        if "tickets" in place:
            shows(page, {"twins"} if "twins" in on else seen)
        else:
            shows(page, seen - {"twins"})

    expect(card(page)).to_contain_text("Enterprise")


def test_a_customer_that_nobody_has_seen_before_has_no_values_while_the_crm_is_down(page):
    page.goto("/tickets/4711")
    expect(card(page)).to_contain_text("Acme GmbH")
    turn(page, "The CRM is down")
    shows(page, {"crm_down"})

    page.goto("/tickets/4714")
    expect(card(page)).to_contain_text("Cobalt Insurance")
    expect(card(page)).to_contain_text("Not available", timeout=SOON)
    expect(card(page)).to_contain_text("71")

    turn(page, "The CRM is down")
    expect(card(page)).to_contain_text("Enterprise", timeout=SOON)


def test_without_scripts_in_the_workspace_the_switches_still_work(browser, workspace):
    context = browser.new_context(base_url=workspace, java_script_enabled=False)
    page = context.new_page()
    page.goto("/tickets/4712")
    button = page.get_by_role("button", name="The billing file is three days old")
    button.click()

    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("/tickets/4712$"))
    expect(card(page)).to_contain_text(SEEN["billing_old"])
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    context.close()


def test_every_state_of_the_demo_can_be_looked_at(page):
    page.goto("/")
    page.get_by_role("link", name="Every state").click()
    page.get_by_role("link", name="CRM is down").first.click()

    narrow = page.frame_locator('[title="258 pixels · Dark"]')
    expect(narrow.locator("body")).to_contain_text("CRM is not answering in time")

    page.get_by_role("link", name="Guide for those who read the cards").click()
    expect(page.get_by_role("heading", name="How to read the cards")).to_be_visible()
