"""A key is a text, however a source writes it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from context_sidecar import is_number, key_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"), (12.0, "12"), (" K-1 ", "K-1"), (Decimal(7), "7"),
        (12.5, None), ("", None), (" ", None), (True, None), (None, None), (["1"], None),
    ],
)  # fmt: skip
def test_a_key_is_the_text_by_which_it_is_asked_for(value, text):
    assert key_text(value) == text


@pytest.mark.parametrize(
    ("key", "is_one"),
    [
        ("14", True),
        ("0", False),
        ("014", False),
        ("-4", False),
        ("1.5", False),
        ("٣", False),
        ("", False),
    ],
)
def test_a_number_is_written_as_systems_write_it(key, is_one):
    assert is_number(key) is is_one
