"""The latch for trouble that only a person can settle."""

from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.sources.block import SOURCE_WIDE, Block
from hypothesis import given
from hypothesis import strategies as st
from support.clock import FakeClock

REFUSED = SourceError(Reason.CREDENTIAL_EXPIRED, "401")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def block(clock):
    block = Block(strikes=1)
    block.begin(clock())
    block.refused(REFUSED, clock())
    return block


def test_it_refuses_with_what_the_source_said(block):
    assert block.error is REFUSED


def test_one_probe_is_made_in_fifteen_minutes(block, clock):
    begun = []
    for _ in range(3600):
        if block.refused_until(clock(), by_person=False) is None:
            block.begin(clock())
            begun.append(clock())
            block.refused(REFUSED, clock())
        clock.forward(seconds=1)

    assert len(begun) == 3  # at 15, 30 and 45 minutes of an hour


def test_a_person_who_asks_may_probe_once_a_minute(block, clock):
    assert block.refused_until(clock(), by_person=True) == clock() + timedelta(minutes=1)

    clock.forward(seconds=60)

    assert block.refused_until(clock(), by_person=True) is None
    assert block.refused_until(clock(), by_person=False) is not None


def test_a_probe_under_way_keeps_others_from_probing(block, clock):
    clock.forward(minutes=15)
    block.begin(clock())

    assert block.refused_until(clock(), by_person=False) is not None


def test_an_answer_opens_it(block, clock):
    block.answered()

    assert block.error is None
    assert block.refused_until(clock(), by_person=False) is None


def test_where_it_takes_three_refusals_they_must_come_in_a_row(clock):
    block = Block(strikes=3)

    for outcome in ("refused", "refused", "answered", "refused", "refused"):
        block.begin(clock())
        if outcome == "refused":
            block.refused(REFUSED, clock())
        else:
            block.answered()
    assert block.error is None

    block.refused(REFUSED, clock())
    assert block.error is REFUSED


def test_a_clock_set_back_does_not_lengthen_the_wait(block, clock):
    clock.forward(hours=-1)

    assert block.refused_until(clock(), by_person=False) == clock() + timedelta(minutes=15)


def suspected(reason=Reason.PERMISSION_DENIED):
    return SourceError(reason, "403", certain=False)


def probes(block, clock, error, hours=2):
    """Probe *block* as often as it lets us, refused each time; return after how many minutes."""
    began, at = clock(), []
    for _ in range(hours * 60):
        clock.forward(minutes=1)
        if block.refused_until(clock(), by_person=False) is None:
            block.begin(clock())
            at.append((clock() - began) // timedelta(minutes=1))
            block.refused(error, clock())
    return at


def test_where_the_refusal_is_a_suspicion_others_are_tried_soon_and_then_less_and_less(clock):
    """It may have been about some records only; the more are refused, the less likely that is."""
    block = Block(strikes=3)
    for _ in range(3):
        block.begin(clock())
        block.refused(suspected(), clock())

    assert probes(block, clock, suspected()) == [1, 3, 7, 15, 30, 45, 60, 75, 90, 105, 120]


def test_an_answer_makes_the_next_suspicion_be_tried_soon_again(clock):
    block = Block(strikes=1)
    for _ in range(2):
        block.begin(clock())
        block.refused(suspected(), clock())
        assert probes(block, clock, suspected(), hours=1)[:4] == [1, 3, 7, 15]
        block.answered()


def test_refusals_that_were_under_way_when_it_was_blocked_are_no_probes(clock):
    block = Block(strikes=3)
    for _ in range(8):
        block.begin(clock())
    for _ in range(8):
        block.refused(suspected(), clock())

    assert block.refused_until(clock(), by_person=False) == clock() + timedelta(minutes=1)


def test_a_person_may_probe_once_a_minute_however_often_it_was_refused(clock):
    block = Block(strikes=1)
    block.begin(clock())
    block.refused(suspected(), clock())
    probes(block, clock, suspected())

    assert block.refused_until(clock(), by_person=True) == clock() + timedelta(minutes=1)


@pytest.mark.parametrize("reason", sorted(SOURCE_WIDE))
def test_what_comes_from_the_sign_in_is_probed_rarely_even_where_it_is_a_suspicion(clock, reason):
    """Vendors lock users out."""
    block = Block(strikes=1)
    block.begin(clock())
    block.refused(suspected(reason), clock())

    assert probes(block, clock, suspected(reason), hours=1) == [15, 30, 45, 60]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("refused", "timed out")),
            st.sampled_from([*SOURCE_WIDE, Reason.PERMISSION_DENIED]),
            st.booleans(),
            st.integers(0, 40),
        ),
        max_size=60,
    ),
)
def test_without_an_answer_no_more_than_five_probes_are_made_in_any_quarter_of_an_hour(steps):
    clock, block, begun = FakeClock(), Block(strikes=1), []
    block.begin(clock())
    block.refused(REFUSED, clock())
    for outcome, reason, certain, minutes in steps:
        clock.forward(minutes=minutes)
        if block.refused_until(clock(), by_person=False) is None:
            block.begin(clock())
            begun.append(clock())
            if outcome == "refused":
                block.refused(SourceError(reason, "no", certain=certain), clock())

    quarter = timedelta(minutes=15)
    assert all(sum(one <= other < one + quarter for other in begun) <= 5 for one in begun)
