"""The demo, in a browser: what an agent sees, what breaking things does to it, and that mending
them clears it."""

from __future__ import annotations

import re

import pytest
from context_sidecar.demo.faults import FAULTS
from context_sidecar.demo.running import running_demo
from playwright.sync_api import expect
from support.browser import watched
from support.clock import AheadClock

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def clock():
    return AheadClock()


@pytest.fixture(scope="module")
def workspace(clock):
    with running_demo(clock=clock) as url:
        yield url


@pytest.fixture
def page(browser, workspace):
    context = browser.new_context(base_url=workspace, locale="en-GB")
    with watched(context) as page:
        yield page
    context.close()


def card(page):
    return page.frame_locator("aside iframe").locator("body")


def turn(page, fault):
    page.get_by_role("button", name=re.compile(fault)).click()


def check_again(page, clock):
    """What is debounced against impatience is not what is tested here."""
    clock.forward(minutes=1)
    card(page).get_by_role("button", name="Check again").click()


def test_an_agent_sees_tier_renewal_health_contract_and_tickets_beside_the_ticket(page):
    page.goto("/")

    expect(card(page)).to_contain_text("Acme GmbH")
    for value in ("Enterprise", "in 41 days", "42", "Payment reminder sent", "€12,400.00"):
        expect(card(page)).to_contain_text(value)
    expect(card(page)).to_contain_text("Nobody can sign in since this morning")
    expect(card(page)).to_contain_text("Renewal at risk")


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


SEEN = {
    "crm_slow": "CRM is not answering in time",
    "crm_down": "CRM has a problem of its own",
    "crm_key": "CRM no longer accepts our key",
    "crm_renamed": "CRM changed how it stores this",
    "crm_choice": "PLATINUM_PLUS",
    "billing_old": "3 days ago",
    "twins": "Acme Holding AG",
}


def test_every_fault_has_its_story():
    assert SEEN.keys() == {fault.id for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_breaking_is_seen_and_mending_clears_it(page, clock, fault):
    page.goto("/tickets/4711")
    expect(card(page)).to_contain_text("Enterprise")

    turn(page, fault.title)
    expect(page.get_by_text(fault.expect)).to_be_visible()
    check_again(page, clock)
    expect(card(page)).to_contain_text(SEEN[fault.id], timeout=15_000)

    turn(page, fault.title)
    check_again(page, clock)
    expect(card(page)).to_contain_text("Enterprise", timeout=15_000)
    expect(card(page)).not_to_contain_text(SEEN[fault.id], timeout=15_000)
