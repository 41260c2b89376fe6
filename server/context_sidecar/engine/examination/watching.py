"""Shapes, looked at by and by: a few times a day, and at once where an answer lacks what was asked
for.

Nobody waits for it, and nothing but what it learns comes of it: a description that may not be read
blocks no lookup.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from zlib import crc32

import structlog

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.inference import infer
from context_sidecar.core.observation import Found, Observation
from context_sidecar.core.reasons import Reason
from context_sidecar.core.remembered import Memory
from context_sidecar.core.rows import lacks
from context_sidecar.core.shape import Shape, ShapeField, is_odd
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.comparing import agreement, before
from context_sidecar.engine.examination.exploring import described
from context_sidecar.engine.examination.in_items import InItems
from context_sidecar.engine.examination.samples import Samples
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.allowance import spares
from context_sidecar.store.shapes import Place

LOOKED_AT_EVERY = timedelta(seconds=10)
"""How soon it is seen what became of a field that an answer lacks."""

EVERY = timedelta(hours=6)
AGAIN = timedelta(minutes=5)
"""How soon a doubt leads to another look, or a look that failed to the next."""

KNOWN_AGAIN = timedelta(hours=1)
"""The same where it is known already that a field is gone."""

ODD_AGAIN = timedelta(hours=6)
"""How soon a value of another kind than its system describes leads to another look, which may find
that the description is wrong."""

TYPES_HOLD_FOR = timedelta(minutes=1)
"""How long what a system said of its types vouches for answers that do not show them."""

DOUBTED = 50
"""Accounts of each lookup whose doubtful answers are remembered until the next look."""

FIRST = 3
"""Accounts of which there is doubt that are asked first."""

ACCOUNTS = 10
"""Accounts from whose answers a shape is told that nobody describes."""

log = structlog.get_logger()


class ShapeWatch:
    """Looks at the shapes of the lookups that fields read.

    Args:
        trials: what tries each source.
        drifts: what is made of it.
        samples: gives accounts to ask for.
        in_items: looks at what items of lists lack.
        clock: gives the present.
    """

    def __init__(
        self,
        trials: Mapping[str, Trial],
        drifts: Drifts,
        samples: Callable[[], Samples],
        in_items: InItems,
        clock: Clock,
    ) -> None:
        self._trials, self._drifts, self._clock = trials, drifts, clock
        self._samples, self._in_items = samples, in_items
        self._lock = Lock()  # guards what follows
        self._doubted: dict[Place, dict[str, object]] = {}
        self._tried: dict[Place, datetime] = {}
        self._odd: dict[tuple[Place, ShapeField], datetime] = {}

    def notice(self, question: Question, key: str, known: Observation) -> None:
        """Look soon where an answer lacks what was asked for, has it in another kind, or does not
        show of what kind it is; called with each that has come."""
        place = question.source, question.lookup
        if place not in self._drifts.places:
            return
        doubtful = (
            _is_doubtful(question, known)
            or self._is_odd(place, question, known)
            or self._is_rewritten(place, question, known)
        )
        self._in_items.notice(place, known)
        if doubtful or self._is_untold(place, known):
            with self._lock:
                doubted = self._doubted.setdefault(place, {})
                if len(doubted) < DOUBTED:
                    doubted[key] = before(known)

    def _is_odd(self, place: Place, question: Question, known: Observation) -> bool:
        memory, found = self._drifts.memory(place), known.answer
        if memory is None or not isinstance(found, Found):
            return False
        odd = {
            one.seen
            for name in question.names | self._drifts.names_in_items(place)
            if (one := memory.fields.get(name)) and is_odd(one.seen, found.data)
        }
        now = self._clock()
        with self._lock:
            news = [one for one in odd if not self._is_known(place, one, now)]
            self._odd |= {(place, one): now for one in news}
        return bool(news)

    def _is_rewritten(self, place: Place, question: Question, known: Observation) -> bool:
        """Whether the account's answer is written in another way than the one before, of which
        nobody knows yet whether others' are."""
        memory = self._drifts.memory(place)
        if memory is None:
            return not question.names.isdisjoint(known.rewritten)
        return bool(memory.unsettled(question.names, known.rewritten))

    def _is_untold(self, place: Place, known: Observation) -> bool:
        if self._trials[place[0]].tells_types or not isinstance(known.answer, Found):
            return False
        memory = self._drifts.memory(place)
        return memory is not None and self._clock() - memory.looked_at > TYPES_HOLD_FOR

    def _is_known(self, place: Place, odd: ShapeField, now: datetime) -> bool:
        known = self._odd.get((place, odd))
        return known is not None and timedelta(0) <= now - known < ODD_AGAIN

    def look(self) -> None:
        """Look at what is due, where its source has something left for what nobody waits for."""
        self._drifts.look()
        for place in self._drifts.places:
            if self._is_due(place) and spares(self._trials[place[0]].left()):
                self._look(place, self._samples())
        self._in_items.look()

    def _is_due(self, place: Place) -> bool:
        now, memory = self._clock(), self._drifts.memory(place)
        with self._lock:
            grown_old = memory is None or now - memory.looked_at > _pause(place)
            if not grown_old and place not in self._doubted:
                return False
            tried = self._tried.get(place)
            return not tried or not timedelta(0) <= now - tried < self._soonest(place, memory)

    def _soonest(self, place: Place, memory: Memory | None) -> timedelta:
        known = memory.fields if memory else {}
        if any(name in known and known[name].gone_at for name in self._drifts.names(place)):
            return KNOWN_AGAIN
        return AGAIN if self._trials[place[0]].tells_types else TYPES_HOLD_FOR

    def _look(self, place: Place, samples: Samples) -> None:
        """Look at a place; a look that failed, or that a doubt led to, is not soon followed by
        another."""
        source, lookup = place
        with self._lock:
            doubted = self._doubted.pop(place, {})
            self._tried[place] = self._clock()
        try:
            names, first = self._drifts.names(place), list(doubted)[:FIRST]
            shape = shape_of(self._trials[source], lookup, samples, names, first)
            if shape is None:
                return
            memory = self._drifts.learn(place, shape)
            self._compare(place, memory, doubted)
        except SourceError as error:
            log.info("shape_not_read", source=source, lookup=lookup, reason=error.reason.value)
            self._doubt_again(place)
            return
        if not doubted:
            with self._lock:
                del self._tried[place]

    def _doubt_again(self, place: Place) -> None:
        """Let what is odd lead to another look, as one came to nothing."""
        with self._lock:
            self._odd = {one: at for one, at in self._odd.items() if one[0] != place}

    def _compare(self, place: Place, memory: Memory, doubted: Mapping[str, object]) -> None:
        """Compare the values that a field had, which is gone, with those that others have."""
        trial, taken = self._trials[place[0]], self._drifts.names(place)
        for name in taken:
            one = memory.fields.get(name)
            if one and one.gone_at and not one.agrees:
                agrees = agreement(trial, place[1], memory, one, doubted, taken)
                if agrees:
                    self._drifts.agree(place, name, agrees)


def shape_of(
    trial: Trial, lookup: str, samples: Samples, names: Collection[str], first: Sequence[str] = ()
) -> Shape | None:
    """Return the shape of *lookup*: as its system describes it, else as some answers look that were
    asked for *names*, *first* of all those to these keys; None where there is nothing to tell it
    from.

    Raises:
        SourceError: it could not be asked.
    """
    shape, _ = described(trial, lookup)
    if shape is not None or samples.needs_list:
        return shape
    keys = list(dict.fromkeys([*first, *samples.keys(trial.source.key)]))[:ACCOUNTS]
    batch = trial.batch_of(lookup)
    founds: list[object] = []
    for start in range(0, len(keys), batch):
        results = trial.ask(lookup, keys[start : start + batch], names)
        founds += [found.data for found in results.values() if isinstance(found, Found)]
    return infer(founds)


def _pause(place: Place) -> timedelta:
    """How long a shape is taken for what it is: not the same for all, so that not all are asked at
    once."""
    return EVERY * (1 + crc32("/".join(place).encode()) % 100 / 400)


def _is_doubtful(question: Question, known: Observation) -> bool:
    if known.reason is Reason.SCHEMA_CHANGED:
        return True
    if not isinstance(known.answer, Found) or not question.names:
        return False
    return any(lacks(known.answer.data, name) for name in question.names)
