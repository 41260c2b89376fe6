"""Who is told of what the cache learns."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from context_sidecar.core.observation import Observation
from context_sidecar.engine.questions import Question

Listener = Callable[[Question, str, Observation], None]
"""Is told of each observation that has changed: what was asked, for which key, what is known."""

log = structlog.get_logger()


class Listeners(list[Listener]):
    """Those who are told, none of whom keeps the others from it."""

    def tell(self, question: Question, key: str, observation: Observation) -> None:
        """Tell all that *observation* is known of *key* now."""
        for listener in self:
            try:
                listener(question, key, observation)
            except Exception:
                log.exception("listener_failed", source=question.source, lookup=question.lookup)
