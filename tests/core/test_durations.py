"""Durations as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.durations import duration, spelled
from hypothesis import given
from hypothesis import strategies as st

SECONDS = st.integers(0, 520 * 604800).map(lambda seconds: timedelta(seconds=seconds))
MILLISECONDS = st.integers(0, 10**9).map(lambda count: timedelta(milliseconds=count))


@given(SECONDS | MILLISECONDS)
def test_a_duration_that_is_spelled_is_read_as_the_same(span):
    assert duration(spelled(span)) == span


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(minutes=90), "1h30m"), (timedelta(days=14), "2w"), (timedelta(days=8), "1w1d"),
        (timedelta(milliseconds=1500), "1500ms"), (timedelta(0), "0s"),
    ],
)  # fmt: skip
def test_a_duration_is_spelled_as_people_write_it(span, text):
    assert spelled(span) == text
