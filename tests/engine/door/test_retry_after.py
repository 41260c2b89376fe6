"""How long a source asks us to wait."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from context_sidecar.engine.door.retry_after import LONGEST, seconds
from hypothesis import given
from hypothesis import strategies as st
from support.clock import START


@given(st.integers(1, 86400))
def test_seconds_are_seconds(wait):
    assert seconds(str(wait), START) == wait


def test_fractions_are_taken_though_no_standard_has_them():
    assert seconds(" 1.5 ", START) == 1.5


@given(st.integers(1, 86400))
def test_a_date_is_the_time_until_then(wait):
    at = format_datetime(START + timedelta(seconds=wait), usegmt=True)

    assert seconds(at, START) == wait


@pytest.mark.parametrize(
    "header",
    [None, "", "0", "-5", "soon", "inf", "nan", "1_0", "1e3", "٣", "9" * 400,
     "Mon, 23 Nov 2026 08:59:59 GMT", "Mon, 99 Xxx 2026",
     "2026-11-23T09:00:07Z"],
)  # fmt: skip
def test_what_makes_no_sense_is_no_wish(header):
    assert seconds(header, START) is None


@pytest.mark.parametrize("header", ["86401", "172800", "Mon, 30 Nov 2026 09:00:00 GMT"])
def test_who_is_to_wait_for_longer_than_a_day_asks_again_after_a_day(header):
    assert seconds(header, START) == LONGEST


@given(st.text() | st.from_regex(r"[0-9.eE+-]{1,12}"))
def test_whatever_a_source_sends_the_wait_is_within_a_day(header):
    wait = seconds(header, START)

    assert wait is None or 0 < wait <= LONGEST
