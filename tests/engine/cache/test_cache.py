"""What is known, and the asking for more: with real threads, and a clock that is told to move."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
import structlog
from context_sidecar.core.configuration import CacheLimits
from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Fetch, Found, NoMatch, Observation
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.questions import Question
from context_sidecar.store.observations import Observations
from support import build
from support.clock import FakeClock
from support.database import database_in
from support.sources import ScriptedAdapter, caching, found, landed, running

HOURLY = Question("crm", "account", stale_after=timedelta(hours=1))


def failing(reason, **more):
    def answer(keys, names):
        raise SourceError(reason, "scripted", **more)

    return answer


def nobody(keys, names):
    return {key: NoMatch() for key in keys}


def only(*there):
    """Know these keys, and deny others by a status."""

    def answer(keys, names):
        denied = NoMatch(certain=False)
        return {key: Found({"key": key}) if key in there else denied for key in keys}

    return answer


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def adapter():
    return ScriptedAdapter()


@pytest.fixture
def cache(adapter, clock):
    with caching(adapter, clock) as cache:
        yield cache


def ask(cache, clock, key="a", *, question=HOURLY, interactive=True, **how):
    return cache.ask(question, [key], now=clock(), interactive=interactive, **how)[key]


def learn(cache, clock, key="a", **how):
    """Ask, and wait for the attempt, if there is one."""
    return landed(ask(cache, clock, key, **how))


def test_what_is_not_known_is_asked_for_and_then_known(cache, clock, adapter):
    adapter.open.clear()
    first = ask(cache, clock)
    adapter.open.set()
    answer = first.future.result(10)
    second = ask(cache, clock)

    assert first.observation == Observation()
    assert answer.answer == Found({"key": "a"})
    assert answer.confirmed_at == clock()
    assert second.observation == answer
    assert second.future is None
    assert adapter.calls == [("a",)]


def test_asking_never_waits_for_the_source(cache, clock, adapter):
    adapter.open.clear()

    asked = ask(cache, clock)

    assert not asked.future.done()


def test_a_thousand_simultaneous_requests_for_one_cold_record_make_one_call(cache, clock, adapter):
    adapter.open.clear()
    start = threading.Barrier(50)

    def visit():
        start.wait(10)
        return [ask(cache, clock) for _ in range(20)]

    with ThreadPoolExecutor(50) as pool:
        visits = [pool.submit(visit) for _ in range(50)]
        futures = {one.future for visit in visits for one in visit.result(20)}
        adapter.open.set()
        done, _ = wait(futures, 10)

    assert len(futures) == 1
    assert [future.result().answer for future in done] == [Found({"key": "a"})]
    assert adapter.calls == [("a",)]


@pytest.mark.parametrize("force", [False, True], ids=["looked at", "forced"])
def test_a_question_put_before_the_answer_came_makes_no_second_call(cache, clock, adapter, force):
    """Between putting a question and finding a lock free, somebody else's answer may have come."""
    put_at = clock()
    clock.forward(seconds=0.1)
    known = learn(cache, clock)

    late = cache.ask(HOURLY, ["a"], now=put_at, interactive=True, force=force)["a"]

    assert late.future is None
    assert late.observation == known
    assert len(adapter.calls) == 1


def test_ten_thousand_accounts_are_warmed_through_batches_of_a_hundred_by_a_hundred_calls(clock):
    adapter = ScriptedAdapter(batch=100)
    with caching(adapter, clock) as cache:
        keys = [str(number) for number in range(10_000)]
        asked = cache.ask(HOURLY, keys, now=clock(), interactive=False)
        answers = {key: landed(one).answer for key, one in asked.items()}

    assert answers == {key: Found({"key": key}) for key in keys}
    assert len(adapter.calls) == 100


def test_several_keys_are_asked_together(clock):
    adapter = ScriptedAdapter(batch=10)
    with caching(adapter, clock) as cache:
        landed(cache.ask(HOURLY, "aba", now=clock(), interactive=True)["b"])

    assert adapter.calls == [("a", "b")]


def test_a_fresh_answer_is_given_without_asking_again(cache, clock, adapter):
    learn(cache, clock)

    clock.forward(minutes=43)

    assert ask(cache, clock).future is None
    assert len(adapter.calls) == 1


def test_an_answer_is_asked_for_again_before_it_turns_stale_and_shown_meanwhile(
    cache, clock, adapter
):
    before = learn(cache, clock)
    adapter.open.clear()
    clock.forward(minutes=53)

    asked = ask(cache, clock)

    assert asked.observation == before
    assert asked.future is not None
    adapter.open.set()
    assert asked.future.result(10).confirmed_at == clock()


def test_other_names_are_another_question(cache, clock, adapter):
    learn(cache, clock)

    learn(cache, clock, question=Question("crm", "account", frozenset({"Tier__c"})))

    assert len(adapter.calls) == 2


def test_no_such_account_is_remembered_for_a_minute(cache, clock, adapter):
    adapter.answer = nobody
    assert learn(cache, clock).answer == NoMatch()

    clock.forward(seconds=59)
    assert ask(cache, clock).future is None
    clock.forward(seconds=1)
    learn(cache, clock)

    assert len(adapter.calls) == 2


def test_an_account_that_is_gone_is_believed_to_be_when_denied_twice_a_minute_apart(
    cache, clock, adapter
):
    learn(cache, clock)
    adapter.answer = nobody
    clock.forward(hours=1)
    assert learn(cache, clock).answer == Found({"key": "a"})

    clock.forward(seconds=59)
    assert ask(cache, clock).future is None
    clock.forward(seconds=1)

    assert learn(cache, clock).answer == NoMatch()


def test_a_failure_leaves_the_last_good_answer_and_is_tried_again_later(cache, clock, adapter):
    learn(cache, clock)
    adapter.answer = failing(Reason.TIMEOUT)
    clock.forward(hours=1)

    failed = learn(cache, clock)

    assert failed.answer == Found({"key": "a"})
    assert (failed.fetch, failed.reason) == (Fetch.RETRYING, Reason.TIMEOUT)
    assert failed.since == clock()
    assert failed.next_try_at == clock() + timedelta(seconds=3.75)
    assert ask(cache, clock).future is None
    adapter.answer = found
    clock.forward(seconds=4)
    assert learn(cache, clock).fetch is Fetch.OK


def test_an_open_circuit_is_an_outcome_at_once_and_says_until_when(cache, clock, adapter):
    adapter.answer = failing(Reason.TIMEOUT)
    for key in "abcdefgh":
        learn(cache, clock, key)

    asked = ask(cache, clock, "new")

    assert asked.future is None
    assert asked.observation.reason is Reason.TIMEOUT
    assert asked.observation.fetch is Fetch.FAILING
    assert asked.observation.next_try_at == clock() + timedelta(seconds=30)
    assert len(adapter.calls) == 8


def test_s31_no_visitor_waits_while_the_circuit_is_open(cache, clock, adapter):
    adapter.answer = failing(Reason.TIMEOUT)
    for key in "abcdefgh":
        learn(cache, clock, key)
    adapter.open.clear()

    asked = [ask(cache, clock, str(number)) for number in range(1000)]

    assert all(one.future is None for one in asked)


def test_a_full_queue_is_an_outcome_at_once(clock, adapter):
    with caching(adapter, clock, limits=Limits(concurrency=1)) as cache:
        adapter.open.clear()
        cache.ask(HOURLY, [str(number) for number in range(1000)], now=clock(), interactive=True)
        adapter.await_calls()
        learn_one = ask(cache, clock, "one")

        asked = ask(cache, clock, "two")

        assert learn_one.future is not None
        assert asked.future is None
        assert asked.observation.reason is Reason.BUSY
        assert asked.observation.next_try_at == clock() + timedelta(seconds=1)


def test_when_a_source_is_well_again_everything_that_failed_may_be_asked_for(cache, clock, adapter):
    adapter.answer = failing(Reason.UNREACHABLE, retry_after=3600)
    for key in "abc":
        learn(cache, clock, key)
    clock.forward(minutes=1)
    assert ask(cache, clock, "a").future is None

    adapter.answer = found
    learn(cache, clock, "other")

    assert learn(cache, clock, "a").fetch is Fetch.OK


def start_anew(cache, clock):
    """Let somebody change or mend the source, a second from now."""
    clock.forward(seconds=1)
    cache._sources["crm"].start_anew()
    clock.forward(seconds=1)


def test_a_source_that_starts_anew_is_asked_again_for_what_it_has_said(cache, clock, adapter):
    learn(cache, clock)

    start_anew(cache, clock)

    assert learn(cache, clock).confirmed_at == clock()
    assert learn(cache, clock) == learn(cache, clock)
    assert len(adapter.calls) == 2


def test_since_a_source_is_another_does_not_move_back(cache, clock, adapter):
    learn(cache, clock)
    start_anew(cache, clock)

    cache._sources["crm"].start_anew(clock() - timedelta(minutes=1))

    assert learn(cache, clock).confirmed_at == clock()
    assert len(adapter.calls) == 2


def test_a_clock_that_was_set_back_keeps_no_source_from_starting_anew(cache, clock, adapter):
    clock.forward(days=1)
    start_anew(cache, clock)
    clock.forward(days=-1)
    learn(cache, clock)

    start_anew(cache, clock)

    assert learn(cache, clock).confirmed_at == clock()
    assert len(adapter.calls) == 2


def test_a_source_that_starts_anew_is_asked_again_though_it_was_left_alone(cache, clock, adapter):
    adapter.answer = failing(Reason.CREDENTIAL_EXPIRED)
    assert learn(cache, clock).fetch is Fetch.BLOCKED
    adapter.answer = found

    start_anew(cache, clock)

    assert learn(cache, clock).answer == Found({"key": "a"})


def test_trouble_after_a_source_started_anew_is_new_trouble(cache, clock, adapter):
    adapter.answer = failing(Reason.CREDENTIAL_EXPIRED)
    learn(cache, clock)
    adapter.answer = failing(Reason.SERVER_ERROR)

    start_anew(cache, clock)

    known = learn(cache, clock)
    assert known.reason is Reason.SERVER_ERROR, "and no longer the refused key"
    assert known.fetch is Fetch.RETRYING
    assert known.since == clock()


def test_what_was_asked_for_before_a_source_started_anew_is_asked_for_again(cache, clock, adapter):
    adapter.open.clear()
    before = ask(cache, clock)
    adapter.await_calls()
    start_anew(cache, clock)
    adapter.open.set()

    assert landed(before).answer == Found({"key": "a"})
    assert learn(cache, clock).answer == Found({"key": "a"})
    assert len(adapter.calls) == 2


def test_checking_again_asks_however_fresh_the_answer_is(cache, clock, adapter):
    learn(cache, clock)
    clock.forward(seconds=11)

    learn(cache, clock, force=True)

    assert len(adapter.calls) == 2


def test_checking_again_and_again_asks_once_in_ten_seconds(cache, clock, adapter):
    learn(cache, clock)
    clock.forward(seconds=9)

    learn(cache, clock, force=True)
    assert len(adapter.calls) == 1
    clock.forward(seconds=1)
    learn(cache, clock, force=True)
    assert len(adapter.calls) == 2


def test_checking_again_does_not_wait_for_a_failures_next_try(cache, clock, adapter):
    adapter.answer = failing(Reason.BAD_RESPONSE, retry_after=600)
    learn(cache, clock)
    adapter.answer = found
    clock.forward(seconds=10)

    assert learn(cache, clock, force=True).answer == Found({"key": "a"})


def test_checking_again_tries_a_source_that_is_left_alone_and_all_are_well_with_it(
    cache, clock, adapter
):
    adapter.answer = failing(Reason.TIMEOUT)
    for key in "abcdefgh":
        learn(cache, clock, key)
    adapter.answer = found
    clock.forward(seconds=11)

    assert learn(cache, clock, "a", force=True).fetch is Fetch.OK
    assert learn(cache, clock, "b").fetch is Fetch.OK


def test_checking_again_joins_an_attempt_that_is_under_way(cache, clock, adapter):
    adapter.open.clear()
    first = ask(cache, clock)

    assert ask(cache, clock, force=True).future is first.future


def test_a_person_who_needs_what_waits_in_the_background_goes_ahead(clock, adapter):
    with caching(adapter, clock, limits=Limits(concurrency=1)) as cache:
        adapter.open.clear()
        cache.ask(HOURLY, "abcd", now=clock(), interactive=False)
        adapter.await_calls()
        asked = ask(cache, clock, "d")
        adapter.open.set()
        asked.future.result(10)
        learn(cache, clock, "b")
        learn(cache, clock, "c")

    assert adapter.calls[:2] == [("a",), ("d",)]


def test_a_look_at_what_is_still_fresh_does_not_push_ahead(clock, adapter):
    with caching(adapter, clock, limits=Limits(concurrency=1)) as cache:
        for key in "ab":
            learn(cache, clock, key)
        clock.forward(minutes=54)
        adapter.calls.clear()
        adapter.open.clear()
        ask(cache, clock, "x")
        adapter.await_calls()
        ahead = ask(cache, clock, "a")
        needed = ask(cache, clock, "y")
        adapter.open.set()
        wait([ahead.future, needed.future], 10)

    assert adapter.calls == [("x",), ("y",), ("a",)]


def test_a_call_that_hangs_past_its_time_is_a_failure_and_not_for_ever_under_way(
    cache, clock, adapter
):
    adapter.open.clear()
    first = ask(cache, clock)
    adapter.await_calls()
    clock.forward(seconds=4)

    asked = ask(cache, clock)

    assert first.future.result(10).reason is Reason.TIMEOUT
    assert asked.future is None
    assert asked.observation.reason is Reason.TIMEOUT


def test_whoever_wants_to_know_is_told_before_anybody_who_waits(cache, clock):
    told = []
    cache.on_change(lambda question, key, known: told.append((question, key, known)))

    answer = learn(cache, clock)

    assert told == [(HOURLY, "a", answer)]


def test_a_listener_that_fails_keeps_nobody_waiting(cache, clock):
    def fails(question, key, known):
        raise RuntimeError

    told = []
    cache.on_change(fails)
    cache.on_change(lambda *change: told.append(change))

    with structlog.testing.capture_logs() as logs:
        learn(cache, clock)

    assert len(told) == 1
    assert [entry["event"] for entry in logs] == ["listener_failed"]


def test_a_refusal_is_told_too(cache, clock, adapter):
    adapter.answer = failing(Reason.TIMEOUT)
    for key in "abcdefgh":
        learn(cache, clock, key)
    told = []
    cache.on_change(lambda *change: told.append(change[-1].reason))

    ask(cache, clock, "new")

    assert told == [Reason.TIMEOUT]


def test_peeking_asks_nobody(cache, clock, adapter):
    learn(cache, clock)

    known = cache.peek(HOURLY, "ab")

    assert known["a"].answer == Found({"key": "a"})
    assert known["b"] == Observation()
    assert len(adapter.calls) == 1


def test_what_people_look_at_is_remembered_for_half_an_hour(cache, clock):
    learn(cache, clock, "a")
    learn(cache, clock, "b", interactive=False)
    assert cache.looked_at() == {HOURLY: ["a"]}

    clock.forward(minutes=20)
    ask(cache, clock, "c")
    assert cache.looked_at() == {HOURLY: ["a", "c"]}

    clock.forward(minutes=11)
    assert cache.looked_at() == {HOURLY: ["c"]}


def test_memory_is_bounded_and_what_is_looked_at_stays(clock, adapter):
    limits = CacheLimits(memory_entries=10)
    with running(adapter, clock) as runner:
        cache = Cache({"crm": runner}, clock, limits=limits)
        learn(cache, clock, "kept")
        for number in range(20):
            learn(cache, clock, str(number))
            ask(cache, clock, "kept")

        assert cache.peek(HOURLY, ["kept"])["kept"].answer == Found({"key": "kept"})
        assert cache.peek(HOURLY, ["0"])["0"] == Observation()
        runner.close()
        cache.close()


def test_what_was_known_before_an_attempt_survives_that_memory_forgets_it_meanwhile(clock, adapter):
    """Else an account's first denial would be believed at once."""
    limits = CacheLimits(memory_entries=1)
    with running(adapter, clock) as runner:
        cache = Cache({"crm": runner}, clock, limits=limits)
        learn(cache, clock, "a")
        clock.forward(hours=1)
        adapter.answer = nobody
        adapter.open.clear()
        attempt = ask(cache, clock, "a").future
        adapter.await_calls(2)
        cache._entries.put((HOURLY.address, "other"), Observation())
        adapter.open.set()

        after = attempt.result(10)

        assert after.denied_at == clock()
        assert after.answer == Found({"key": "a"})
        runner.close()
        cache.close()


def test_a_status_denies_nobody_before_the_question_has_found_somebody(cache, clock, adapter):
    """An address that is wrong is answered like this for everybody."""
    adapter.answer = only()

    assert learn(cache, clock, "a").answer is None
    clock.forward(seconds=10)
    known = learn(cache, clock, "a")

    assert (known.answer, known.reason) == (None, Reason.ENDPOINT_GONE)


def test_a_status_denies_who_is_not_there_once_somebody_else_was_found(cache, clock, adapter):
    adapter.answer = only("b")
    for _ in range(2):
        learn(cache, clock, "a")
        clock.forward(seconds=10)
    assert learn(cache, clock, "a").fetch.failed

    clock.forward(seconds=1)
    learn(cache, clock, "b")

    assert learn(cache, clock, "a").answer == NoMatch()


def test_that_a_question_finds_somebody_is_known_after_a_restart(clock, adapter, tmp_path):
    adapter.answer = only("b")
    database = database_in(tmp_path)
    for keys in (["b"], ["b", "a"]):
        shelf = Shelf(Observations(database), clock, 10**9)
        with caching(adapter, clock, shelf=shelf) as cache:
            for key in keys:
                learn(cache, clock, key)
            clock.forward(seconds=10)
            known = learn(cache, clock, keys[-1])
    database.dispose()

    assert adapter.calls == [("b",), ("a",), ("a",)]
    assert known.answer == NoMatch()


def test_deleted_accounts_keep_nobody_from_asking_about_others(cache, clock, adapter):
    adapter.answer = only("here")
    for _ in range(3):
        for key in ("a", "b", "c"):
            learn(cache, clock, key)
        clock.forward(seconds=10)

    assert learn(cache, clock, "here").answer == Found({"key": "here"})


def test_closing_lets_nobody_wait_for_ever(clock, adapter):
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        cache = Cache({"crm": runner}, clock)
        adapter.open.clear()
        waiting = [ask(cache, clock, key).future for key in "ab"]
        adapter.await_calls()
        runner.close(0.01)

        cache.close()

        assert [future.result(0) for future in waiting] == [Observation()] * 2


def test_two_sources_are_asked_apart(clock):
    crm, desk = ScriptedAdapter(), ScriptedAdapter()
    with running(crm, clock) as one, running(desk, clock) as other:
        other.source = build.source("desk")
        cache = Cache({"crm": one, "desk": other}, clock)
        crm.open.clear()
        hanging = ask(cache, clock)

        answer = learn(cache, clock, question=Question("desk", "tickets"))

        assert answer.answer == Found({"key": "a"})
        assert not hanging.future.done()
        crm.open.set()
        hanging.future.result(10)
        cache.close()
