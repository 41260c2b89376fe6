"""What sources tell reaches one process: how it comes to the others, and theirs to this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

import structlog
from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.push import Change
from context_sidecar.store.told import News, Told, ToldChange

MOST_WAITING = 10_000

log = structlog.get_logger()


class PassingOn:
    """Passes on what is told here, and gives what was told elsewhere; by way of a table."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._lock = Lock()
        self._waiting: list[ToldChange] = []

    def now(self, changes: Sequence[ToldChange]) -> None:
        """Pass on *changes*.

        Raises:
            SQLAlchemyError: the database is in trouble.
        """
        self._told.add(changes)

    def soon(self, changes: Sequence[ToldChange]) -> None:
        """Pass on *changes*: at once, or when the database is well again."""
        with self._lock:
            self._waiting += changes
        self._pass_on()

    def news(self) -> News:
        """Return what other processes were told since the last time, and pass on what waits. What
        is told again and again is there once, as it was told for the latest time.

        Raises:
            SQLAlchemyError: the database is in trouble.
        """
        self._pass_on()
        news = self._told.news()
        latest: dict[ToldChange, Change] = {}
        for source, change in news.changes:
            same = source, replace(change, at=None)
            latest[same] = max(change, latest.get(same, change), key=_time)
        changes = tuple((source, change) for (source, _), change in latest.items())
        return replace(news, changes=changes)

    def _pass_on(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, []
        try:
            self._told.add(waiting)
        except SQLAlchemyError as error:
            log.warning("changes_not_passed_on", why=type(error).__name__)
            with self._lock:
                self._waiting = waiting[-MOST_WAITING:] + self._waiting


def _time(change: Change) -> float:
    return change.at.timestamp() if change.at else 0.0
