"""How each source is doing: what fails of it for those who look, and what has changed there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from context_sidecar.core.clock import Clock
from context_sidecar.core.field import Field
from context_sidecar.engine.cache import Cache
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.drifted import drifted
from context_sidecar.engine.examination.findings import Finding
from context_sidecar.engine.failing import Failing, failing
from context_sidecar.engine.questions import questions
from context_sidecar.engine.sources.health import Health
from context_sidecar.engine.sources.runner import SourceRunner


class Faring:
    """Tells how sources are doing.

    Args:
        sources: what can be asked, by source id.
        cache: what is known of what was asked.
        fields: what is declared.
        drifts: what became of these.
        clock: gives the present.
    """

    def __init__(
        self,
        sources: Mapping[str, SourceRunner],
        cache: Cache,
        fields: Collection[Field],
        drifts: Drifts,
        clock: Clock,
    ) -> None:
        self._sources, self._cache, self._clock = sources, cache, clock
        self._fields, self._drifts = fields, drifts
        self._questions = questions(fields).values()

    def of(self, source: str) -> Health:
        """Return how *source* is doing. What fails of it is told of what is in memory: of what
        somebody has looked at since the process began."""
        return replace(self._sources[source].health(), failing=tuple(self._failing(source)))

    def changed(self, source: str) -> list[Finding]:
        """Return what became of what is read from *source*, as far as it is not as it was."""
        told = self._drifts.about()
        own = (one for one in self._fields if one.source.id == source and one.id in told)
        return [drifted(one, told[one.id]) for one in own]

    def _failing(self, source: str) -> Iterator[Failing]:
        now, well_since = self._clock(), self._sources[source].well_since
        for question in self._questions:
            if question.source == source:
                held = (observation for _, observation in self._cache.held(question))
                yield from failing(question.lookup, held, well_since=well_since, now=now)
