"""The demo's workspace, as a person uses it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

SEEN = {
    "crm_down": "CRM has a problem of its own",
    "crm_slow": "CRM is not answering in time",
    "crm_key": "CRM no longer accepts our key",
    "crm_renamed": "CRM changed how it stores this",
    "crm_choice": "PLATINUM_PLUS",
    "billing_old": "as of 3 days ago",
    "twins": "Acme Holding AG",
}
"""What a card says of each fault."""

SOON = 25_000
"""Two seconds is what the CRM is waited for; the rest is this machine's, which may be busy."""


def turn(page: Page, fault: str) -> None:
    """Press the switch that is called *fault*."""
    button = page.get_by_role("button", name=re.compile(fault))
    was = button.get_attribute("aria-pressed") or ""
    button.press("Enter")  # a mouse may miss it, while the frame above still finds its height
    expect(button).to_have_attribute("aria-pressed", {"true": "false", "false": "true"}[was])
