"""The open tickets of many companies at Freshdesk: an index, kept up by what has changed.

Freshdesk lists one company's tickets in a call, or everybody's in every status, and tells what has
changed since a time.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
import structlog
from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Fetch, Found, NoMatch
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources import bulks
from context_sidecar.gauges import of_sources
from support.cached import Cached
from support.samples import sample
from support.sources import landed

FRESHDESK = sample("freshdesk")
TICKETS = Question("crm", "open_tickets", stale_after=timedelta(minutes=5))
KEYS = [str(number) for number in range(11, 71)]
PAGE = 20
"""Rows on a page of the played Freshdesk, which has 254 tickets: 13 pages with two from the page
before on each."""


class Rig(Cached):
    """The recipe, asked by a deployment, and the Freshdesk that it speaks to. `waits` is called
    where a call is kept waiting."""

    def __init__(self, server, **settings):
        self.api, self.waits = FRESHDESK.play(server, PAGE), lambda: None
        self.settings = FRESHDESK.settings(self.api.url) | {"ticket_lists": "2000"} | settings
        super().__init__("freshdesk", self.settings)

    def sleep(self, seconds):
        if seconds:
            self.waits()
        super().sleep(seconds)

    def restart(self):
        self.close()
        Cached.__init__(self, "freshdesk", self.settings)

    def refresh(self, minutes=10, keys=KEYS):
        """Let time pass, and have *keys* asked for by nobody; return the calls for tickets."""
        self.clock.forward(minutes=minutes)
        self.api.asked.clear()
        self.known = self.ask_all(TICKETS, keys)
        return self.calls

    def in_time(self, asked):
        """Let time pass until what was *asked* has landed; return what is known then."""
        while True:
            try:
                return asked.future.result(0.05)
            except TimeoutError:
                self.clock.forward(minutes=1)
                self.source.heard(())

    @property
    def calls(self):
        return [one for one in self.api.asked if one.path == "/api/v2/tickets"]

    def titles(self, key):
        return {row["id"] for row in self.known[key].answer.data}

    def directly(self, key):
        """What a person who opens a card is told, asked for by itself."""
        self.clock.forward(minutes=1)
        return self.source._adapter.lookups["open_tickets"].ask([key], ())[key]

    def row(self, id):
        return next(row for row in self.api.tickets if row["id"] == id)

    def change(self, id, **values):
        self.clock.forward(seconds=1)
        self.row(id).update(values, updated_at=f"{self.clock():%Y-%m-%dT%H:%M:%SZ}")


@pytest.fixture
def rig(httpserver, monkeypatch):
    opened = []

    def date(_, timestamp=None):
        return format_datetime(opened[0].clock(), usegmt=True)

    def rig(**settings):
        opened.append(Rig(httpserver, **settings))
        return opened[0]

    monkeypatch.setattr(BaseHTTPRequestHandler, "date_time_string", date)

    yield rig
    for one in opened:
        one.close()


@pytest.fixture
def freshdesk(rig):
    rig = rig()
    rig.refresh()
    return rig


def one_by_one(calls):
    return [one.args["company_id"] for one in calls if "company_id" in one.args]


def test_many_are_read_once_and_then_kept_up_by_what_has_changed(rig):
    rig = rig()

    built = rig.refresh()
    assert len(built) < len(KEYS) / 2
    assert not one_by_one(built)

    kept_up = rig.refresh()
    assert [one.args.get("filter") for one in kept_up] == [None, "deleted", "spam"]
    assert len(rig.api.asked) == 3 + 2 + 2, "and a list of companies, and who we are"
    assert kept_up[0].args["updated_since"] > "2026-11-21"


def test_each_is_told_what_it_is_told_by_itself(freshdesk):
    for key in ("11", "12", "13", "70"):
        assert freshdesk.known[key].answer == freshdesk.directly(key)
    assert freshdesk.known["13"].answer == Found([])


def test_none_needs_the_company(freshdesk):
    freshdesk.refresh(keys=[*KEYS, "900001"])

    assert not isinstance(freshdesk.known["900001"].answer, Found)
    assert freshdesk.known["900001"].denied_at
    freshdesk.refresh(keys=[*KEYS, "900001"])
    assert freshdesk.known["900001"].answer == NoMatch()


@pytest.mark.parametrize(
    "change",
    [{"status": 5}, {"company_id": 14}, {"company_id": None}, {"deleted": True}, {"spam": True}],
    ids=["closed", "moved", "nobody's", "deleted", "spam"],
)
def test_what_leaves_a_company_drops_out_and_what_comes_back_is_there(freshdesk, change):
    before = dict(freshdesk.row(1))
    freshdesk.change(1, **change)
    assert len(freshdesk.refresh()) == 3
    assert freshdesk.titles("11") == {"2"}
    assert freshdesk.titles("14") == ({"1"} if change == {"company_id": 14} else set())

    freshdesk.change(1, **dict.fromkeys(change, False) | {k: before.get(k, False) for k in change})
    freshdesk.refresh()
    assert freshdesk.titles("11") == {"1", "2"}
    assert freshdesk.known["11"].answer == freshdesk.directly("11")


def test_a_new_ticket_is_there(freshdesk):
    at = f"{freshdesk.clock():%Y-%m-%dT%H:%M:%SZ}"
    freshdesk.api.tickets.append(FRESHDESK.ticket(999, 13, at=at))
    freshdesk.refresh()

    assert freshdesk.titles("13") == {"999"}


def test_an_answer_is_confirmed_at_when_the_changes_were_read(freshdesk):
    began = freshdesk.clock.forward(minutes=10)
    answer = freshdesk.api.answer

    def slowly(request):
        freshdesk.clock.forward(seconds=5)
        return answer(request)

    freshdesk.api.answer = slowly
    known = freshdesk.ask_all(TICKETS, KEYS)

    assert {one.confirmed_at for one in known.values()} == {began}
    assert freshdesk.clock() > began


def test_a_person_is_answered_directly(freshdesk):
    freshdesk.clock.forward(minutes=10)
    freshdesk.api.asked.clear()
    freshdesk.ask(TICKETS, "11")

    assert one_by_one(freshdesk.calls) == ["11"]


def test_a_few_are_asked_for_directly(freshdesk):
    assert sorted(one_by_one(freshdesk.refresh(keys=["11", "14"]))) == ["11", "14"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, Reason.RATE_LIMITED), (500, Reason.SERVER_ERROR), (401, Reason.CREDENTIAL_EXPIRED)],
    ids=["429", "500", "401"],
)
def test_what_fails_in_passing_is_flagged_and_mended(freshdesk, status, reason):
    """What whole pages have told stays true. Until then each account has its last answer."""
    freshdesk.api.refuse(status, {"message": "…"}, {"retry-after": "1"}, only="/api/v2/tickets")
    freshdesk.refresh()
    for one in freshdesk.known.values():
        assert one.reason is reason
        assert isinstance(one.answer, Found)

    freshdesk.api.mend()
    freshdesk.change(1, status=5)
    calls = freshdesk.refresh(minutes=20)

    assert bool(one_by_one(calls)) == (status != 429), "each by itself would meet the limit sooner"
    assert {one.fetch for one in freshdesk.known.values()} == {Fetch.OK}
    assert freshdesk.titles("11") == {"2"}


def lost_key(freshdesk):
    freshdesk.change(1)
    del freshdesk.row(1)["company_id"]


def lost_id(freshdesk):
    freshdesk.api.tickets.append(
        FRESHDESK.ticket(None, 13, at=f"{freshdesk.clock():%Y-%m-%dT%H:%M:%SZ}")
    )


def gauges(freshdesk):
    return [(name, value) for name, _, _, value in of_sources({"crm": freshdesk.source})]


def of_the_future(freshdesk):
    freshdesk.row(1)["updated_at"] = "2027-11-21T08:00:00Z"


def cut(freshdesk):
    answer = freshdesk.api.answer

    def cut(request):
        response = answer(request)
        if "order_type" in request.args:
            response.set_data('[{"id": 1, ')
        return response

    freshdesk.api.answer = cut


def unfiltered(freshdesk):
    """The lists of what is gone have what is there."""
    freshdesk.change(1)
    freshdesk.api.lies.ignores = {"filter"}


@pytest.mark.parametrize("doubt", [lost_key, lost_id, of_the_future, cut, unfiltered])
def test_a_doubt_throws_it_away_and_each_is_asked_for_by_itself(freshdesk, doubt):
    doubt(freshdesk)
    with structlog.testing.capture_logs() as logs:
        calls = freshdesk.refresh()

    assert set(one_by_one(calls)) == set(KEYS)
    assert [one["lookup"] for one in logs if one["event"] == "index_discarded"] == ["open_tickets"]
    well = [one for key, one in freshdesk.known.items() if key not in {"11", "13"}]
    assert {one.fetch for one in well} == {Fetch.OK}
    assert set(one_by_one(freshdesk.refresh())) == set(KEYS), "and the next time, too"


def test_what_is_there_is_not_taken_for_gone(freshdesk):
    unfiltered(freshdesk)
    freshdesk.refresh()
    assert freshdesk.titles("11") == {"1", "2"}

    freshdesk.api.lies.ignores = ()
    freshdesk.change(1, deleted=True)
    freshdesk.source.start_anew()
    freshdesk.refresh()
    assert freshdesk.titles("11") == {"2"}


def imported(freshdesk):
    """More tickets than a page holds get the same second."""
    freshdesk.clock.forward(seconds=1)
    at = f"{freshdesk.clock():%Y-%m-%dT%H:%M:%SZ}"
    freshdesk.api.tickets += [
        FRESHDESK.ticket(number, 12, at=at) for number in range(2_000, 2_000 + PAGE + 1)
    ]


def test_what_cannot_be_kept_up_is_told_until_it_can_be_again(freshdesk, monkeypatch):
    monkeypatch.setattr(bulks, "BEFORE_BULK", 0)
    monkeypatch.setattr(bulks, "AFTER_DOUBT", 0)
    assert freshdesk.source.health().unindexed == ()
    imported(freshdesk)

    assert set(one_by_one(freshdesk.refresh())) == set(KEYS)
    began = freshdesk.clock()
    for _ in range(2):
        [told] = freshdesk.source.health().unindexed
        assert (told.lookup, told.since) == ("open_tickets", began)
        assert told.why.detail == "no index: more has changed in one second than a page holds"
        assert ("sidecar_source_unindexed", 1) in gauges(freshdesk)
        freshdesk.refresh()

    for number in range(2_000, 2_000 + PAGE + 1):
        freshdesk.change(number)
    assert not one_by_one(freshdesk.refresh())
    assert freshdesk.source.health().unindexed == ()


def test_a_source_that_is_another_now_says_nothing_of_the_index_before(freshdesk):
    imported(freshdesk)
    freshdesk.refresh()
    freshdesk.source.start_anew()

    assert freshdesk.source.health().unindexed == ()


def test_doctor_tells_that_what_has_changed_cannot_be_kept_up_with(freshdesk):
    trial = Trial(freshdesk.source.source, freshdesk.source._adapter, freshdesk.clock, ())
    imported(freshdesk)
    with pytest.raises(SourceError, match="more has changed in one second than a page holds"):
        trial.kept_up_by("open_tickets")


def test_who_sees_less_than_all_is_told_nothing_from_it(freshdesk):
    freshdesk.api.me = FRESHDESK.LESS
    freshdesk.refresh()

    assert {one.reason for one in freshdesk.known.values()} == {Reason.PERMISSION_DENIED}


def test_the_limit_of_lists_is_kept_to_while_they_are_read_and_half_of_it_left_to_people(rig):
    rig = rig(ticket_lists="10")
    began = rig.clock()

    assert not one_by_one(rig.refresh(minutes=0))

    lists = len(rig.calls)
    assert rig.clock() - began >= (lists / 5 - 1) * timedelta(minutes=1)
    assert {one.fetch for one in rig.known.values()} == {Fetch.OK}
    assert rig.known["11"].answer == rig.directly("11")


def test_what_nobody_waits_for_waits_until_people_have_left_something(rig):
    """It does not fail for that, and a person who asks for one of them meanwhile goes ahead."""
    rig = rig(ticket_lists="10")
    for key in KEYS[:10]:
        rig.ask(TICKETS, key)
    waiting = rig.cache.ask(TICKETS, KEYS[10:], now=rig.clock(), interactive=False)

    refused = rig.ask(TICKETS, KEYS[10])
    assert refused.reason is Reason.RATE_LIMITED
    assert refused.particulars.causes == (Cause.OWN_ENDPOINT_LIMIT,)
    assert "Raise ticket_lists" in refused.particulars.remedy
    assert not any(waiting[key].future.done() for key in KEYS[11:])

    assert {rig.in_time(waiting[key]).fetch for key in KEYS[11:]} == {Fetch.OK}
    assert rig.ask(TICKETS, KEYS[10]).fetch is Fetch.OK


def test_a_person_is_answered_while_all_are_read(rig):
    rig = rig(ticket_lists="10")
    reading, go_on = threading.Event(), threading.Event()
    rig.waits = lambda: reading.set() or go_on.wait(10)
    waiting = rig.cache.ask(TICKETS, KEYS, now=rig.clock(), interactive=False)
    assert reading.wait(10)
    rig.clock.forward(seconds=30)

    opened = rig.ask(TICKETS, "11")
    assert (opened.fetch, opened.confirmed_at) == (Fetch.OK, rig.clock())
    assert not waiting["12"].future.done()

    go_on.set()
    assert landed(waiting["12"]).confirmed_at < opened.confirmed_at
    assert rig.cache.peek(TICKETS, ["11"])["11"] == opened


def test_keys_that_can_be_none_of_its_own_keep_nobody_else_from_being_asked(rig):
    rig = rig()
    for key in ("C-4", "C-5", "C-6", "C-7"):
        assert rig.ask(TICKETS, key).reason is Reason.NOT_CONFIGURED

    assert rig.ask(TICKETS, "11").fetch is Fetch.OK


def test_it_is_left_where_it_costs_more_than_asking_each(rig):
    rig = rig()
    some = KEYS[10:30]
    rig.api.tickets += [
        FRESHDESK.ticket(n, 12, 5, f"2026-11-19T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z")
        for n in range(1000, 1400)
    ]
    calls = rig.refresh(keys=some)

    assert set(one_by_one(calls)) == set(some)
    assert len(calls) <= 2 * len(some)
    assert len(rig.refresh(keys=some)) == len(some)
    assert not one_by_one(rig.refresh()), "more accounts are worth it"


def test_every_so_often_it_is_read_anew(freshdesk):
    freshdesk.api.tickets.remove(freshdesk.row(1))  # nothing tells of it
    freshdesk.refresh()
    assert freshdesk.titles("11") == {"1", "2"}

    freshdesk.refresh(minutes=6 * 60)
    assert freshdesk.titles("11") == {"2"}


def test_a_restart_reads_it_anew(freshdesk):
    freshdesk.restart()

    assert len(freshdesk.refresh()) > 10


def test_a_source_that_is_another_now_is_read_anew(freshdesk):
    freshdesk.source.start_anew()

    assert len(freshdesk.refresh()) > 10


def test_doctor_measures_by_how_many_calls_it_is_kept_up(rig):
    rig = rig()
    trial = Trial(rig.source.source, rig.source._adapter, rig.clock, ())

    assert trial.kept_up_by("open_tickets") == 3
    assert trial.kept_up_by("account") == 0
