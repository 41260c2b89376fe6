from __future__ import annotations

import pytest
from support.browser import chromium


@pytest.fixture(scope="module")
def browser():
    # Only one Playwright can run at a time, and other rooms have theirs.
    with chromium() as running:
        yield running
