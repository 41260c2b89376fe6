"""What databases, sheets and files hold, as what JSON is made of."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from ipaddress import ip_address
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from context_sidecar import Reason, SourceError, cell
from hypothesis import given
from hypothesis import strategies as st

NAIVE = datetime(2026, 1, 31, 12)  # noqa: DTZ001  what sheets and many databases hold


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        ("007", "007"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (Decimal("1200.50"), "1200.50"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 12, tzinfo=UTC), "2026-01-31T12:00:00+00:00"),
        (NAIVE, "2026-01-31T12:00:00"),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=1), "1:00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (ip_address("192.0.2.1"), "192.0.2.1"),
        ({"a": (Decimal(1), None)}, {"a": ["1", None]}),
    ],
)
def test_each_kind_of_value_has_its_form(value, found):
    assert cell("c", value) == found


def test_a_time_without_a_zone_is_in_the_declared_one():
    assert cell("c", NAIVE, ZoneInfo("Europe/Berlin")) == "2026-01-31T12:00:00+01:00"


@pytest.mark.parametrize("value", [b"x", bytearray(b"x"), memoryview(b"x"), [b"x"]])
def test_bytes_have_no_text(value):
    with pytest.raises(SourceError) as found:
        cell("logo", value)

    assert (found.value.reason, "logo" in found.value.detail) == (Reason.BAD_RESPONSE, True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals()
        | st.dates() | st.datetimes() | st.times() | st.timedeltas() | st.uuids(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)  # fmt: skip
def test_whatever_it_is_it_can_be_stored(value):
    found = cell("c", value)

    assert json.loads(json.dumps(found, allow_nan=False)) == found
