"""What is nearly used up of vendors' quotas, kept."""

from __future__ import annotations

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


def test_what_is_kept_is_known_to_who_opens_it_next(quotas, opened):
    quotas.keep("crm", "one", [GONE, LOW])

    assert set(Quotas(opened()).read("crm", "one", START)) == {GONE, LOW}
    assert quotas.read("erp", "one", START) == ()


def test_a_window_that_has_ended_is_not_told_of(quotas):
    quotas.keep("crm", "one", [GONE, LOW])

    assert quotas.read("crm", "one", START + timedelta(hours=1)) == (GONE,)
    assert quotas.read("crm", "one", START + timedelta(hours=5)) == ()


def test_what_is_kept_takes_the_place_of_what_was(quotas):
    quotas.keep("crm", "one", [GONE])
    quotas.keep("crm", "one", [LOW])
    assert quotas.read("crm", "one", START) == (LOW,)

    quotas.keep("crm", "one", [])
    assert quotas.read("crm", "one", START) == ()


def test_another_system_under_the_same_name_has_quotas_of_its_own(quotas):
    quotas.keep("crm", "one", [GONE])

    assert quotas.read("crm", "another", START) == ()


def test_sources_that_are_no_longer_declared_are_forgotten(quotas):
    for name in ("crm", "erp"):
        quotas.keep(name, "one", [GONE])

    quotas.keep_only({"crm"})

    assert quotas.read("crm", "one", START) == (GONE,)
    assert quotas.read("erp", "one", START) == ()
