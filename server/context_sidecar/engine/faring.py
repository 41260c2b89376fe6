"""How each source is doing: what fails of it for those who look, and what has changed there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import chain

from sqlalchemy.exc import SQLAlchemyError

from context_sidecar.core.account import Account
from context_sidecar.core.clock import Clock
from context_sidecar.core.field import Field
from context_sidecar.core.observation import Found, Observation
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.archived import is_put_away, put_away
from context_sidecar.engine.examination.drifted import drifted
from context_sidecar.engine.examination.fields import examine_field
from context_sidecar.engine.examination.findings import Finding, Mark
from context_sidecar.engine.failing import Failing, failing
from context_sidecar.engine.questions import Question, names_of, questions
from context_sidecar.engine.sources.health import Health
from context_sidecar.engine.sources.runner import SourceRunner

MOST = 200
"""Answers of each lookup in which it is looked what cannot be read: those that were used last."""


class Faring:
    """Tells how sources are doing.

    Args:
        sources: what can be asked, by source id.
        cache: what is known of what was asked.
        fields: what is declared.
        drifts: what became of these.
        clock: gives the present.
        account: gives the account that has a key, by the key's name and what it is.
    """

    def __init__(
        self,
        sources: Mapping[str, SourceRunner],
        cache: Cache,
        fields: Collection[Field],
        drifts: Drifts,
        clock: Clock,
        account: Callable[[str, str], Account | None] = lambda *_: None,
    ) -> None:
        self._sources, self._cache, self._clock = sources, cache, clock
        self._fields, self._drifts, self._account = fields, drifts, account
        self._questions = questions(fields).values()

    def of(self, source: str) -> Health:
        """Return how *source* is doing. What fails of it is told of what is in memory: of what
        somebody has looked at since the process began."""
        return replace(self._sources[source].health(), failing=tuple(self._failing(source)))

    def changed(self, source: str) -> list[Finding]:
        """Return what became of what is read from *source*, what cannot be read of what it answered
        of late, and whose record it has archived."""
        asked = [question for question in self._questions if question.source == source]
        changed = chain.from_iterable(map(self._changed, asked))
        return [*changed, *(self._put_away(source, asked) if asked else ())]

    def _changed(self, question: Question) -> Iterator[Finding]:
        place = question.source, question.lookup
        fields = [one for one in self._fields if (one.source.id, one.lookup) == place]
        held, told = self._held(question), self._drifts.about()
        oldest = self._clock() - question.stale_after
        founds, memory = _founds(held, oldest), self._drifts.memory(place)
        for field in fields:
            if drift := told.get(field.id):
                yield drifted(field, drift, _founds(held, max(oldest, drift.since or oldest)))
            elif founds:
                others = frozenset().union(*(names_of(one) for one in fields if one is not field))
                found = examine_field(field, founds, others, memory, self._clock())
                yield from (one for one in found if one.mark is Mark.WRONG)

    def _put_away(self, source: str, asked: Iterable[Question]) -> Iterator[Finding]:
        known: dict[str, object] = {}
        for question in asked:
            oldest = self._clock() - question.stale_after
            for key, one in self._cache.held(question):
                if not one.confirmed_at or one.confirmed_at < oldest:
                    continue
                if key not in known or is_put_away(one.answer):  # not every lookup tells
                    known[key] = one.answer
        declared = self._sources[source].source

        def known_as(key: str) -> str:
            one = None
            with suppress(SQLAlchemyError):
                one = self._account(declared.key, key)
            return f"{one.name} ({key})" if one else key

        return put_away(declared, known, known_as)

    def _failing(self, source: str) -> Iterator[Failing]:
        now, well_since = self._clock(), self._sources[source].well_since
        for question in self._questions:
            if question.source == source:
                held = self._held(question)
                yield from failing(question.lookup, held, well_since=well_since, now=now)

    def _held(self, question: Question) -> list[Observation]:
        return [observation for _, observation in self._cache.held(question)]


def _founds(held: Iterable[Observation], since: datetime) -> list[Found]:
    """What was found *since* then: an older answer says nothing of how the source answers now."""
    young = (one.answer for one in held if one.confirmed_at and one.confirmed_at >= since)
    return [one for one in young if isinstance(one, Found)][-MOST:]
