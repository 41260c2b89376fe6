"""S22: a pace for everybody, and a guard against walking through records."""

from __future__ import annotations

import threading
from datetime import timedelta

from context_sidecar.web import limits
from context_sidecar.web.limits import Breadth, Meter, Pace
from context_sidecar.web.recent import Recent
from hypothesis import given
from hypothesis import strategies as st

moments = st.lists(st.floats(0, 300, allow_nan=False), min_size=1, max_size=120).map(sorted)


@given(times=moments, burst=st.integers(1, 20))
def test_s22_in_no_span_are_more_than_two_bursts_let_through(times, burst):
    """A burst at once, and as many again as the span goes by: never more."""
    meter = Pace(burst).meter("ana")
    passed = [time for time in times if not meter.wait(time)]

    for start in passed:
        within = [time for time in passed if start <= time < start + 60]
        assert len(within) <= 2 * burst


@given(times=moments, burst=st.integers(1, 20))
def test_whoever_waits_as_long_as_told_is_let_through(times, burst):
    meter = Pace(burst).meter("ana")

    for time in times:
        wait = meter.wait(time)
        if wait:
            assert meter.wait(time + wait + 0.001) == 0
            return


@given(times=moments)
def test_whoever_keeps_the_pace_never_waits(times):
    meter = Pace(60).meter("ana")

    assert not any(meter.wait(second) for second in range(300))
    assert times


def test_callers_do_not_use_up_each_others_pace():
    pace = Pace(1)

    assert pace.meter("ana").wait(0) == 0
    assert pace.meter("bob").wait(0) == 0
    assert pace.meter("ana").wait(0) > 0


def test_threads_together_get_exactly_the_burst():
    meter = Meter(step=1.0, span=100.0)
    start = threading.Barrier(8, timeout=10)
    passed: list[int] = []

    def ask():
        start.wait()
        passed.append(sum(meter.wait(0.0) == 0 for _ in range(50)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)

    assert sum(passed) == 100


def test_s22_what_was_asked_for_already_is_free_and_what_is_new_is_counted():
    breadth = Breadth(2, timedelta(seconds=60))

    assert [breadth.wait("ana", thing, 0) for thing in "abab"] == [0, 0, 0, 0]
    assert breadth.wait("ana", "c", 10) == 50
    assert breadth.wait("bob", "c", 10) == 0
    assert breadth.wait("ana", "c", 60) == 0


@given(
    asked=st.lists(
        st.tuples(st.floats(0, 100, allow_nan=False), st.sampled_from("abcdefgh")), max_size=80
    ).map(sorted)
)
def test_s22_in_no_span_are_more_different_things_let_through_than_allowed(asked):
    breadth = Breadth(3, timedelta(seconds=10))
    passed = [(time, thing) for time, thing in asked if not breadth.wait("ana", thing, time)]

    for start, _ in passed:
        assert len({thing for time, thing in passed if start <= time < start + 10}) <= 3


def test_s31_callers_without_end_take_memory_that_ends():
    pace = Pace(1)
    for number in range(limits.CALLERS + 500):
        pace.meter(str(number))

    assert len(pace._meters) == limits.CALLERS


def test_the_first_in_is_the_first_out():
    recent: Recent[str, int] = Recent(2)
    for name, value in [("a", 1), ("b", 2), ("a", 3), ("c", 4)]:
        recent.put(name, value)

    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (3, None, 4)
