"""Limits of single endpoints: what calls one waits for it, or is refused; nothing else is."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Quota, Standing, endpoint_used_up
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.counting import count, counting
from context_sidecar.engine.sources.allowance import Held
from context_sidecar.engine.sources.endpoints import Endpoints, asked_by
from support.clock import START, FakeClock

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
ACCOUNT = Quota("account", MINUTE, left="x-left", limit="x-limit")
EXPORT = Quota("export", MINUTE, left="x-export/left", limit="x-export/of", path="/export/*")
DAILY = Quota("log", timedelta(days=1), left="x-log/left", path="/audit/*")
SEARCH = Quota("search", SECOND, limit=5, path="/objects/*/search")
LISTS = Quota("ticket lists", MINUTE, limit=20, path="/lists", setting="ticket_lists")
FIND = "/objects/tickets/search"


class Rig:
    """Endpoints whose sleeps pass on the clock; `slept` are their seconds, `told` what is told."""

    def __init__(self):
        self.clock, self.slept, self.told = FakeClock(), [], []
        self.endpoints = Endpoints(
            (ACCOUNT, EXPORT, DAILY, SEARCH, LISTS), self.clock, self.sleep, self.tell
        )  # fmt: skip

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

    def enters(self, path, *, people=True):
        """Whether a call may begin."""
        try:
            self.enter(path, people=people)
        except Held:
            return False
        return True


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


def test_the_background_leaves_half_of_a_minutes_lists_to_people_and_spreads_the_rest(rig):
    begun = []
    while len(begun) < 20:
        if rig.enters("/lists", people=False):
            begun.append(rig.clock())
        rig.clock.forward(seconds=0.5)

    assert begun[1] - begun[0] <= SECOND, "two may begin at once"
    assert all(begun[at + 1] - begun[at] >= 5 * SECOND for at in range(2, 19))
    assert all(begun[at + 10] - begun[at] >= MINUTE for at in range(10))
    assert all(rig.enters("/lists") for _ in range(10))


def test_people_are_refused_nothing_that_the_background_could_have_left(rig):
    """Somebody opens a card every four seconds, while as much is asked for in the background as
    will go."""
    refused, begun, behind = 0, [], 0
    for at in range(2 * 300):
        if at % 8 == 0:
            opened = rig.enters("/lists")
            refused += not opened
            begun += [rig.clock()] * opened
        elif rig.enters("/lists", people=False):
            behind += 1
            begun.append(rig.clock())
        rig.clock.forward(seconds=0.5)

    assert refused == 0
    assert behind >= 3, "and something is left for it"
    assert all(begun[at + 20] - begun[at] >= MINUTE for at in range(len(begun) - 20))


def test_where_people_need_all_the_background_has_nothing(rig):
    for _ in range(10):
        rig.enter("/lists")

    assert not rig.enters("/lists", people=False)
    assert rig.enters("/lists")


def test_what_nobody_waits_for_waits_elsewhere_unless_it_has_begun(rig):
    for _ in range(2):
        rig.enter("/lists", people=False)

    with counting() as counted:
        with pytest.raises(Held):
            rig.enter("/lists", people=False, seconds=15)
        count()
        rig.enter("/lists", people=False, seconds=15)

    assert rig.slept == [pytest.approx(6.7, abs=0.1)]
    assert counted.waited == sum(rig.slept)


def test_our_own_count_is_told_as_ours_with_the_setting(rig):
    for _ in range(20):
        rig.enter("/lists")

    with pytest.raises(Held) as refused:
        rig.enter("/lists")

    error = refused.value
    assert error.possible_causes == (Cause.OWN_ENDPOINT_LIMIT,)
    assert error.detail == "our own limit is used up (ticket_lists: 20 calls in 1m)"
    assert error.remedy == (
        "It is our own limit for ticket lists that is used up (20 calls in 1m), and none of the "
        "vendor's. Raise ticket_lists in its settings if the vendor allows more, or lengthen "
        "stale_after."
    )
    assert error.retry_after == 60


def test_where_no_setting_gives_it_there_is_none_to_raise(rig):
    for _ in range(5):
        rig.enter(FIND)

    with pytest.raises(Held) as refused:
        rig.enter(FIND, seconds=1)

    assert refused.value.remedy.endswith("none of the vendor's. Lengthen stale_after.")


def test_a_quota_for_long_is_not_waited_for_unseen(rig):
    """Nobody would be told for hours why there is nothing new."""
    rig.hear(DAILY, 0, resets=7_200)

    with pytest.raises(SourceError) as refused:
        rig.enter("/audit/log", people=False)

    assert not isinstance(refused.value, Held)


def test_what_an_answer_tells_is_spread_where_little_is_left(rig):
    rig.hear(EXPORT, 4)
    assert not rig.enters("/export/tickets", people=False)

    rig.clock.forward(seconds=14)
    assert rig.enters("/export/tickets", people=False)
    assert not rig.enters("/export/tickets", people=False)
    assert rig.enters("/export/tickets")


def test_calls_of_many_threads_are_counted_one_after_the_other(rig):
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        many = Endpoints((replace(LISTS, limit=4_000),), rig.clock, rig.sleep, rig.tell)

        def enter(_):
            with deadline.within(60):
                many.enter("/lists")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(enter, range(1_600)))
    finally:
        sys.setswitchinterval(usual)

    with deadline.within(60):
        many.enter("/lists")
    [standing] = rig.told
    assert standing.left == 4_000 - 1_601


def test_a_clock_that_is_set_back_keeps_nobody_waiting(rig):
    for _ in range(5):
        rig.enter(FIND)
    rig.clock.forward(hours=-1)

    rig.enter(FIND)

    assert rig.slept == []


def test_a_burst_that_is_used_up_holds_every_call_as_a_question_may_take_several(rig):
    rig.hear(ACCOUNT, 2)
    rig.enter("/tickets")
    rig.enter("/export/tickets")

    with pytest.raises(Held) as refused:
        rig.enter("/tickets")
    assert refused.value.endpoint == "", "it is no endpoint's own"

    rig.clock.forward(seconds=39)
    rig.enter("/tickets")
    assert rig.slept == [1]


def test_a_quota_of_a_day_of_the_whole_source_is_left_to_people_until_it_is_gone(rig):
    rig.hear(Quota("day", timedelta(days=1), left="x-day"), 0)

    rig.enter("/tickets")


def test_what_an_answer_tells_in_the_standards_fields_is_kept_to(rig):
    rig.hear(Quota("default", MINUTE), 0)

    with pytest.raises(Held):
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
