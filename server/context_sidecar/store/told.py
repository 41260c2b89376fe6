"""What sources have told of late to have changed, for every process that serves to take in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from threading import Lock
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from context_sidecar.core.clock import Clock
from context_sidecar.core.observation import AHEAD
from context_sidecar.core.push import Change
from context_sidecar.store.schema import told as table

KEPT_FOR = timedelta(hours=1)
"""Long after all have looked: a process that was killed takes in, once it is started again, what it
may have been told and not yet kept."""

ToldChange = tuple[str, Change]
"""A source, and what it tells."""


@dataclass(frozen=True, slots=True)
class News:
    """What other processes were told. More may have been told until `missed_until`, which was
    forgotten before it was looked at; None where nothing was."""

    changes: tuple[ToldChange, ...] = ()
    missed_until: datetime | None = None


class Told:
    """The table of what was told, as one process sees it.

    Both methods raise `sqlalchemy.exc.SQLAlchemyError` where the database is in trouble.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._me = token_hex(8)
        self._lock = Lock()
        self._seen: int | None = None  # nothing was looked at yet

    def add(self, changes: Sequence[ToldChange]) -> None:
        """Keep what this process was told."""
        while changes and not self._added(changes):
            pass  # another process was first: of two that take the same number one finds out

    def news(self) -> News:
        """Return what other processes were told since this was last called; the first time, all
        that is kept."""
        with self._lock, self._engine.connect() as connection:
            seen = self._seen or 0
            newer = select(table).where(table.c.number > seen).order_by(table.c.number)
            rows = connection.execute(newer).all()
            missed = self._seen is not None and rows and rows[0].number > seen + 1
            self._seen = rows[-1].number if rows else seen
        others = tuple(_read(row) for row in rows if row.told_to != self._me)
        return News(others, self._clock() if missed else None)

    def keep_only(self, sources: Collection[str]) -> None:
        """Forget what other sources than these have told. The rows stay, so that nobody takes them
        for missed."""
        others = table.c.source.not_in(list(sources))
        with self._engine.begin() as connection:
            connection.execute(update(table).where(others).values(said={}))

    def _added(self, changes: Sequence[ToldChange]) -> bool:
        now = self._clock()
        lately = table.c.told_at.between(
            (now - KEPT_FOR).timestamp(), (now + AHEAD).timestamp()
        )  # what is later was noted by a clock that was wrong
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(table).where(~lately, table.c.number < _LAST))
                last = connection.execute(select(func.coalesce(_LAST, 0))).scalar_one()
                connection.execute(insert(table), [
                    {"number": number, "source": source, "told_to": self._me,
                     "told_at": now.timestamp(), **_written(change, now)}
                    for number, (source, change) in enumerate(changes, last + 1)
                ])  # fmt: skip
        except IntegrityError:
            return False
        return True


_LAST = select(func.max(table.c.number)).scalar_subquery()
"""The last number. Its row stays, so that none is given twice."""


_SAID = tuple(one.name for one in fields(Change) if one.name != "at")


def _written(change: Change, now: datetime) -> dict[str, Any]:
    said = {name: getattr(change, name) for name in _SAID}
    return {"said": said, "at": (change.at or now).timestamp()}


def _read(row: Any) -> ToldChange:
    """What another release says more or less of is about everybody."""
    at = datetime.fromtimestamp(row.at, UTC)
    if row.said.keys() != set(_SAID):
        return row.source, Change(at=at)
    return row.source, Change(**{name: tuple(row.said[name]) for name in _SAID}, at=at)
