"""How each source is doing, with what fails of it for those who look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from context_sidecar.core.clock import Clock
from context_sidecar.core.field import Field
from context_sidecar.engine.cache import Cache
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
        clock: gives the present.
    """

    def __init__(
        self,
        sources: Mapping[str, SourceRunner],
        cache: Cache,
        fields: Iterable[Field],
        clock: Clock,
    ) -> None:
        self._sources, self._cache, self._clock = sources, cache, clock
        self._questions = questions(fields).values()

    def of(self, source: str) -> Health:
        """Return how *source* is doing. What fails of it is told of what is in memory: of what
        somebody has looked at since the process began."""
        return replace(self._sources[source].health(), failing=tuple(self._failing(source)))

    def _failing(self, source: str) -> Iterator[Failing]:
        now, well_since = self._clock(), self._sources[source].well_since
        for question in self._questions:
            if question.source == source:
                held = (observation for _, observation in self._cache.held(question))
                yield from failing(question.lookup, held, well_since=well_since, now=now)
