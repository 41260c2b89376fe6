"""One source being asked: threads, queue, gate and retries together, with real threads."""

import queue
import threading
import time
from datetime import timedelta

import pytest
import structlog
from context_sidecar.core.causes import Cause
from context_sidecar.core.errors import SourceError
from context_sidecar.core.http import Connection
from context_sidecar.core.observation import Found, NoMatch
from context_sidecar.core.reasons import Reason
from context_sidecar.core.secrets import Secret
from context_sidecar.core.sign_in import Bearer
from context_sidecar.core.source import Limits
from context_sidecar.engine.questions import Question, record_question
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.opening import close_all, open_source
from support import build
from support.clock import FakeClock
from support.sources import ScriptedAdapter, running

ACCOUNT = Question("crm", "account")
TICKETS = Question("crm", "tickets")


class Landings:
    """Collects what lands, key by key."""

    def __init__(self, runner):
        self._landed = queue.Queue()
        runner.land_at(lambda *landed: self._landed.put(landed))

    def next(self):
        return self._landed.get(timeout=10)

    def keys(self, count):
        """Wait until so many keys have landed; return their results."""
        found = {}
        while len(found) < count:
            found |= self.next()[1]
        return found

    def none(self):
        return self._landed.empty()


def failing(reason, **more):
    def answer(keys, names):
        raise SourceError(reason, "scripted", **more)

    return answer


def nobody(keys, names):
    return {key: NoMatch() for key in keys}


@pytest.fixture
def clock():
    return FakeClock()


def submit(runner, keys, question=ACCOUNT, *, interactive=True, **how):
    return runner.submit(question, list(keys), interactive=interactive, **how)


def test_keys_that_are_handed_in_are_asked_in_batches(clock):
    adapter = ScriptedAdapter(batch=3)
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)

        assert submit(runner, "abcdefg") is None

        assert set(landings.keys(7)) == set("abcdefg")
    assert adapter.calls == [("a", "b", "c"), ("d", "e", "f"), ("g",)]


def test_what_comes_while_all_threads_are_busy_is_asked_together(clock):
    adapter = ScriptedAdapter(batch=100)
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "a")
        adapter.await_calls()
        for key in "bcdef":
            submit(runner, key)
        adapter.open.set()

        landings.keys(6)

    assert adapter.calls == [("a",), ("b", "c", "d", "e", "f")]


def test_no_more_calls_are_under_way_than_the_source_allows(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=3)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "abcdefgh")
        adapter.await_calls(3)

        assert runner.health().under_way == 3
        assert runner.health().waiting == 5

        adapter.open.set()
        landings.keys(8)


def test_the_background_leaves_a_thread_for_people(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=2)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "abcd", interactive=False)
        adapter.await_calls(1)
        assert runner.health().under_way == 1

        submit(runner, "x")
        adapter.await_calls(1)

        assert adapter.calls == [("a",), ("x",)]
        adapter.open.set()
        landings.keys(5)


def test_a_person_overtakes_what_waits_in_the_background(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "abcd", interactive=False)
        adapter.await_calls()
        submit(runner, "x")
        runner.hurry(ACCOUNT, ["d"])
        adapter.open.set()

        landings.keys(5)

    assert adapter.calls == [("a",), ("x",), ("d",), ("b",), ("c",)]


def test_s31_a_source_that_hangs_does_not_hold_up_another(clock):
    hanging, well = ScriptedAdapter(), ScriptedAdapter()
    with running(hanging, clock) as bad, running(well, clock) as good:
        hanging.open.clear()
        submit(bad, map(str, range(100)))
        hanging.await_calls(4)

        landings = Landings(good)
        submit(good, "ab")

        assert set(landings.keys(2)) == {"a", "b"}


def test_with_the_circuit_open_nobody_is_called_and_nothing_waits(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.TIMEOUT))
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        submit(runner, map(str, range(50)))
        results = landings.keys(50)
        asked = [error.asked for error in results.values()]

        refusal = submit(runner, "x")

        assert asked.count(True) == len(adapter.calls) == 8
        assert asked.count(False) == 42
        assert refusal.error.reason is Reason.TIMEOUT
        assert refusal.until == clock() + timedelta(seconds=30)
        assert runner.health().waiting == 0


def test_somebody_who_asks_is_let_in_while_the_circuit_is_open(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.TIMEOUT))
    with running(adapter, clock) as runner:
        landings = Landings(runner)
        submit(runner, map(str, range(8)))
        landings.keys(8)
        adapter.answer = nobody

        assert submit(runner, "a") is not None
        assert submit(runner, "b", by_person=True) is None
        assert set(landings.keys(1)) == {"b"}
        assert submit(runner, "c") is None
        landings.keys(1)
        assert runner.health().circuit is Circuit.CLOSED


def test_after_its_rest_a_source_is_probed_by_two_calls_and_then_used_again(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.TIMEOUT))
    with running(adapter, clock) as runner:
        landings = Landings(runner)
        submit(runner, map(str, range(8)))
        landings.keys(8)
        adapter.calls.clear()
        adapter.answer = nobody
        adapter.open.clear()
        clock.forward(seconds=30)

        submit(runner, "abcde")
        while len(adapter.calls) < 2:
            adapter.await_calls()
        refused = landings.keys(3)
        adapter.open.set()
        landings.keys(2)

        assert not any(error.asked for error in refused.values())
        assert len(adapter.calls) == 2
        assert submit(runner, "x") is None
        landings.keys(1)


def test_a_source_that_says_too_many_is_left_alone_for_as_long_as_it_asks(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.RATE_LIMITED, retry_after=20))
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        submit(runner, "abc")
        landings.keys(3)

        refusal = submit(runner, "x")

        assert len(adapter.calls) == 1
        assert refusal.error.reason is Reason.RATE_LIMITED
        assert refusal.until == clock() + timedelta(seconds=20)


def test_a_refused_credential_stops_all_calls_but_one_probe_in_fifteen_minutes(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.CREDENTIAL_EXPIRED))
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "abc")
        submit(runner, "t", TICKETS)
        adapter.open.set()
        results = landings.keys(4)
        assert {error.reason for error in results.values()} == {Reason.CREDENTIAL_EXPIRED}
        assert len(adapter.calls) == 1
        assert runner.health().blocked is Reason.CREDENTIAL_EXPIRED

        clock.forward(minutes=14)
        assert submit(runner, "d").error.reason is Reason.CREDENTIAL_EXPIRED
        clock.forward(minutes=1)
        assert submit(runner, "d") is None
        assert submit(runner, "e").error.reason is Reason.CREDENTIAL_EXPIRED
        landings.keys(1)

    assert len(adapter.calls) == 2


def test_a_mended_credential_is_noticed_when_a_person_asks_again(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.CREDENTIAL_EXPIRED))
    with running(adapter, clock) as runner:
        landings = Landings(runner)
        submit(runner, "a")
        landings.keys(1)
        adapter.answer = nobody
        clock.forward(minutes=1)

        assert submit(runner, "a", by_person=True) is None

        assert landings.keys(1) == {"a": NoMatch()}
        assert submit(runner, "b") is None
        landings.keys(1)
        assert runner.well_since == clock()


def test_a_source_that_was_replaced_as_a_whole_starts_anew(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock) as runner:
        began = runner.changed_at
        runner.notice()
        assert runner.changed_at == began, "it does not tell"

        adapter.revision = lambda: "monday's"
        runner.notice()
        first = runner.changed_at
        clock.forward(minutes=1)
        runner.notice()
        assert runner.changed_at == first > began

        adapter.revision = lambda: "tuesday's"
        runner.notice()
        assert runner.changed_at == clock()


def test_our_own_rate_refuses_a_person_at_once_rather_than_keep_them_waiting(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=1, rate=8)) as runner:
        landings = Landings(runner)
        submit(runner, "a")
        submit(runner, "b")
        landings.keys(2)

        refusal = submit(runner, "c")

        assert refusal.error.reason is Reason.RATE_LIMITED
        assert refusal.error.possible_causes == (Cause.OWN_LIMIT,)
        assert refusal.until > clock() + timedelta(seconds=1)
        clock.now = refusal.until
        assert submit(runner, "c") is None
        landings.keys(1)


def test_our_own_rate_lets_the_background_wait(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=2, rate=8)) as runner:
        landings = Landings(runner)
        assert submit(runner, "abc", interactive=False) is None
        landings.keys(1)
        assert runner.health().waiting == 2

        clock.forward(minutes=1)
        submit(runner, "d", interactive=False)

        assert set(landings.keys(1)) == {"b"}
        assert runner.health().waiting == 2


def test_too_many_questions_are_refused_at_once(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, map(str, range(1000)))
        adapter.await_calls()

        refusal = submit(runner, ["one", "two"])

        assert refusal.error.reason is Reason.BUSY
        adapter.open.set()
        landings.keys(1000)


@pytest.mark.parametrize(("interactive", "attempts"), [(True, 2), (False, 3)])
def test_a_passing_failure_is_tried_again(clock, interactive, attempts):
    adapter = ScriptedAdapter(answer=failing(Reason.SERVER_ERROR))
    with running(adapter, clock, random=lambda: 0.0) as runner:
        landings = Landings(runner)
        submit(runner, "a", interactive=interactive)

        assert landings.keys(1)["a"].reason is Reason.SERVER_ERROR

    assert len(adapter.calls) == attempts


def test_a_second_attempt_that_is_answered_is_the_answer(clock):
    adapter = ScriptedAdapter()

    def once(keys, names):
        if len(adapter.calls) == 1:
            raise SourceError(Reason.UNREACHABLE)
        return {key: Found({}) for key in keys}

    adapter.answer = once
    with running(adapter, clock, random=lambda: 0.0) as runner:
        landings = Landings(runner)
        submit(runner, "a")

        assert landings.keys(1) == {"a": Found({})}


@pytest.mark.parametrize(
    "reason",
    [reason for reason in Reason if reason not in {Reason.SERVER_ERROR, Reason.UNREACHABLE}],
)
def test_what_would_fail_again_is_not_tried_again(clock, reason):
    adapter = ScriptedAdapter(answer=failing(reason))
    with running(adapter, clock, random=lambda: 0.0) as runner:
        landings = Landings(runner)
        submit(runner, "a", interactive=False)
        landings.keys(1)

    assert len(adapter.calls) == 1


def test_a_source_that_asks_for_more_time_than_the_call_has_is_not_tried_again(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.SERVER_ERROR, retry_after=60))
    with running(adapter, clock, random=lambda: 0.0) as runner:
        landings = Landings(runner)
        submit(runner, "a")

        assert landings.keys(1)["a"].retry_after == 60

    assert len(adapter.calls) == 1


def test_retries_do_not_become_the_load(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.SERVER_ERROR))
    with running(adapter, clock, random=lambda: 0.0, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        for key in "abcdefg":
            if submit(runner, key) is None:
                landings.keys(1)

    assert len(adapter.calls) <= 7 + 3


def test_a_call_that_outlasts_its_time_is_given_up_though_its_thread_is_not(clock):
    """A driver without a time-out of its own may hang for ever."""
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=2)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "a")
        adapter.await_calls()
        runner.give_up_overdue()
        assert landings.none()

        clock.forward(seconds=4)
        runner.give_up_overdue()

        assert landings.keys(1)["a"].reason is Reason.TIMEOUT
        runner.give_up_overdue()
        assert landings.none()


def test_a_source_whose_every_thread_hangs_refuses_at_once(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=2)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "abcd")
        adapter.await_calls(2)
        clock.forward(seconds=4)

        runner.give_up_overdue()

        assert {error.reason for error in landings.keys(4).values()} == {Reason.TIMEOUT}
        assert submit(runner, "x").error.reason is Reason.TIMEOUT


def test_an_answer_that_comes_after_it_was_given_up_is_dropped_and_the_thread_is_back(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock, limits=Limits(concurrency=1)) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "a")
        adapter.await_calls()
        clock.forward(seconds=4)
        runner.give_up_overdue()
        landings.keys(1)
        adapter.open.set()
        while runner.health().under_way:
            threading.Event().wait(0.01)

        assert submit(runner, "b") is None

        assert set(landings.keys(1)) == {"b"}


def test_every_attempt_is_told(clock):
    outcomes = []
    adapter = ScriptedAdapter(batch=10, answer=failing(Reason.SERVER_ERROR))
    with running(adapter, clock, random=lambda: 0.0, on_outcome=outcomes.append) as runner:
        landings = Landings(runner)
        submit(runner, "abc")
        landings.keys(3)
        adapter.answer = nobody
        submit(runner, "a")
        landings.keys(1)

    assert [(one.source, one.lookup, one.keys, one.reason) for one in outcomes] == [
        ("crm", "account", 3, Reason.SERVER_ERROR),
        ("crm", "account", 3, Reason.SERVER_ERROR),
        ("crm", "account", 1, None),
    ]
    assert all(one.seconds >= 0 for one in outcomes)


def test_the_log_says_when_trouble_begins_and_when_it_ends_and_nothing_in_between(clock):
    adapter = ScriptedAdapter(answer=failing(Reason.BAD_RESPONSE, code="E7", request_id="req-1"))
    with structlog.testing.capture_logs() as logs, running(adapter, clock) as runner:
        landings = Landings(runner)
        for key in ("canary-1", "canary-2"):
            submit(runner, [key])
            landings.keys(1)
        clock.forward(seconds=9)
        adapter.answer = nobody
        for key in ("canary-1", "canary-2"):
            submit(runner, [key])
            landings.keys(1)

    assert [(entry["event"], entry["source"], entry["lookup"]) for entry in logs] == [
        ("source_failing", "crm", "account"),
        ("source_recovered", "crm", "account"),
    ]
    assert (logs[0]["reason"], logs[0]["code"], logs[0]["request_id"]) == (
        "bad_response", "E7", "req-1",
    )  # fmt: skip
    assert logs[0]["remedy"].startswith("The answer was cut short")
    assert logs[1]["seconds"] == 9
    assert "canary" not in str(logs)


def test_s18_an_error_that_an_adapter_wrote_shows_no_secret(clock):
    def leaks(keys, names):
        return {key: SourceError(Reason.SERVER_ERROR, "sent hunter2-canary") for key in keys}

    adapter = ScriptedAdapter(answer=leaks)
    with (
        structlog.testing.capture_logs() as logs,
        running(adapter, clock, secrets=lambda: {"hunter2-canary"}, random=lambda: 0) as runner,
    ):
        landings = Landings(runner)
        submit(runner, "a")
        error = landings.keys(1)["a"]

    assert "canary" not in f"{error} {logs}"


def test_closing_ends_calls_under_way_refuses_others_and_closes_the_adapter(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock) as runner:
        landings = Landings(runner)
        adapter.open.clear()
        submit(runner, "a")
        adapter.await_calls()
        closing = threading.Thread(target=runner.close)
        closing.start()
        assert runner.closing.wait(10)
        assert submit(runner, "b").error.reason is Reason.BUSY
        adapter.open.set()
        closing.join(10)

        assert set(landings.keys(1)) == {"a"}
        assert adapter.closed


def test_closing_does_not_wait_for_a_call_that_hangs(clock):
    adapter = ScriptedAdapter()
    with running(adapter, clock) as runner:
        adapter.open.clear()
        submit(runner, "a")
        adapter.await_calls()

        assert runner.close(0.05) is False


def test_a_source_that_is_spoken_to_by_http_is_given_its_door(httpserver, clock):
    class Web(ScriptedAdapter):
        def connection(self):
            return Connection(httpserver.url_for("/"), Bearer(Secret("tok-canary")))

        def _ask(self, keys, names):
            return {key: Found(self.http.get("/a/{key}", {"key": key}).json()) for key in keys}

    httpserver.expect_request("/a/1").respond_with_json({"id": "1"})
    httpserver.expect_request("/a/2").respond_with_data("tok-canary", status=401)
    runner = open_source(build.source(allow_private=True), Web(), clock)
    landings = Landings(runner)

    submit(runner, "1")
    answer = landings.keys(1)
    submit(runner, "2")
    error = landings.keys(1)["2"]
    runner.close()

    assert answer == {"1": Found({"id": "1"})}
    assert error.reason is Reason.CREDENTIAL_EXPIRED
    assert "canary" not in str(error)


def test_a_source_that_is_not_spoken_to_by_http_needs_no_door(clock):
    runner = open_source(build.source(), ScriptedAdapter(), clock, secrets=["file-canary"])
    landings = Landings(runner)

    submit(runner, "1")

    assert set(landings.keys(1)) == {"1"}
    runner.close()


def test_a_records_keys_are_asked_for_like_anything_else(clock):
    adapter = ScriptedAdapter()
    adapter.records["7"] = {"requester_email": "ana@acme.example"}
    with running(adapter, clock) as runner:
        landings = Landings(runner)

        submit(runner, ["7"], record_question(build.source(), "ticket"))

        assert landings.keys(1) == {"7": Found({"requester_email": "ana@acme.example"})}


def test_all_sources_are_closed_together_and_the_ones_that_hang_are_left_behind(clock):
    adapters = [ScriptedAdapter() for _ in range(20)]
    runners = [open_source(build.source(str(n)), one, clock) for n, one in enumerate(adapters)]
    for adapter, runner in zip(adapters, runners, strict=True):
        adapter.open.clear()
        submit(runner, "a")
        adapter.await_calls()

    before = time.monotonic()
    close_all(runners, 0.2)

    assert time.monotonic() - before < 3
    assert all(adapter.closed for adapter in adapters)
    for adapter in adapters:
        adapter.open.set()


def test_a_listener_that_fails_stops_neither_the_call_nor_the_thread(clock):
    def fails(outcome):
        raise RuntimeError

    adapter = ScriptedAdapter()
    with (
        structlog.testing.capture_logs() as logs,
        running(adapter, clock, on_outcome=fails, limits=Limits(concurrency=1)) as runner,
    ):
        landings = Landings(runner)
        for key in "ab":
            submit(runner, key)
            assert set(landings.keys(1)) == {key}

    assert {entry["event"] for entry in logs} == {"listener_failed"}


def test_a_thread_survives_whatever_goes_wrong_where_answers_land(clock):
    adapter, landed = ScriptedAdapter(), queue.Queue()

    def land(question, results, until, read_at):
        landed.put(results)
        raise RuntimeError("canary")

    with (
        structlog.testing.capture_logs() as logs,
        running(adapter, clock, limits=Limits(concurrency=1)) as runner,
    ):
        runner.land_at(land)
        for key in "ab":
            submit(runner, key)
            assert set(landed.get(timeout=10)) == {key}

    assert {entry["event"] for entry in logs} == {"worker_failed"}
    assert "canary" not in str(logs)
