"""Making a call: in its time, with retries where they help, and with a note of how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import structlog

from context_sidecar.core.adapter import Adapter, Lookup
from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason
from context_sidecar.core.scrub import scrubbed
from context_sidecar.core.source import Source
from context_sidecar.engine.door import deadline
from context_sidecar.engine.door.counting import counting
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources import asking
from context_sidecar.engine.sources.asking import Results
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: `keys` asked in it, `reason` where it failed, `seconds` it took."""

    source: str
    lookup: str
    keys: int
    reason: Reason | None
    seconds: float


@dataclass(slots=True, eq=False)
class Call:
    """A call under way. `attempted` is when its last attempt began, `given_up` whether nobody waits
    for it any more, because it outlasted `limit`; `answers` is how many came in by HTTP for it, or
    from an index, will come in for the next. `read_at` is of when an index answered, `no_index` why
    it did not; `hurried` are those of its keys that a person has asked for meanwhile."""

    batch: Batch
    began: datetime
    attempted: datetime
    limit: timedelta
    given_up: bool = False
    answers: int = 0
    read_at: datetime | None = None
    no_index: NoIndex | None = None
    hurried: set[str] = field(default_factory=set)

    @property
    def left_over(self) -> Batch:
        """What waits again where it was not answered: nothing of what was given up."""
        return replace(self.batch, keys=()) if self.given_up else self.batch

    def hurry(self, question: Question, keys: Collection[str]) -> None:
        """Note that a person asks for *keys* of *question* now."""
        if self.batch.question.address == question.address:
            self.hurried.update(set(keys).intersection(self.batch.keys))


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
                results = self._ask(call)
                failure = asking.shared_failure(results)
                self._note(call, failure, time.monotonic() - began)
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
        with counting() as counted:
            results = asking.ask(lookup, batch.keys, names)
        call.answers = counted.answers
        return results

    def _again(self, call: Call, failure: SourceError, attempt: int) -> bool:
        """Whether to make one more attempt, after having waited for it."""
        wait = again_in(failure, attempt, interactive=call.batch.interactive, random=self._random)
        if wait is None or wait >= (deadline.left() or 0) or not self._may_retry(call):
            return False
        self._sleep(wait)
        with self._lock:
            now = self._clock()
            if call.given_up or self._gate.refusal(call.batch.question.lookup, now):
                return False
            if self._gate.wait(now, interactive=call.batch.interactive):
                return False
            self._gate.begin(now)
            call.attempted = now
            return True

    def _may_retry(self, call: Call) -> bool:
        with self._lock:
            return not call.given_up and self._budget.take(self._clock())

    def _note(self, call: Call, failure: SourceError | None, seconds: float) -> None:
        with self._lock:
            if call.given_up:
                return
            self._judge(call, failure, seconds)

    def _judge(self, call: Call, failure: SourceError | None, seconds: float) -> None:
        now, lookup = self._clock(), call.batch.question.lookup
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
        self._gate.took(call.batch.question.lookup, len(call.batch.keys), seconds, now)
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
