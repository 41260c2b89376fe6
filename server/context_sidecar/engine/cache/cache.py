"""What is known of every account, and the asking of sources for what is not, or no longer.

Two tiers: memory, and underneath it the database, which survives a restart. One attempt is under
way for a key at a time, whoever asks. Asking never waits for a source.
"""

from __future__ import annotations

import random as chance
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from context_sidecar.core.clock import Clock
from context_sidecar.core.configuration import CacheLimits
from context_sidecar.core.observation import AHEAD, Observation
from context_sidecar.engine.cache.denials import Denials
from context_sidecar.engine.cache.due import due, next_try
from context_sidecar.engine.cache.entries import Entries, Entry
from context_sidecar.engine.cache.flights import Begun, Flight, is_awaited, may_be_forced
from context_sidecar.engine.cache.landing import Landing
from context_sidecar.engine.cache.listeners import Listener, Listeners
from context_sidecar.engine.cache.looked_at import LookedAt
from context_sidecar.engine.cache.shelf import Shelf
from context_sidecar.engine.questions import Asked, Question
from context_sidecar.engine.sources.asking import Results
from context_sidecar.engine.sources.runner import SourceRunner

_LIMITS = CacheLimits()


class Cache:
    """What is known, and the asking for more.

    Args:
        sources: what can be asked, by source id.
        clock: gives the present.
        limits: how much may be kept in memory.
        shelf: the tier underneath, in the database; None keeps nothing there.
        random: gives a number from 0 to 1.
    """

    def __init__(
        self,
        sources: Mapping[str, SourceRunner],
        clock: Clock,
        *,
        limits: CacheLimits = _LIMITS,
        shelf: Shelf | None = None,
        random: Callable[[], float] = chance.random,
    ) -> None:
        self._sources, self._clock, self._shelf, self._random = sources, clock, shelf, random
        self._listeners = Listeners()
        self._lock = Lock()  # guards the four below
        self._entries = Entries(limits.memory_entries, limits.observation_bytes)
        self._flights: dict[Entry, Flight] = {}
        self._denials = Denials()
        self._looked_at = LookedAt(clock)
        for source in sources.values():
            source.land_at(self._land)

    def on_change(self, listener: Listener) -> None:
        """Tell *listener* of each observation that has changed, from whatever thread."""
        self._listeners.append(listener)

    def ask(
        self,
        question: Question,
        keys: Collection[str],
        *,
        now: datetime,
        interactive: bool,
        force: bool = False,
    ) -> dict[str, Asked]:
        """Return what is known of each key, and the attempt under way to know it better, which is
        begun where it is due. Never waits for a source.

        A refusal to ask (the circuit is open, too much waits already) is an outcome at once.

        Args:
            question: what to ask.
            keys: whom about, as the source knows them.
            now: the present.
            interactive: whether a person looks at the answers now. What is looked at is kept
                fresh for half an hour.
            force: ask again however fresh the answer is, unless the last attempt was less than
                ten seconds ago.
        """
        self._recall(question, keys)
        begun = Begun()
        with self._lock:
            known = {
                key: self._look(question, key, begun, now, interactive=interactive, force=force)
                for key in dict.fromkeys(keys)
            }
        self._begin(question, begun, force=force)
        if any(isinstance(one, Flight) for one in known.values()):
            self._sources[question.source].give_up_overdue()
        changed_at = self._sources[question.source].changed_at
        return {
            key: one.asked(changed_at) if isinstance(one, Flight) else one
            for key, one in known.items()
        }

    def peek(
        self, question: Question, keys: Collection[str], *, strictly: bool = False
    ) -> dict[str, Observation]:
        """Return what is known of each key, without asking anybody. What the database does not tell
        is not known; *strictly*, `SQLAlchemyError` is raised where it cannot."""
        self._recall(question, keys, strictly=strictly)
        with self._lock:
            return {
                key: self._entries.get((question.address, key)) or Observation() for key in keys
            }

    def held(self, question: Question) -> list[tuple[str, Observation]]:
        """Return all that is in memory, and what is being asked for, by key; the first of a key
        counts."""
        with self._lock:
            known = list(self._entries.of(question.address))
            known += [(key, Observation()) for at, key in self._flights if at == question.address]
        return known

    def survey(self, question: Question) -> Iterator[tuple[str, Observation]]:
        """Give all that is known, by key, without asking anybody; the first of a key counts. Raises
        `SQLAlchemyError` where the database cannot be read."""
        yield from self.held(question)
        if self._shelf:
            yield from self._shelf.every(question)

    def changed(self, question: Question, keys: Collection[str], at: datetime) -> None:
        """Take in that the source says that what is known of *keys* has changed, *at* that time of
        its own clock. What was confirmed well after that is known already. What people look at is
        asked for at once; the rest when somebody looks."""
        if self._shelf:
            self._shelf.note_told(question, at)
        self._recall(question, keys)
        now, marked = self._clock(), []
        with self._lock:
            looked_at = self._looked_at.among(question, keys)
            for key in dict.fromkeys(keys):
                known = self._entries.get((question.address, key))
                if known is None and (question.address, key) in self._flights:
                    known = Observation()  # what is on its way may be from before
                if known and (known.confirmed_at is None or known.confirmed_at <= at + AHEAD):
                    marked.append((key, known.outdated(now)))
                    self._entries.put((question.address, key), marked[-1][1])
        for key, observation in marked:
            self._keep(question, key, observation)
        self.ask(question, looked_at, now=now, interactive=False)

    def looked_at(self) -> dict[Question, list[str]]:
        """Return what people have looked at in the last half hour."""
        with self._lock:
            return self._looked_at.everything()

    def batch_of(self, question: Question) -> int:
        """Return the most keys that one call of *question* asks for."""
        return self._sources[question.source].batch_of(question)

    def prune(self, unused_for: timedelta) -> None:
        """Delete from the database what was not used for so long."""
        if self._shelf:
            self._shelf.prune(unused_for)

    def close(self) -> None:
        """Tell whoever still waits what is known, and bring the rest to the database. The sources
        are closed before."""
        with self._lock:
            flights, self._flights = list(self._flights.values()), {}
        for flight in flights:
            flight.future.set_result(flight.observation)
        if self._shelf:
            self._shelf.close()

    def _look(
        self,
        question: Question,
        key: str,
        begun: Begun,
        now: datetime,
        *,
        interactive: bool,
        force: bool,
    ) -> Asked | Flight:
        """Return what is known of *key*, or the attempt under way; note in *begun* what to do."""
        entry = question.address, key
        if interactive:
            self._looked_at.note(question, key)
        known = self._entries.get(entry) or Observation()
        urgent = interactive and (force or is_awaited(question, known, now))
        flight = self._flights.get(entry)
        if flight:
            if urgent and not flight.urgent:
                flight.urgent = True
                begun.hurried.append(key)
            return flight
        if not self._is_due(question, key, known, now) and not (
            force and may_be_forced(known, now)
        ):
            return Asked(known)
        (begun.urgent if urgent else begun.ahead).append(key)
        self._flights[entry] = flight = Flight(known, now, urgent)
        return flight

    def _is_due(self, question: Question, key: str, known: Observation, now: datetime) -> bool:
        source = self._sources[question.source]
        found_since = self._denials.found_since(question) or source.well_since
        well_since = max(source.well_since, found_since)
        return due(question, key, known, now, well_since=well_since, changed_at=source.changed_at)

    def _begin(self, question: Question, begun: Begun, *, force: bool) -> None:
        source = self._sources[question.source]
        for keys, urgent in ((begun.urgent, True), (begun.ahead, False)):
            refusal = keys and source.submit(question, keys, interactive=urgent, by_person=force)
            if refusal:
                self._land(question, dict.fromkeys(keys, refusal.error), refusal.until)
        if begun.hurried:
            source.hurry(question, begun.hurried)

    def _recall(self, question: Question, keys: Collection[str], *, strictly: bool = False) -> None:
        """Bring what only the database knows into memory."""
        with self._lock:
            unknown = [key for key in keys if self._entries.get((question.address, key)) is None]
        if self._shelf is None or not unknown:
            return
        found = self._shelf.read(question, unknown, strictly=strictly)
        with self._lock:
            self._denials.note(question, (one.answer for one in found.values()), self._clock())
            for key, observation in found.items():
                if self._entries.get((question.address, key)) is None:
                    self._entries.put((question.address, key), observation)

    def _land(self, question: Question, results: Results, until: datetime | None,
              read_at: datetime | None = None) -> None:  # fmt: skip
        """Take in what came of asking; see `context_sidecar.engine.sources.runner.Land`."""
        now, changed_at = self._clock(), self._sources[question.source].changed_at
        again = partial(next_try, now=now, random=self._random)
        landed: list[tuple[str, Observation, Flight | None]] = []
        with self._lock:
            self._denials.note(question, results.values(), now)
            for key, result in results.items():
                flight = self._flights.pop((question.address, key), None)
                before = self._entries.get((question.address, key))
                before = before or (flight.observation if flight else Observation())
                judged = self._denials.judged(question, before, result)
                landing = Landing(now, changed_at, flight.began if flight else None, until, read_at)
                after = landing.after(before, judged, again)
                self._entries.put((question.address, key), after)
                landed.append((key, after, flight))
        for key, after, flight in landed:
            self._keep(question, key, after)
            if flight:
                flight.future.set_result(after)

    def _keep(self, question: Question, key: str, known: Observation) -> None:
        if self._shelf:
            self._shelf.keep(question, key, known)
        self._listeners.tell(question, key, known)
