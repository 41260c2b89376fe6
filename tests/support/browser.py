"""A real Chromium. What its console says, and what it refuses by policy, fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from support.real import lacking

_CARRIED = Path(__file__).parents[2] / ".tools" / "chromium"

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# How long a page takes says how busy the machine is; what is expected and never comes still fails.
expect.set_options(timeout=15_000)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; one serves all tests of a session, each in a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def whole_browser(browser: Browser) -> Iterator[Browser]:
    """Give all of Chromium, where it is there: its headless shell keeps cookies of other sites, as
    no browser does that people use."""
    named = os.environ.get("SIDECAR_CHROMIUM")
    whole = named or shutil.which("chromium") or shutil.which("google-chrome")
    if not whole:
        yield browser
        return
    opened = browser.browser_type.launch(executable_path=whole, args=_FLAGS)
    try:
        yield opened
    finally:
        opened.close()


def _executable() -> str:
    """The browser that is named, installed, or fetched by tests/setup."""
    carried = str(_CARRIED) if _CARRIED.exists() else None
    return (
        os.environ.get("SIDECAR_CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
        or carried
        or lacking("there is no Chromium")
    )


@contextmanager
def watched(context: BrowserContext, expected: Collection[str] = ()) -> Iterator[Page]:
    """Open a page whose complaints fail the test, but for those that hold one of *expected*.

    A violated Content-Security-Policy and a failed request are complaints too: Chromium writes
    them to the console as errors.
    """
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    page.close()
    unexpected = [each for each in complaints if not any(part in each for part in expected)]
    assert not unexpected, unexpected
