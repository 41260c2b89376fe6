"""How long to wait, where vendors say it otherwise than by Retry-After: in a declared unit."""

from __future__ import annotations

import pytest
from context_sidecar import Reason, SourceError
from support import wire
from support.adapters import ask, plugged

AT = 1_795_215_600  # Fri, 20 Nov 2026 23:00:00 GMT


def told(said, unit, date="Fri, 20 Nov 2026 23:00:00 GMT"):
    """Return the error of an API that says *said* when its clock says *date*."""
    rule = {"status": [429], "reason": "rate_limited", "wait": "X-Wait", "wait_unit": unit}
    clock = f"Date: {date}\r\n" if date else ""
    head = f"HTTP/1.1 429 Too Many Requests\r\n{clock}X-Wait: {said}\r\nContent-Length: 0\r\n\r\n"
    with wire.serve(wire.says(head.encode())) as server:
        lookups = {"account": {"get": "/c/{key}"}}
        api = {"base_url": server.url, "check": {"get": "/me"}, "errors": [rule]}
        said_no = pytest.raises(SourceError)
        with plugged("rest", {**api, "lookups": lookups}) as adapter, said_no as found:
            ask(adapter, "K-1")
    assert found.value.reason is Reason.RATE_LIMITED
    return found.value.retry_after


@pytest.mark.parametrize(
    ("said", "unit", "seconds"),
    [
        ("7", "seconds", 7),
        ("0.5", "seconds", 0.5),
        ("7000", "milliseconds", 7),
        (f"{AT + 7}", "epoch_seconds", 7),
        (f"{AT * 1000 + 7500}", "epoch_milliseconds", 7.5),
        ("200000", "seconds", 24 * 3600),
        (f"{AT + 200000}", "epoch_seconds", 24 * 3600),
    ],
)
def test_it_is_told_in_the_declared_unit_and_is_no_more_than_a_day(said, unit, seconds):
    assert told(said, unit) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("soon", "seconds"),
        ("0", "seconds"),
        (f"{AT}", "seconds"),
        ("7", "epoch_seconds"),
        (f"{AT - 7}", "epoch_seconds"),
        (f"{AT * 1000}", "epoch_seconds"),
    ],
)
def test_what_makes_no_sense_in_it_is_not_believed(said, unit):
    assert told(said, unit) is None


def test_a_time_is_worth_nothing_without_the_clock_that_it_is_on():
    assert told(f"{AT + 7}", "epoch_seconds", date="") is None
    assert told(f"{AT + 7}", "epoch_seconds", date="today") is None
