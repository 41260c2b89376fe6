"""What happens by the clock: what people look at is kept fresh, the database small, and whatever
else is to be done every so often.

Nothing is asked for here that `Cache.ask` would not ask for too, so a restart asks for nothing at
once: nobody has looked at anything yet, and what is due is due at its own moment.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.schedulers.background import BackgroundScheduler

from context_sidecar.core.clock import Clock
from context_sidecar.core.observation import Fetch, Observation
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.door import deadline
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.endpoints import asked_by

EVERY = timedelta(seconds=5)
PRUNED_EVERY = timedelta(hours=1)
KEPT_UNUSED_FOR = timedelta(days=90)
EACH_CALL = timedelta(seconds=15)
"""What one call to a source may take in a job: nobody waits for it."""

AT_ONCE = 500
"""Keys that the cache is asked for in one go, so that nobody who looks has to wait for it."""

log = structlog.get_logger()


class Refresher:
    """Runs the jobs of the engine.

    Args:
        cache: what is kept fresh.
        clock: gives the present.
    """

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._cache, self._clock = cache, clock
        self._lock = threading.Lock()  # guards what is being warmed
        self._warming: dict[Question, set[str]] = {}
        self._closing = threading.Event()
        self._scheduler = BackgroundScheduler(
            executors={"default": _Daemons()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone="UTC",
        )
        self.every("refresh", EVERY, self.refresh)
        self.every("prune", PRUNED_EVERY, partial(cache.prune, KEPT_UNUSED_FOR))

    def every(
        self, name: str, interval: timedelta, job: Callable[[], object], *, at_once: bool = False
    ) -> None:
        """Run *job* every *interval*, in a thread of its own, never twice at a time; for the first
        time after one interval, or *at_once*."""
        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(
            _guarded(name, job), "interval", seconds=interval.total_seconds(), id=name, **first
        )

    def start(self) -> None:
        """Let the jobs run."""
        self._scheduler.start()

    def warm(self, question: Question, keys: Collection[str]) -> None:
        """Have *keys* asked for in the background, and again until they are known."""
        with self._lock:
            self._warming.setdefault(question, set()).update(keys)
        self._ask(question, list(dict.fromkeys(keys)))

    def refresh(self) -> None:
        """Ask, in the background, for what people have looked at lately and for what is being
        warmed, as far as it is due."""
        wanted = {question: set(keys) for question, keys in self._cache.looked_at().items()}
        for question, keys in self._still_warming().items():
            wanted.setdefault(question, set()).update(keys)
        for question, keys in wanted.items():
            self._ask(question, list(keys))

    def close(self) -> None:
        """Begin no more jobs. One under way is left behind: each keeps what it does whole."""
        self._closing.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _ask(self, question: Question, keys: Sequence[str]) -> None:
        batch = self._cache.batch_of(question)
        for some in _pieces(keys, -(-AT_ONCE // batch) * batch):
            if self._closing.is_set():
                return
            self._cache.ask(question, some, now=self._clock(), interactive=False)

    def _still_warming(self) -> dict[Question, set[str]]:
        """Return what is being warmed and not known yet, and forget the rest."""
        with self._lock:
            for question, keys in list(self._warming.items()):
                known = self._cache.peek(question, keys)
                keys -= {key for key in keys if _is_settled(known[key])}
                if not keys:
                    del self._warming[question]
            return {question: set(keys) for question, keys in self._warming.items()}


def _is_settled(known: Observation) -> bool:
    return known.answer is not None or known.fetch is Fetch.BLOCKED


class _Daemons(BaseExecutor):  # type: ignore[misc]  # APScheduler ships no types
    """Runs each job in a daemon thread, so that none keeps the process from ending."""

    def _do_submit_job(self, job: Any, run_times: Any) -> None:
        def run() -> None:
            try:
                events = run_job(job, job._jobstore_alias, run_times, self._logger.name)  # noqa: SLF001  as APScheduler's own executors do
            except BaseException:  # noqa: BLE001  the scheduler must know that the job has ended
                self._run_job_error(job.id, *sys.exc_info()[1:])
            else:
                self._run_job_success(job.id, events)

        threading.Thread(target=run, name=f"job-{job.id}", daemon=True).start()


def _guarded(name: str, job: Callable[[], object]) -> Callable[[], None]:
    """Give *job* time, and log only what kind of failure it met, whose text may quote a value."""

    def run() -> None:
        try:
            with deadline.each(EACH_CALL.total_seconds()), asked_by(people=False):
                job()
        except Exception as error:  # noqa: BLE001  the next run may be better
            log.error("job_failed", job=name, error=type(error).__name__)  # noqa: TRY400  no text

    return run


def _pieces(keys: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
