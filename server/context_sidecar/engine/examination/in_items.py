"""What the answers of lookups show in the items of lists, and what they lack there.

One account's items may leave out what those of another have, so that what an answer lacks is told
from what others have: those that had it are asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from context_sidecar.core.clock import Clock
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.shape import Shape
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.paths import told_in_items
from context_sidecar.engine.questions import Question, questions
from context_sidecar.store.shapes import Place

HOLDS_FOR = timedelta(minutes=1)
"""How long a name that an answer shows vouches for it where others lack it."""

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
        self._lacked: dict[Place, set[str]] = {}

    def notice(self, place: Place, data: object) -> bool:
        """Take in an answer's *data*, and say whether it makes a look worth while: it lacks a name
        that no answer has shown of late, or has one that is not known."""
        shown, lacked = self._told(place, data)
        memory, now = self._drifts.memory(place), self._clock()
        known = memory.fields if memory else {}
        news = {name for name in shown if name not in known or known[name].gone_at}
        with self._lock:
            self._shown |= {(place, name): now for name in shown}
            doubted = {name for name in lacked if not self._holds(place, name, now)}
            self._lacked.setdefault(place, set()).update(lacked)
        return bool(news or doubted)

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

    def _holds(self, place: Place, name: str, now: datetime) -> bool:
        shown = self._shown.get((place, name))
        return shown is not None and timedelta(0) <= now - shown < HOLDS_FOR

    def _told(self, place: Place, data: object) -> tuple[set[str], set[str]]:
        told = [told_in_items(field, data) for field in self._drifts.fields(place)]
        shown = {name for some, _ in told for name in some}
        return shown, {name for _, some in told for name in some} - shown


def with_left_out(shape: Shape, lacked: Collection[str]) -> Shape:
    """Return *shape* with those of the names that answers *lacked*, and that items have still, as
    left out by some."""
    items = (replace(one, left_out=one.left_out or one.name in lacked) for one in shape.items)
    return replace(shape, items=tuple(items))
