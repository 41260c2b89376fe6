"""Limits of single endpoints: what calls one waits for it, or is refused; nothing else is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Quota, Standing, endpoint_used_up
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import deadline
from context_sidecar.engine.sources.endpoints import Endpoints, asked_by
from support.clock import START, FakeClock

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ACCOUNT = Quota("account", MINUTE, left="x-left", limit="x-limit")
EXPORT = Quota("export", MINUTE, left="x-export/left", limit="x-export/of", path="/export/*")
SEARCH = Quota("search", SECOND, limit=5, path="/objects/*/search")
FIND = "/objects/tickets/search"


class Rig:
    """Endpoints whose sleeps pass on the clock; `slept` are their seconds, `told` what is told."""

    def __init__(self):
        self.clock, self.slept, self.told = FakeClock(), [], []
        self.endpoints = Endpoints((ACCOUNT, EXPORT, SEARCH), self.clock, self.sleep, self.tell)

    def sleep(self, seconds):
        if seconds:
            self.slept.append(seconds)
            self.clock.forward(seconds=seconds)

    def tell(self, standings):
        self.told = list(standings)

    def hear(self, quota, left, limit=10, resets=40):
        ends = self.clock() + timedelta(seconds=resets)
        self.endpoints.heard([Standing(quota, left, limit, self.clock(), ends)])

    def enter(self, path, *, seconds=3.0, people=True):
        with deadline.within(seconds), asked_by(people=people):
            self.endpoints.enter(path)


@pytest.fixture
def rig():
    return Rig()


def test_an_endpoint_that_is_used_up_is_refused_until_it_is_whole_again(rig):
    rig.hear(EXPORT, 0)

    with pytest.raises(SourceError) as refused:
        rig.enter("/export/tickets")

    assert (refused.value.reason, refused.value.endpoint) == (Reason.RATE_LIMITED, "export")
    assert refused.value.retry_after == 40
    rig.enter("/tickets")
    rig.clock.forward(seconds=40)
    rig.enter("/export/tickets")
    assert rig.slept == []


def test_a_call_waits_for_its_endpoint_within_half_of_its_time(rig):
    rig.hear(EXPORT, 0, resets=7)

    with pytest.raises(SourceError):
        rig.enter("/export/tickets", seconds=10)
    rig.enter("/export/tickets", seconds=16)

    assert rig.slept == [7]


def test_calls_that_no_answer_has_told_of_yet_count(rig):
    rig.hear(EXPORT, 2)
    rig.enter("/export/tickets")
    rig.enter("/export/tickets")

    with pytest.raises(SourceError):
        rig.enter("/export/tickets")


def test_of_each_endpoint_something_is_left_to_people(rig):
    rig.hear(EXPORT, 1)

    with pytest.raises(SourceError):
        rig.enter("/export/tickets", people=False)
    rig.enter("/export/tickets")


def test_where_no_answer_tells_it_is_counted_so_that_no_span_has_too_many(rig):
    begun = []
    for _ in range(12):
        rig.enter(FIND)
        begun.append(rig.clock())

    assert begun[:5] == [START] * 5
    assert all(begun[at + 5] - begun[at] >= SECOND for at in range(7))
    [standing] = rig.told
    assert (standing.quota.name, standing.left, standing.limit) == ("search", 3, 5)


def test_the_background_leaves_one_search_of_a_second_to_people(rig):
    for _ in range(4):
        rig.enter(FIND, people=False)
    assert rig.slept == []

    rig.enter(FIND)
    assert rig.slept == []
    rig.enter(FIND, people=False)
    assert rig.slept == [1]


def test_a_clock_that_is_set_back_keeps_nobody_waiting(rig):
    for _ in range(5):
        rig.enter(FIND)
    rig.clock.forward(hours=-1)

    rig.enter(FIND)

    assert rig.slept == []


def test_what_is_told_of_the_whole_source_is_not_taken_for_an_endpoints(rig):
    rig.hear(ACCOUNT, 0)

    rig.enter("/export/tickets")
    rig.enter("/tickets")


@pytest.mark.parametrize(
    ("path", "told", "endpoint"),
    [
        ("/export/tickets", [(EXPORT, 0)], "export"),
        ("/export/tickets", [(ACCOUNT, 7), (EXPORT, 0)], "export"),
        ("/export/tickets", [(ACCOUNT, 0), (EXPORT, 0)], ""),
        ("/export/tickets", [(ACCOUNT, 0), (EXPORT, 7)], ""),
        ("/export/tickets", [], ""),
        (FIND, [(ACCOUNT, 7)], "search"),
        (FIND, [(ACCOUNT, 0)], ""),
        (FIND, [], ""),
        ("/tickets", [(ACCOUNT, 7)], ""),
    ],
    ids=str,
)
def test_a_refusal_is_an_endpoints_where_nothing_else_is_used_up(path, told, endpoint):
    standings = [Standing(quota, left, 10, START, None) for quota, left in told]

    assert endpoint_used_up((ACCOUNT, EXPORT, SEARCH), path, standings) == endpoint
