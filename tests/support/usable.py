"""What everybody can use: WCAG 2.2 AA, as far as axe can tell; nothing wider than the window."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_FAST = {"resultTypes": ["violations"], "preload": False}
"""No list of what passes is made, and no style sheet fetched for a rule about the way a phone is
held."""


def faults(place: Page | Frame, **options: Any) -> list[tuple[str, list[str]]]:
    """Return what axe finds at *place*: the id of each rule that is broken, and where."""
    if not place.evaluate("'axe' in window"):
        place.evaluate(Axe().axe_script)
    found = place.evaluate("(options) => axe.run(options)", _FAST | options)["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


def assert_usable(page):
    told = faults(page, runOnly={"type": "tag", "values": TAGS})
    assert not told, json.dumps(told, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
