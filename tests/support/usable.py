"""What everybody can use: WCAG 2.2 AA, as far as axe can tell; nothing wider than the window."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe


def assert_usable(page):
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    told = [
        (each["id"], [n["html"] for n in each["nodes"]]) for each in found.response["violations"]
    ]
    assert not told, json.dumps(told, indent=1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
