"""Where a source brings what came of asking it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.asking import Results

Land = Callable[[Question, Results, datetime | None, datetime | None], None]
"""Is given what came of asking: for each key its result, for a refusal until when it holds, and of
when the results are where that is not now."""


def nobody(
    question: Question, results: Results, until: datetime | None, read_at: datetime | None
) -> None:
    """Whom a source tells that is asked by nobody yet."""
