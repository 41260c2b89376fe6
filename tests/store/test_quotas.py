"""What is nearly used up of vendors' quotas, kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.store.quotas import Quotas
from support.clock import START

DAILY = Quota("daily", timedelta(days=1), counts="points")
NIGHTLY = Quota("nightly", timedelta(hours=8))
GONE = Standing(DAILY, 0, 15_000_000_000, START, START + timedelta(hours=5))
LOW = Standing(NIGHTLY, 3, None, START, None)


@pytest.fixture
def quotas(engine):
    return Quotas(engine)


ONE, ANOTHER = ("crm", "one"), ("crm", "another")
SECOND = timedelta(seconds=1)


def test_what_is_kept_is_known_to_who_opens_it_next(quotas, opened):
    quotas.keep(ONE, [GONE, LOW], START)

    [(told, standings)] = Quotas(opened()).read().items()
    assert (told, set(standings)) == (ONE, {GONE, LOW})


def test_a_later_word_takes_the_place_of_an_earlier_and_leaves_other_quotas(quotas):
    later = replace(GONE, left=7, told_at=START + SECOND)
    quotas.keep(ONE, [GONE, LOW], START)
    quotas.keep(ONE, [later], START)

    assert set(quotas.read()[ONE]) == {later, LOW}


def test_an_earlier_word_takes_no_place(quotas):
    quotas.keep(ONE, [GONE], START)
    quotas.keep(ONE, [replace(GONE, left=7, told_at=START - SECOND)], START)

    assert quotas.read() == {ONE: [GONE]}


def test_one_of_a_clock_that_was_far_ahead_does(quotas):
    ahead = START + timedelta(days=1)
    quotas.keep(ONE, [replace(GONE, told_at=ahead)], ahead)
    quotas.keep(ONE, [GONE], START)

    assert quotas.read() == {ONE: [GONE]}


def test_another_system_under_the_same_name_has_quotas_of_its_own(quotas):
    quotas.keep(ONE, [GONE], START)

    assert ANOTHER not in quotas.read()


def test_what_is_forgotten_stays_where_something_else_was_told_since(quotas):
    later = replace(LOW, told_at=START + SECOND)
    quotas.keep(ONE, [GONE, LOW], START)
    quotas.keep(ONE, [later], START)

    quotas.forget(ONE, [GONE, LOW])

    assert quotas.read() == {ONE: [later]}


def test_sources_that_are_no_longer_declared_are_forgotten(quotas):
    for name in ("crm", "erp"):
        quotas.keep((name, "one"), [GONE], START)

    quotas.keep_only({"crm"})

    assert quotas.read() == {ONE: [GONE]}
