"""One source being asked: its queue, its threads, and the gate before it.

Whoever asks hands in keys and is called back; nobody waits in here but the source's own workers.
"""

from __future__ import annotations

import random as chance
import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from context_sidecar.core.adapter import Adapter
from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.asking import shared_failure
from context_sidecar.engine.sources.call import Call, Outcome
from context_sidecar.engine.sources.calling import Caller
from context_sidecar.engine.sources.gate import Gate, Refusal
from context_sidecar.engine.sources.health import Health
from context_sidecar.engine.sources.land import Land, nobody
from context_sidecar.engine.sources.under_way import UnderWay
from context_sidecar.engine.sources.waiting import Batch, Waiting
from context_sidecar.engine.sources.workers import Job, Workers

_NEVER = datetime.min.replace(tzinfo=UTC)
STUCK_FOR = timedelta(seconds=15)
FULL_FOR = timedelta(seconds=1)


class SourceRunner:
    """One source being asked. `closing` is set once it is to end.

    Args:
        source: what is declared of it.
        adapter: what speaks to it.
        clock: gives the present.
        secrets: gives what must not be seen in any error of this source.
        on_outcome: is told of each attempt to ask it.
        on_anew: is called when the source is taken for another.
        on_close: is called when all is over.
        random: gives a number from 0 to 1.
    """

    def __init__(
        self,
        source: Source,
        adapter: Adapter,
        clock: Clock,
        *,
        secrets: Callable[[], Collection[str]] = frozenset,
        on_outcome: Callable[[Outcome], None] = lambda _: None,
        on_anew: Callable[[], object] = lambda: None,
        on_close: Callable[[], None] = lambda: None,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self.source = source
        self._adapter, self._clock = adapter, clock
        self._on_anew, self._on_close = on_anew, on_close
        self._gate = Gate(source.limits, clock(), random)
        self._waiting = Waiting.of(adapter.lookups.values())
        self._under_way = UnderWay()
        self._workers = Workers(f"source-{source.id}", source.limits.concurrency, self._next)
        self._lock = self._workers.lock
        self.closing = threading.Event()
        self._caller = Caller(
            source, adapter, self._gate, self._lock, clock,
            random=random, sleep=self.closing.wait, secrets=secrets, on_outcome=on_outcome,
        )  # fmt: skip
        self._land: Land = nobody
        self._revision: Hashable | None = None
        self.changed_at = _NEVER

    def land_at(self, land: Land) -> None:
        """Say who is told what came of asking."""
        self._land = land

    @property
    def well_since(self) -> datetime:
        """When the source last recovered, or was opened."""
        return self._gate.well_since

    def start_anew(self, since: datetime | None = None) -> None:
        """Take the source for another, because somebody has changed or mended it: what it has said
        before now, or *since* when it is another, is to be asked for again, and what was wrong with
        it says nothing any more.

        `changed_at` is when that was last.
        """
        with self._lock:
            now, known = self._clock(), self.changed_at
            since = since or now  # what is known to be later than now, a wrong clock has noted
            self.changed_at = max(known, since) if known <= now else since
            self._gate.start_anew(now)
            self._caller.start_anew()
            self._waiting.start_anew()
        self._on_anew()

    def notice(self) -> None:
        """Start anew where the source tells that it was replaced as a whole since the last look.
        The first look tells nothing of what is known from before, so that counts as one too."""
        revision = self._adapter.revision()
        if revision is not None and revision != self._revision:
            self._revision = revision
            self.start_anew()

    def batch_of(self, question: Question) -> int:
        """Return the most keys that one call of *question* asks for."""
        return self._waiting.batch_of(question)

    def health(self) -> Health:
        """Return how the source is doing."""
        with self._lock:
            now = self._clock()
            return Health(
                self.source, self._gate.circuit(now), self._gate.blocked, len(self._waiting),
                len(self._under_way), self._gate.left(now), self._gate.slowed, self._gate.remedy,
                unindexed=self._caller.unindexed,
            )  # fmt: skip

    def heard(self, standings: Iterable[Standing]) -> None:
        """Take in what an answer of the source told of what is left of its quotas."""
        with self._lock:
            self._gate.heard(standings)
            if len(self._waiting):
                self._workers.wake()

    def submit(
        self, question: Question, keys: Sequence[str], *, interactive: bool, by_person: bool = False
    ) -> Refusal | None:
        """Let *keys* be asked, all or none: return None, or why not.

        Args:
            question: what is asked of each.
            keys: whom about; none of them is waiting or under way yet.
            interactive: whether a person waits for the answers.
            by_person: whether a person asked for this very attempt, against what is known.
        """
        now = self._clock()
        with self._lock:
            refusal = self._refusal(question.lookup, len(keys), now, interactive, by_person)
            if refusal is None:
                self._gate.admit(question.lookup, now)
                self._waiting.add(question, keys, interactive=interactive)
                self._workers.wake()
        return refusal

    def hurry(self, question: Question, keys: Collection[str]) -> None:
        """Let those of *keys* that still wait in the background go ahead, and by themselves where
        many are being asked for at once."""
        with self._lock:
            self._waiting.hurry(question, keys)
            leaving = self._under_way.hurry(question, keys)
            self._waiting.add(question, leaving, interactive=True)
            self._workers.wake()

    def give_up_overdue(self) -> None:
        """Give up the calls that outlasted their time, as one in a driver without a time-out may.
        Their threads stay occupied until the driver lets go of them."""
        with self._lock:
            now = self._clock()
            overdue = self._under_way.overdue(now)
            lost = [(call, self._caller.give_up(call)) for call in overdue]
            refused = self._flush(now) if overdue else []
        for call, error in lost:
            self._land(call.batch.question, dict.fromkeys(call.keys, error), None, None)
        self._refuse(refused)

    def close(self, seconds: float = 5.0) -> bool:
        """Let calls under way end within *seconds*, make no others; return whether all ended."""
        self.closing.set()
        ended = self._workers.close(seconds)
        with suppress(Exception):
            self._adapter.close()
        self._on_close()
        return ended

    def _refusal(
        self, lookup: str, keys: int, now: datetime, interactive: bool, by_person: bool
    ) -> Refusal | None:
        if self.closing.is_set():
            return Refusal(SourceError(Reason.BUSY, "closing"), now + FULL_FOR)
        refusal = self._gate.refusal(lookup, now, by_person=by_person) or self._stuck(now)
        if refusal:
            return refusal
        if keys > self._waiting.room(interactive=interactive):
            return Refusal(SourceError(Reason.BUSY, "too many questions wait"), now + FULL_FOR)
        if not interactive:
            return None
        return self._gate.overdrawn(now, self._waiting.interactive_calls + 1)

    def _stuck(self, now: datetime) -> Refusal | None:
        """Every thread is held by a call that was given up: nothing can be asked."""
        if self._under_way.hanging() < self.source.limits.concurrency:
            return None
        return Refusal(SourceError(Reason.TIMEOUT, "every call under way hangs"), now + STUCK_FOR)

    def _next(self) -> Job | float | None:
        """See `Workers`."""
        interactive = self._waiting.interactive_calls > 0
        most = 1 if self._gate.slowed else max(1, self.source.limits.concurrency - 1)
        background = self._under_way.in_background() < most
        if not interactive and not (background and len(self._waiting)):
            return None
        now = self._clock()
        wait = self._gate.wait(now, interactive=interactive)
        if wait:
            return wait.total_seconds()
        held = self._gate.held(now)
        batch = self._waiting.take(background=background, held=held)
        if batch is None:
            return min(held.values()).total_seconds() if held else None
        if len(self._waiting):
            self._workers.wake()
        refusal = self._gate.circuit_refusal(now, admitted=True)
        if refusal:
            return partial(self._refuse, [(batch, refusal)])
        self._waiting.begun(batch)
        call = self._caller.begin(batch)
        self._under_way.append(call)
        return partial(self._carry_out, call)

    def _carry_out(self, call: Call) -> None:
        results = self._caller.carry_out(call)
        with self._lock:
            self._under_way.remove(call)
            failure = shared_failure(results)
            if call.no_index:
                self._waiting.no_index(call.left_over, call.no_index)
            elif call.held:
                self._waiting.again(call.left_over, call.hurried)
            elif call.batch.bulk:
                self._waiting.bulk_ended(call.lookup, call.answers, failure)
            refused = self._flush(self._clock()) if failure and not call.held else []
            answered = {key: results[key] for key in call.keys if key in results}
        if not (call.given_up or call.no_index or call.held):
            self._land(call.batch.question, answered, None, call.read_at)
        self._refuse(refused)

    def _flush(self, now: datetime) -> list[tuple[Batch, Refusal]]:
        """Take out of the queue what would be refused if it were handed in now."""
        refused = []
        for lookup in self._waiting.lookups:
            refusal = self._gate.refusal(lookup, now) or self._stuck(now)
            if refusal:
                refused += [(batch, refusal) for batch in self._waiting.clear(lookup)]
        return refused

    def _refuse(self, refused: Iterable[tuple[Batch, Refusal]]) -> None:
        for batch, refusal in refused:
            results = dict.fromkeys(batch.keys, refusal.error)
            self._land(batch.question, results, refusal.until, None)
