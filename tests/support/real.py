"""Real parts of the world that a test needs and a machine may lack."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip the test for want of *what*, aloud; where CI=true that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}; tests/setup should have seen to it")
    pytest.skip(what)
