from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from support.browser import watched
from support.cards import CardServer, serving
from support.gallery import NOW


@pytest.fixture
def cards() -> Iterator[CardServer]:
    with serving(CardServer()) as served:
        yield served


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A sidebar of its own, with nothing left from another test."""
    context = browser.new_context(viewport={"width": 320, "height": 800}, locale="en-GB")
    yield context
    context.close()


@pytest.fixture
def expected() -> list[str]:
    """Parts of complaints of the browser's that the test means to cause."""
    return []


@pytest.fixture
def page(window: BrowserContext, cards: CardServer, expected: list[str]) -> Iterator[Page]:
    """A page in which time stands still until it is told to move. It goes before its server."""
    with watched(window, expected) as opened:
        opened.clock.install(time=NOW - timedelta(minutes=1))
        opened.clock.pause_at(NOW)
        yield opened


@pytest.fixture
def forward(page: Page, cards: CardServer) -> Callable[..., None]:
    """Move the server's and the browser's time together: `forward(minutes=5)`."""

    def move(**span: float) -> None:
        cards.clock.forward(**span)
        page.clock.run_for(int(timedelta(**span).total_seconds() * 1000))

    return move
