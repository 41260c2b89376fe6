from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Generator, Iterator

import pytest
import structlog
from hypothesis import settings
from playwright.sync_api import Browser
from support import compiled
from support.browser import chromium
from werkzeug.serving import BaseWSGIServer

# How long one example takes says how busy the machine is, and nothing else. A property's examples
# are the same in every run, so that a run says what changed in the code; HYPOTHESIS=search has
# new ones drawn.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS", "same"))


# How often a server looks whether it is to end: half a second is longer than most tests take.
BaseWSGIServer.serve_forever.__defaults__ = (0.02,)
compiled.once()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays until the end: nobody need look through it for garbage, neither
    while it grows, nor while tests run, nor as the process ends."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser of a run: Playwright cannot be started twice in one thread."""
    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """What one test's deployment does with the log is no other test's concern."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    # Rich would draw every value of a failed request, which takes it minutes.
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    # A job that a deployment of before has left behind must not speak in what a command says.
    structlog.configure(
        processors=[structlog.processors.add_log_level, plain],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    root.handlers[:] = handlers
