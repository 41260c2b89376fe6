"""A source's own threads: the bulkhead. A source that hangs can only drown itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger()

Job = Callable[[], None]

Next = Callable[[], Job | float | None]
"""Gives the next job, or the seconds after which there may be one, or None where nothing waits.
Called with the lock held."""


class Workers:
    """At most *most* threads, started when they are needed, that carry out what *next* gives.

    They are daemons: a thread that hangs in a driver does not keep the process from ending, as the
    standard library's pools would.

    Args:
        name: for the threads' names.
        most: the number of threads.
        next: see `Next`.
    """

    def __init__(self, name: str, most: int, next: Next) -> None:
        self._name, self._most, self._next = name, most, next
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closed = False

    @property
    def lock(self) -> threading.Condition:
        """What guards everything that *next* reads."""
        return self._changed

    def wake(self) -> None:
        """Say that *next* may give one job now; whoever takes it and leaves more says so again.
        Called with the lock held."""
        if self._idle == 0 and len(self._threads) < self._most and not self._closed:
            name = f"{self._name}-{len(self._threads) + 1}"
            self._threads.append(threading.Thread(target=self._work, name=name, daemon=True))
            self._threads[-1].start()
        self._changed.notify()

    def close(self, seconds: float) -> bool:
        """Let jobs under way end within *seconds*, begin no others; return whether all ended."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        until = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self) -> None:
        while job := self._await_job():
            try:
                job()
            except Exception as error:  # noqa: BLE001  a thread less would be noticed too late
                log.error("worker_failed", worker=self._name, error=type(error).__name__)  # noqa: TRY400  no text

    def _await_job(self) -> Job | None:
        with self._changed:
            while not self._closed:
                found = self._next()
                if callable(found):
                    return found
                self._idle += 1
                self._changed.wait(found)
                self._idle -= 1
        return None
