"""What the answers of lookups show in the items of lists, and what they lack there.

One account's items may leave out what those of another have, so that what an answer lacks is told
from what others have: those that had it are asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum
from threading import Lock

from context_sidecar.core.clock import Clock
from context_sidecar.core.lost import doubted
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.remembered import Memory
from context_sidecar.core.shape import Shape
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.paths import told_in_items
from context_sidecar.engine.questions import Question, questions
from context_sidecar.store.shapes import Place


class Told(Enum):
    """What an answer's items tell: nothing that was not known; that they lack a name which no
    answer has shown of late; that they have lost one since the last look; or that they have one
    which was not known, or was gone."""

    NOTHING = 0
    DOUBT = 1
    LOST = 2
    NEWS = 3


HOLDS_FOR = timedelta(minutes=1)
"""How long a name that an answer shows vouches for it where others lack it."""

NEWS_FOR = timedelta(hours=1)
"""How long a name that was news is none again, though no look has learnt it."""

EACH_OF = 3
"""Accounts that are asked again for each name that their items had."""

Survey = Callable[[Question], Iterable[tuple[str, Observation]]]


class InItems:
    """Notices what answers show and lack in items.

    Args:
        drifts: what is remembered of lookups.
        survey: gives all kept answers to a question, by key.
        clock: gives the present.
    """

    def __init__(self, drifts: Drifts, survey: Survey, clock: Clock) -> None:
        self._drifts, self._survey, self._clock = drifts, survey, clock
        self._lock = Lock()  # guards what follows
        self._shown: dict[tuple[Place, str], datetime] = {}
        self._news: dict[tuple[Place, str], datetime] = {}
        self._lacked: dict[Place, set[str]] = {}

    def notice(self, place: Place, known: Observation) -> Told:
        """Take in an answer, and say what its items tell."""
        memory, now = self._drifts.memory(place), self._clock()
        if memory is None or not memory.inferred or not isinstance(known.answer, Found):
            return Told.NOTHING  # items are told of only by looks at answers
        shown, lacked = self._told(place, known.answer.data)
        lost = doubted(known.lost, memory.looked_at)
        unknown = {(place, name) for name in shown if not _is_known(name, memory)}
        with self._lock:
            news = {one for one in unknown if not _is_within(self._news.get(one), now, NEWS_FOR)}
            self._news |= dict.fromkeys(news, now)
            missed = {
                name
                for name in lacked
                if not _is_within(self._shown.get((place, name)), now, HOLDS_FOR)
            }
            self._shown |= {(place, name): now for name in shown}
            self._lacked.setdefault(place, set()).update(lacked)
        if news:
            return Told.NEWS
        if lacked.intersection(lost):
            return Told.LOST
        return Told.DOUBT if missed else Told.NOTHING

    def keys(self, place: Place) -> list[str]:
        """Return the keys of some accounts whose items had, when they were last asked, what fields
        read in such."""
        had: dict[str, list[str]] = {}
        for key, known in self._survey(questions(self._drifts.fields(place))[place]):
            if isinstance(known.answer, Found):
                for name in self._told(place, known.answer.data)[0]:
                    if len(keys := had.setdefault(name, [])) < EACH_OF:
                        keys.append(key)
        return list(dict.fromkeys(key for keys in had.values() for key in keys))

    def lacked(self, place: Place) -> Collection[str]:
        """Return, once, the names that answers lacked since this was asked last."""
        with self._lock:
            return self._lacked.pop(place, set())

    def _told(self, place: Place, data: object) -> tuple[set[str], set[str]]:
        told = [told_in_items(field, data) for field in self._drifts.fields(place)]
        shown = {name for some, _ in told for name in some}
        return shown, {name for _, some in told for name in some} - shown


def _is_known(name: str, memory: Memory) -> bool:
    """Whether *name*, or what it stands in, is there by what is remembered."""
    steps = name.split(".")
    known = (memory.fields.get(".".join(steps[:some])) for some in range(1, len(steps) + 1))
    return any(one.gone_at is None for one in known if one and one.seen.list)


def _is_within(then: datetime | None, now: datetime, span: timedelta) -> bool:
    return then is not None and timedelta(0) <= now - then < span


def with_left_out(shape: Shape, lacked: Collection[str]) -> Shape:
    """Return *shape* with those of the names that answers *lacked*, and that items have still, as
    left out by some."""
    items = (replace(one, left_out=one.left_out or one.name in lacked) for one in shape.items)
    return replace(shape, items=tuple(items))
