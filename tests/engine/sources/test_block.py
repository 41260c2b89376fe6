"""The latch for trouble that only a person can settle."""

from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.sources.block import Block
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


def test_where_the_refusal_is_a_suspicion_others_are_tried_soon(clock):
    """It may have been about some records only."""
    block = Block(strikes=3)
    for _ in range(3):
        block.begin(clock())
        block.refused(SourceError(Reason.PERMISSION_DENIED, "403", certain=False), clock())

    assert block.refused_until(clock(), by_person=False) == clock() + timedelta(minutes=1)
