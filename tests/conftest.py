from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from support.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of a run: Playwright cannot be started twice in one thread."""
    with chromium() as started:
        yield started
