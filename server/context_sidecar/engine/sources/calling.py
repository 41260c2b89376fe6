"""Making a call: in its time, with retries where they help, and with a note of how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from itertools import count

import structlog

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.lookups import Lookup
from context_sidecar.core.reasons import Reason
from context_sidecar.core.scrub import scrubbed
from context_sidecar.core.source import Source
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.counting import Count, counting
from context_sidecar.engine.sources import asking
from context_sidecar.engine.sources.allowance import Held
from context_sidecar.engine.sources.asking import Results
from context_sidecar.engine.sources.call import Call, Outcome
from context_sidecar.engine.sources.endpoints import asked_by
from context_sidecar.engine.sources.gate import Gate
from context_sidecar.engine.sources.indexes import Indexes, NoIndex, Unindexed
from context_sidecar.engine.sources.retry import RetryBudget, again_in
from context_sidecar.engine.sources.waiting import Batch

BACKGROUND_TIMEOUT = timedelta(seconds=15)
BULK_TIMEOUT = timedelta(minutes=2)

SLOW_SHARE = 2 / 3
"""A call that took this part of its time counts as slow: 2 seconds of the usual 3."""

log = structlog.get_logger()


class Caller:
    """Makes one source's calls, and tells how they went: the gate, the log, and *on_outcome*.

    Args:
        source: the source.
        adapter: what speaks to it.
        gate: judges by how the calls went; guarded by *lock*.
        lock: see *gate*.
        clock: gives the present.
        random: gives a number from 0 to 1.
        sleep: waits so many seconds before the next attempt.
        secrets: gives what must not be seen in an error.
        on_outcome: is told of each attempt.
    """

    def __init__(
        self,
        source: Source,
        adapter: Adapter,
        gate: Gate,
        lock: threading.Condition,
        clock: Clock,
        *,
        random: Callable[[], float],
        sleep: Callable[[float], object],
        secrets: Callable[[], Collection[str]],
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        self._source, self._adapter, self._gate, self._lock = source, adapter, gate, lock
        self._clock, self._random, self._sleep = clock, random, sleep
        self._secrets, self._on_outcome = secrets, on_outcome
        self._budget = RetryBudget()
        self._indexes = Indexes(source.id, clock, secrets)
        self._failing_since: dict[str, datetime] = {}

    def begin(self, batch: Batch) -> Call:
        """Begin a call. Called with the lock held."""
        now = self._clock()
        self._gate.begin(now)
        self._budget.called(now)
        usual = self._source.limits.timeout
        patience = BULK_TIMEOUT if batch.bulk else BACKGROUND_TIMEOUT
        limit = usual if batch.interactive else max(usual, patience)
        return Call(batch, now, now, limit)

    def carry_out(self, call: Call) -> Results:
        """Make *call*, again where that may help, and return what came of it."""
        people = call.batch.interactive
        with deadline.within(call.limit.total_seconds()), asked_by(people=people):
            for attempt in count(1):
                began = time.monotonic()
                with counting() as counted:
                    results = self._ask(call)
                failure = asking.shared_failure(results)
                seconds = time.monotonic() - began - counted.waited
                self._note(call, failure, counted, seconds)
                if failure is None or not self._again(call, failure, attempt):
                    return results
        raise AssertionError("unreachable")

    def give_up(self, call: Call) -> SourceError:
        """Note that *call* outlasted its time. Called with the lock held."""
        call.given_up = True
        failure = SourceError(Reason.TIMEOUT, "the call is still under way after its time")
        self._judge(call, failure, call.limit.total_seconds())
        return failure

    def start_anew(self) -> None:
        """Take the source for another from now on: nothing that it has told of its rows counts."""
        self._indexes.forget()

    @property
    def unindexed(self) -> tuple[Unindexed, ...]:
        """The lookups whose indexes are none just now."""
        return self._indexes.unindexed

    def _ask(self, call: Call) -> Results:
        batch = call.batch
        try:
            lookup = asking.lookup_of(self._adapter, batch.question.lookup)
            results = self._answers(call, lookup)
        except NoIndex as reason:
            call.no_index = reason
            return {}
        except SourceError as error:
            return dict.fromkeys(batch.keys, scrubbed(error, self._secrets()))
        return {
            key: scrubbed(result, self._secrets()) if isinstance(result, SourceError) else result
            for key, result in results.items()
        }

    def _answers(self, call: Call, lookup: Lookup) -> Results:
        batch, names = call.batch, call.batch.question.names
        if batch.bulk and lookup.bulk and lookup.bulk.feeds:
            known = self._indexes.ask(lookup, batch.keys, names, batch.waited)
            call.read_at, call.answers = known.read_at, known.calls
            return known.results
        return asking.ask(lookup, batch.keys, names)

    def _again(self, call: Call, failure: SourceError, attempt: int) -> bool:
        """Whether to make one more attempt, after having waited for it."""
        wait = again_in(failure, attempt, interactive=call.batch.interactive, random=self._random)
        if wait is None or wait >= (deadline.left() or 0) or not self._may_retry(call):
            return False
        self._sleep(wait)
        with self._lock:
            now = self._clock()
            if call.given_up or self._gate.refusal(call.lookup, now):
                return False
            if self._gate.wait(now, interactive=call.batch.interactive):
                return False
            self._gate.begin(now)
            call.attempted = now
            return True

    def _may_retry(self, call: Call) -> bool:
        with self._lock:
            return not call.given_up and self._budget.take(self._clock())

    def _note(
        self, call: Call, failure: SourceError | None, counted: Count, seconds: float
    ) -> None:
        if call.read_at is None:
            call.answers = counted.answers
        with self._lock:
            if call.given_up:
                return
            if isinstance(failure, Held) and _may_wait(call):
                self._hold(call, failure)
            else:
                self._judge(call, failure, seconds)

    def _hold(self, call: Call, failure: Held) -> None:
        """Let it wait again, and with it what else nobody waits for of its lookup."""
        call.held, now = failure, self._clock()
        self._gate.failed(call.lookup, failure, call.attempted, now)
        self._gate.hold(call.lookup, now + timedelta(seconds=failure.retry_after or 0))

    def _judge(self, call: Call, failure: SourceError | None, seconds: float) -> None:
        now, lookup = self._clock(), call.lookup
        paced = not (call.read_at or call.no_index)  # an index is read once, and then kept up
        if paced:
            self._pace(call, failure, seconds, now)
        if failure:
            own = f"{lookup} in bulk" if call.batch.bulk and failure.endpoint else lookup
            self._gate.failed(own, failure, call.attempted, now)
        else:
            slow = paced and seconds > SLOW_SHARE * call.limit.total_seconds()
            self._gate.answered(lookup, call.attempted, now, slow=slow)
        self._log(lookup, failure, now)
        reason = failure.reason if failure else None
        self._tell(Outcome(self._source.id, lookup, len(call.batch.keys), reason, seconds))

    def _pace(self, call: Call, failure: SourceError | None, seconds: float, now: datetime) -> None:
        """Note how long it took, and log when the source becomes slow and when it no longer is."""
        if failure and failure.reason is not Reason.TIMEOUT:
            return
        before = self._gate.slowed
        self._gate.took(call.lookup, len(call.batch.keys), seconds, now)
        after = self._gate.slowed
        if after and not before:
            log.warning(
                "source_slowed", source=self._source.id, seconds=round(after.seconds, 3),
                usual=round(after.usual, 3),
            )  # fmt: skip
        elif before and not after:
            log.info("source_no_longer_slowed", source=self._source.id)

    def _tell(self, outcome: Outcome) -> None:
        try:
            self._on_outcome(outcome)
        except Exception:
            log.exception("listener_failed", source=outcome.source, lookup=outcome.lookup)

    def _log(self, lookup: str, failure: SourceError | None, now: datetime) -> None:
        """Log when trouble begins and when it ends, and not in between."""
        about = log.bind(source=self._source.id, lookup=lookup)
        if failure is None:
            since = self._failing_since.pop(lookup, None)
            if since is not None:
                about.info("source_recovered", seconds=(now - since).total_seconds())
        elif lookup not in self._failing_since:
            self._failing_since[lookup] = now
            about.warning(
                "source_failing",
                reason=failure.reason.value,
                detail=failure.detail,
                code=failure.code,
                request_id=failure.request_id,
                certain=failure.certain,
                causes=[cause.value for cause in failure.possible_causes],
                remedy=failure.remedy or failure.reason.entry.owner,
            )


def _may_wait(call: Call) -> bool:
    """Whether what is held may wait for its turn: nobody waits for it, and what was read of it, if
    anything, is not lost by that."""
    return not call.batch.interactive and (call.batch.bulk or not call.answers)
