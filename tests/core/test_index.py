"""An index that is kept up by what has changed answers what the source itself would have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.index import ChangedRow, ChangesPage, Index
from context_sidecar.core.reasons import Reason
from hypothesis import given, settings
from hypothesis import strategies as st

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONG_AGO = START - timedelta(days=1)
OVERLAP = timedelta(seconds=60)
PAGE = 5
KEYS = "AB"
THERE, DELETED, SPAM = range(3)


class Version(NamedTuple):
    """A ticket as it was from a time on, which shows some time later."""

    id: str
    at: datetime
    shows_at: datetime
    key: str | None
    is_open: bool
    place: int

    def given(self):
        counts = self.is_open and self.place == THERE
        return ChangedRow(self.id, self.at, self.key, {"id": self.id} if counts else None)


class System:
    """Tickets, each in the version that shows: changes show up late, by no more than the overlap.

    It tells what has changed since a time in one list, and in two others what was deleted and what
    is spam; `inclusive` says whether that is from that very second on. Time passes with each page,
    and `meanwhile` what then happens.
    """

    def __init__(self, *, inclusive=True):
        self.now, self.inclusive = START, inclusive
        self.versions = []
        self.meanwhile = []

    def change(self, id, key, is_open, place, late, same):
        # No more than two in a second: more than a page holds would be a doubt.
        if [one.at for one in self.versions[-2:]] == [self.now] * 2 or not same:
            self.now += timedelta(seconds=1)
        shows_at = self.now + timedelta(seconds=late)
        self.versions.append(Version(id, self.now, shows_at, key, is_open, place))

    def shown(self, at):
        """What shows at a time: of each ticket the last version."""
        return {one.id: one for one in self.versions if one.shows_at <= at}

    def directly(self, at):
        """The ids of the open tickets of each key, as they are listed at a time."""
        counted = [one.given() for one in self.shown(at).values()]
        return {key: {one.id for one in counted if one.row and one.key == key} for key in KEYS}

    def shown_between(self, began, ended):
        """Return what is listed at each second of a reading."""
        seconds = range(int((ended - began).total_seconds()) + 1)
        return [self.directly(began + timedelta(seconds=second)) for second in seconds]

    def read(self, feed, since):
        self.now += timedelta(seconds=1)
        if self.meanwhile:
            self.change(*self.meanwhile.pop())
        first = since - timedelta(microseconds=self.inclusive) if since else LONG_AGO
        rows = [
            one.given() for one in sorted(self.shown(self.now).values(), key=lambda one: one.at)
            if one.place == feed and one.at > first
        ]  # fmt: skip
        return ChangesPage(rows[:PAGE], len(rows) > PAGE, self.now)


def read_up(index, system):
    """Read what has changed; return the times at which that began and ended."""
    began = system.now
    index.begin()
    for feed in (THERE, DELETED, SPAM):
        while index.take(feed, system.read(feed, index.since(feed))):
            pass
    index.ended()
    return began, system.now


def answers(index):
    return {key: {row["id"] for row in index.rows(key)} for key in KEYS}


changes = st.tuples(
    st.sampled_from([f"T{number}" for number in range(9)]),
    st.sampled_from([*KEYS, None]),
    st.sampled_from([True, True, False]),
    st.sampled_from([THERE, THERE, THERE, DELETED, SPAM]),
    st.integers(0, 60) | st.just(0),
    st.booleans(),
)
wait = st.integers(1, 400)
steps = st.lists(
    st.one_of(
        changes, changes, wait, st.just("read"), st.just("read"), st.just("restart"),
        st.integers(1, 3).map(lambda pages: ("broken off", pages)),
    ),
    min_size=20,
    max_size=60,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(steps, st.booleans())
def test_it_answers_what_the_source_showed_when_the_changes_were_read(history, inclusive):
    """Whatever changes, moves, is closed, deleted or called spam and comes back, however late it
    shows, after restarts and after readings that broke off."""
    system, index = System(inclusive=inclusive), Index(2, OVERLAP)
    for step in [*history, "read"]:
        match step:
            case "read":
                shown = system.shown_between(*read_up(index, system))
                while any(one != shown[0] for one in shown):  # something has shown up meanwhile
                    shown = system.shown_between(*read_up(index, system))
                assert answers(index) == shown[0]
            case "restart":
                index = Index(2, OVERLAP)
            case ("broken off", pages):
                index.begin()
                while pages and index.take(THERE, system.read(THERE, index.since(THERE))):
                    pages -= 1
            case int(seconds):
                system.now += timedelta(seconds=seconds)
            case change:
                system.change(*change)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(changes, min_size=8, max_size=30),
    st.lists(changes, min_size=1, max_size=8),
    st.booleans(),
)
def test_what_changes_while_it_is_read_is_as_it_was_at_some_time_meanwhile(
    before, meanwhile, inclusive
):
    system, index = System(inclusive=inclusive), Index(2, OVERLAP)
    for change in before:
        system.change(*change)
    system.meanwhile = list(meanwhile)

    shown = system.shown_between(*read_up(index, system))

    for key, found in answers(index).items():
        ever = set().union(*(one[key] for one in shown))
        always = shown[0][key].intersection(*(one[key] for one in shown))
        assert always <= found <= ever


def changed(id, seconds, key="A"):
    return ChangedRow(id, START + timedelta(seconds=seconds), key, {"id": id})


def page(*rows, more=False, told_at=1000):
    return ChangesPage(rows, more, START + timedelta(seconds=told_at))


@pytest.mark.parametrize(
    ("pages", "doubt"),
    [
        ([page(changed("1", 10), changed("2", 5))], "oldest first"),
        ([page(changed("1", 2000))], "of the future"),
        ([page(changed("1", 5), more=True), page(changed("2", 1))], "older than asked for"),
        ([page(changed("1", 5), more=True), page(changed("1", 4))], "older than it was known"),
        ([page(more=True)], "one second"),
        ([page(changed("1", 5), more=True), page(changed("2", 5), more=True)], "one second"),
    ],
    ids=["disorder", "future", "filter ignored", "backwards", "empty", "no progress"],
)
def test_a_doubt_is_told(pages, doubt):
    index = Index(1, OVERLAP)

    *before, last = pages
    for one in before:
        index.take(THERE, one)

    with pytest.raises(SourceError, match=doubt) as found:
        index.take(THERE, last)

    assert found.value.reason is Reason.BAD_RESPONSE


def test_the_row_that_changed_last_comes_first():
    index = Index(1, OVERLAP)
    index.take(THERE, page(changed("1", 1), changed("2", 2), changed("3", 3)))
    index.begin()
    index.take(THERE, page(changed("1", 4)))

    assert [row["id"] for row in index.rows("A")] == ["1", "3", "2"]


@pytest.mark.parametrize(
    ("last", "since"), [(500, 499), (990, 939)], ids=["long ago", "within the overlap"]
)
def test_only_what_has_changed_or_may_show_late_is_asked_for_the_next_time(last, since):
    index = Index(1, OVERLAP)
    assert index.since(THERE) is None
    index.take(THERE, page(changed("1", last)))

    index.begin()

    assert index.since(THERE) == START + timedelta(seconds=since)


def test_what_shows_late_while_a_long_reading_goes_on_is_read_the_next_time():
    index = Index(1, OVERLAP)
    index.take(THERE, page(changed("1", 90), more=True, told_at=100))
    index.take(THERE, page(changed("2", 390), told_at=400))

    index.begin()

    assert index.since(THERE) == START + timedelta(seconds=99) - OVERLAP


def test_a_reading_that_broke_off_is_gone_on_with_where_it_stopped():
    index = Index(1, OVERLAP)
    index.take(THERE, page(changed("1", 990)))
    index.begin()
    index.take(THERE, page(changed("2", 950), more=True, told_at=2000))

    index.begin()

    assert index.since(THERE) == START + timedelta(seconds=949)


def test_the_next_page_begins_before_the_last_row_which_may_not_be_alone_in_its_second():
    index = Index(1, OVERLAP)
    index.take(THERE, page(changed("1", 5), changed("2", 90), more=True))

    assert index.since(THERE) == START + timedelta(seconds=89)


def test_of_what_is_gone_nothing_is_asked_for_from_before_it_was_begun():
    index = Index(1, OVERLAP)
    index.take(THERE, page(changed("1", 500)))

    assert index.since(DELETED) == START + timedelta(seconds=1000) - OVERLAP


def test_what_came_back_after_it_was_deleted_stays():
    """The list of what is deleted may lag behind the other."""
    index = Index(1, OVERLAP)
    index.take(THERE, page(changed("1", 999)))
    index.take(DELETED, page(ChangedRow("1", START + timedelta(seconds=998))))

    assert index.rows("A")


def test_pages_are_counted_until_it_is_whole():
    index = Index(1, OVERLAP)
    index.take(THERE, page(changed("1", 1)))
    assert index.pages == 1

    index.ended()

    assert index.pages == 0
