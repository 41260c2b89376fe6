"""What sources' own clocks say."""

from __future__ import annotations

from datetime import UTC, datetime

from context_sidecar.engine.door import clocks
from hypothesis import example, given
from hypothesis import strategies as st


def test_who_listens_hears_the_times_of_answers_in_their_order():
    with clocks.listening() as heard:
        clocks.hear("Mon, 23 Nov 2026 09:00:00 GMT")
        clocks.hear(None)
        clocks.hear("Mon, 23 Nov 2026 10:00:00 +0100")

    assert heard == [datetime(2026, 11, 23, 9, tzinfo=UTC)] * 2


def test_where_nobody_listens_nothing_is_kept():
    clocks.hear("Mon, 23 Nov 2026 09:00:00 GMT")
    with clocks.listening() as heard:
        pass

    assert heard == []


@given(st.text(max_size=40))
@example("Mon, 23 Nov 2026 09:00:00 -0000")
@example("Mon, 99 Nov 2026 00:00:00 GMT")
def test_any_text_is_a_time_with_a_zone_or_says_nothing(text):
    with clocks.listening() as heard:
        clocks.hear(text)

    assert all(time.tzinfo for time in heard)
