"""When credentials end, as their systems tell: asked once a day, and known wherever it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Quota, Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.examination.ends import EndWatch
from context_sidecar.engine.examination.trial import Trial
from support.build import source
from support.clock import FakeClock
from support.sources import ScriptedAdapter

DAILY = Quota("daily", timedelta(days=1), left="x-left")


class Telling(ScriptedAdapter):
    """Tells an end, or fails."""

    end = None
    failure = None
    asked = 0

    def ends(self):
        self.asked += 1
        if self.failure:
            raise self.failure
        return self.end


class Watched:
    """A source that is watched: `told` is what is known of its end."""

    def __init__(self, adapter):
        self.adapter, self.clock, self.told, self.left = adapter, FakeClock(), {}, []
        trial = Trial(source("crm"), adapter, self.clock, (), lambda: self.left)
        self.watch = EndWatch({"crm": trial}, self.told.__setitem__, self.clock)

    def for_days(self, days):
        for _ in range(days * 24):
            self.watch.look()
            self.clock.forward(hours=1)


@pytest.fixture
def watched():
    return Watched(Telling())


def test_what_is_told_is_known_and_asked_for_about_once_a_day(watched):
    watched.adapter.end = watched.clock() + timedelta(days=20)
    watched.for_days(10)

    assert watched.told == {"crm": watched.adapter.end}
    assert 7 <= watched.adapter.asked <= 10


def test_it_is_asked_at_once_and_what_is_renewed_is_known_the_next_day(watched):
    watched.adapter.end = end = watched.clock() + timedelta(days=2)
    watched.watch.look()
    assert watched.told == {"crm": end}

    watched.adapter.end = None
    watched.for_days(2)
    assert watched.told == {"crm": None}


def test_one_that_cannot_be_asked_is_asked_again_an_hour_later_and_what_was_told_holds(watched):
    watched.adapter.end = end = watched.clock() + timedelta(days=20)
    watched.watch.look()
    watched.clock.forward(days=2)
    watched.adapter.failure = SourceError(Reason.TIMEOUT)

    before = watched.adapter.asked
    watched.for_days(1)
    assert watched.adapter.asked - before == 24
    assert watched.told == {"crm": end}

    watched.adapter.failure, watched.adapter.end = None, end + timedelta(days=300)
    watched.watch.look()
    assert watched.told == {"crm": watched.adapter.end}


def test_an_end_that_names_no_zone_is_none(watched):
    watched.adapter.end = watched.clock().replace(tzinfo=None)
    watched.for_days(1)

    assert watched.told == {}
    assert watched.adapter.asked == 24


def test_nothing_is_asked_while_little_is_left_of_a_quota(watched):
    watched.left = [Standing(DAILY, 0, 1_000, watched.clock(), None)]
    watched.watch.look()
    assert watched.adapter.asked == 0

    watched.left = []
    watched.watch.look()
    assert watched.adapter.asked == 1


def test_a_clock_that_was_set_back_does_not_put_it_off(watched):
    watched.watch.look()
    watched.clock.forward(days=-30)
    watched.watch.look()

    assert watched.adapter.asked == 2


def test_a_system_that_tells_nothing_is_not_asked():
    watched = Watched(ScriptedAdapter())
    watched.for_days(2)

    assert watched.told == {"crm": None}
    assert watched.adapter.calls == []
