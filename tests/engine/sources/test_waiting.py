"""What waits to be asked of one source."""

import pytest
from context_sidecar.core.errors import SourceError
from context_sidecar.core.index import Feeds
from context_sidecar.core.lookups import Bulk
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.bulks import AFTER_DOUBT, BEFORE_BULK
from context_sidecar.engine.sources.indexes import NoIndex
from context_sidecar.engine.sources.waiting import MOST_BACKGROUND, MOST_INTERACTIVE, Waiting
from hypothesis import given
from hypothesis import strategies as st

ACCOUNT = Question("crm", "account")
TICKETS = Question("crm", "tickets")


@pytest.fixture
def waiting():
    return Waiting({"account": 3})


def keys(batch):
    return "".join(batch.keys) if batch else None


def test_a_call_takes_as_many_keys_as_its_lookup_can(waiting):
    waiting.add(ACCOUNT, "abcd", interactive=True)

    assert keys(waiting.take(background=True)) == "abc"
    assert keys(waiting.take(background=True)) == "d"
    assert waiting.take(background=True) is None


def test_a_lookup_that_takes_one_key_is_asked_one_by_one(waiting):
    waiting.add(TICKETS, "ab", interactive=True)

    assert keys(waiting.take(background=True)) == "a"
    assert keys(waiting.take(background=True)) == "b"


def test_what_people_wait_for_goes_first(waiting):
    waiting.add(TICKETS, "x", interactive=False)
    waiting.add(ACCOUNT, "a", interactive=True)

    first = waiting.take(background=True)

    assert (keys(first), first.interactive) == ("a", True)


def test_a_call_for_a_person_is_filled_up_with_what_waits_in_the_background(waiting):
    waiting.add(ACCOUNT, "abcd", interactive=False)
    waiting.add(ACCOUNT, "x", interactive=True)

    assert keys(waiting.take(background=False)) == "xab"


def test_the_background_waits_while_it_may_not_call(waiting):
    waiting.add(ACCOUNT, "a", interactive=False)

    assert waiting.take(background=False) is None
    assert keys(waiting.take(background=True)) == "a"


def test_what_a_person_asks_for_too_goes_ahead(waiting):
    waiting.add(ACCOUNT, "abcd", interactive=False)

    waiting.hurry(ACCOUNT, ["d", "not waiting"])

    assert keys(waiting.take(background=False)) == "dab"
    assert keys(waiting.take(background=True)) == "c"


def test_a_key_waits_once(waiting):
    waiting.add(ACCOUNT, "aa", interactive=False)
    waiting.add(ACCOUNT, "a", interactive=True)
    waiting.add(ACCOUNT, "a", interactive=False)

    assert len(waiting) == 1


def test_questions_take_turns(waiting):
    waiting.add(ACCOUNT, "abcdef", interactive=True)
    waiting.add(TICKETS, "xy", interactive=True)

    taken = [keys(waiting.take(background=True)) for _ in range(4)]

    assert taken == ["abc", "x", "def", "y"]


def test_versions_of_a_question_are_asked_apart(waiting):
    other = Question("crm", "account", frozenset({"Tier__c"}))
    waiting.add(ACCOUNT, "a", interactive=True)
    waiting.add(other, "a", interactive=True)

    assert {waiting.take(background=True).question for _ in range(2)} == {ACCOUNT, other}


def test_one_lookup_is_cleared_and_the_others_stay(waiting):
    waiting.add(ACCOUNT, "ab", interactive=True)
    waiting.add(ACCOUNT, "c", interactive=False)
    waiting.add(TICKETS, "x", interactive=True)

    cleared = waiting.clear("account")

    assert [batch.keys for batch in cleared] == [("a", "b", "c")]
    assert waiting.lookups == {"tickets"}


def test_there_is_room_for_so_many_and_no_more(waiting):
    waiting.add(TICKETS, map(str, range(10)), interactive=True)
    waiting.add(TICKETS, "ab", interactive=False)

    assert waiting.room(interactive=True) == MOST_INTERACTIVE - 10
    assert waiting.room(interactive=False) == MOST_BACKGROUND - 2


def test_how_many_calls_people_wait_for_is_known(waiting):
    waiting.add(ACCOUNT, "abcd", interactive=True)
    waiting.add(TICKETS, "xy", interactive=True)
    waiting.add(ACCOUNT, "efg", interactive=False)

    assert waiting.interactive_calls == 4


@given(
    st.lists(
        st.tuples(st.sampled_from([ACCOUNT, TICKETS]), st.text("abcdef", max_size=6), st.booleans())
    )
)
def test_every_key_is_taken_exactly_once_and_people_first(additions):
    waiting, expected = Waiting({"account": 3}), set()
    for question, some, interactive in additions:
        waiting.add(question, some, interactive=interactive)
        expected |= {(question, key) for key in some}

    taken, urgencies = [], []
    while batch := waiting.take(background=True):
        assert 1 <= len(batch.keys) <= waiting.batch_of(batch.question)
        taken += [(batch.question, key) for key in batch.keys]
        urgencies.append(batch.interactive)

    assert sorted(taken, key=str) == sorted(expected, key=str)
    assert urgencies == sorted(urgencies, reverse=True)


class TestBulk:
    """A lookup that takes one key in a call, and many by another way."""

    @pytest.fixture
    def waiting(self):
        return Waiting({"account": 1}, {"account": Bulk(least=3, most=4)})

    def test_what_nobody_waits_for_goes_in_bulk_once_it_is_enough(self, waiting):
        waiting.add(ACCOUNT, "abcde", interactive=False)

        bulk, last = waiting.take(background=True), waiting.take(background=True)

        assert (keys(bulk), bulk.bulk) == ("abcd", True)
        assert (keys(last), last.bulk) == ("e", False)

    def test_a_person_waits_for_no_long_list(self, waiting):
        waiting.add(ACCOUNT, "abc", interactive=False)
        waiting.add(ACCOUNT, "xyz", interactive=True)

        assert keys(waiting.take(background=True)) == "x"

    def test_fewer_go_one_by_one(self, waiting):
        waiting.add(ACCOUNT, "ab", interactive=False)

        assert keys(waiting.take(background=True)) == "a"

    def test_where_the_other_way_is_refused_all_go_one_by_one(self, waiting):
        waiting.bulk_ended("account", 1, SourceError(Reason.PERMISSION_DENIED))
        waiting.add(ACCOUNT, "abcd", interactive=False)

        assert keys(waiting.take(background=True)) == "a"

    def test_it_is_taken_for_no_fewer_than_the_calls_that_it_took(self, waiting):
        waiting.bulk_ended("account", 4, None)
        waiting.add(ACCOUNT, "abc", interactive=False)
        assert keys(waiting.take(background=True)) == "a"

        waiting.add(ACCOUNT, "de", interactive=False)
        assert keys(waiting.take(background=True)) == "bcde"

    def test_where_it_fails_others_are_asked_for_before_it_is_tried_again(self, waiting):
        waiting.bulk_ended("account", 9, SourceError(Reason.TIMEOUT))
        waiting.add(ACCOUNT, map(str, range(BEFORE_BULK + 4)), interactive=False)

        one_by_one = [waiting.take(background=True) for _ in range(BEFORE_BULK)]

        assert {len(batch.keys) for batch in one_by_one} == {1}
        assert len(waiting.take(background=True).keys) == 4


FEEDS = Feeds(lambda _: None, (), lambda *_: {})


@pytest.fixture
def indexed():
    """A lookup that is answered from an index from three accounts on."""
    return Waiting({}, {"tickets": Bulk(3, 100, FEEDS)})


def taken(waiting):
    batch = waiting.take(background=True)
    waiting.begun(batch)
    return batch


def test_an_index_is_read_by_one_call_at_a_time_and_people_go_on(indexed):
    indexed.add(TICKETS, "abc", interactive=False)
    assert taken(indexed).bulk

    indexed.add(TICKETS, "def", interactive=False)
    assert indexed.take(background=True) is None
    indexed.add(TICKETS, "x", interactive=True)
    assert keys(indexed.take(background=True)) == "x"

    indexed.bulk_ended("tickets", 3, None)
    assert keys(taken(indexed)) == "def"


def test_what_an_index_did_not_answer_waits_again(indexed):
    indexed.add(TICKETS, "abcd", interactive=False)
    indexed.no_index(taken(indexed), NoIndex(9))

    assert [keys(taken(indexed)) for _ in range(4)] == ["a", "b", "c", "d"]


def test_an_index_that_is_held_is_gone_on_with(indexed):
    indexed.add(TICKETS, "abc", interactive=False)
    indexed.again(taken(indexed))

    assert indexed.take(background=True, held={"tickets"}) is None
    assert taken(indexed).bulk


def test_what_is_held_waits_again_and_goes_ahead_where_a_person_asked(waiting):
    waiting.add(TICKETS, "ab", interactive=False)
    batch = waiting.take(background=True)
    waiting.again(batch, keys(batch))

    first, second = waiting.take(background=True), waiting.take(background=True)
    assert [keys(first), keys(second)] == [keys(batch), "b"]
    assert [first.interactive, second.interactive] == [True, False]


def test_of_what_is_held_people_are_answered_and_other_lookups_go_on(waiting):
    waiting.add(TICKETS, "ab", interactive=False)
    waiting.add(ACCOUNT, "c", interactive=False)
    waiting.hurry(TICKETS, "b")

    taken = [waiting.take(background=True, held={"tickets"}) for _ in range(3)]

    assert keys(taken[0])[0] == "b"
    assert taken[0].interactive
    assert keys(taken[1]) == "c"


def test_an_index_that_costs_more_than_asking_each_is_read_for_more(indexed):
    indexed.add(TICKETS, "abc", interactive=False)
    indexed.no_index(taken(indexed), NoIndex(5))
    indexed.add(TICKETS, "de", interactive=False)
    assert not taken(indexed).bulk

    indexed.add(TICKETS, "fg", interactive=False)
    assert taken(indexed).bulk


def test_after_a_doubt_an_index_is_not_tried_again_before_so_many_were_asked_for(indexed):
    indexed.add(TICKETS, "abc", interactive=False)
    doubt = NoIndex(BEFORE_BULK, SourceError(Reason.BAD_RESPONSE))
    indexed.no_index(taken(indexed), doubt)

    most = AFTER_DOUBT * BEFORE_BULK
    indexed.add(TICKETS, map(str, range(most + 3)), interactive=False)
    for _ in range(3 + most):
        assert not taken(indexed).bulk
    assert taken(indexed).bulk


def test_an_index_that_we_were_not_allowed_to_read_is_not_lost_for_good(indexed):
    indexed.add(TICKETS, "abc", interactive=False)
    refused = NoIndex(1, SourceError(Reason.PERMISSION_DENIED))
    indexed.no_index(taken(indexed), refused)

    indexed.add(TICKETS, map(str, range(BEFORE_BULK + 3)), interactive=False)
    assert not any(taken(indexed).bulk for _ in range(BEFORE_BULK + 3))
    assert taken(indexed).bulk


@pytest.mark.parametrize("why", ["a doubt", "too dear"])
def test_a_source_that_is_another_now_has_its_index_tried_at_once(indexed, why):
    indexed.add(TICKETS, "abc", interactive=False)
    doubt = NoIndex(9, SourceError(Reason.BAD_RESPONSE) if why == "a doubt" else None)
    indexed.no_index(taken(indexed), doubt)
    indexed.start_anew()

    assert taken(indexed).bulk


@pytest.mark.parametrize(
    ("reason", "goes_on"), [(Reason.RATE_LIMITED, True), (Reason.SERVER_ERROR, False)], ids=str
)
def test_an_index_that_a_limit_keeps_from_being_read_is_gone_on_with(indexed, reason, goes_on):
    indexed.add(TICKETS, "abc", interactive=False)
    taken(indexed)
    indexed.bulk_ended("tickets", 0, SourceError(reason))

    indexed.add(TICKETS, "abc", interactive=False)
    assert taken(indexed).bulk is goes_on
