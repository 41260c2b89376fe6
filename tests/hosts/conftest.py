from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    """A real Chromium."""
    kept = Path(__file__).parents[2] / ".tools" / "chromium"
    found = os.environ.get("SIDECAR_CHROMIUM") or shutil.which("chromium") or str(kept)
    if not Path(found).exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("there is no Chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()
