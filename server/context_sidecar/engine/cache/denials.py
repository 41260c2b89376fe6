"""Which denials can be believed: a wrong address denies everything, whoever is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Answer, Found, NoMatch, Observation
from context_sidecar.core.reasons import Reason
from context_sidecar.engine.questions import Question


class Denials:
    """Judges denials that are no more than a status: they count for a question that has found
    something for somebody."""

    def __init__(self) -> None:
        self._found_since: dict[tuple[str, str, str], datetime] = {}

    def note(self, question: Question, answers: Iterable[object], now: datetime) -> None:
        """Note what *question* was answered with."""
        if question.address not in self._found_since and any(
            isinstance(answer, Found) for answer in answers
        ):
            self._found_since[question.address] = now

    def found_since(self, question: Question) -> datetime | None:
        """Return since when *question* is known to find something, or None where it is not."""
        return self._found_since.get(question.address)

    def judged(
        self, question: Question, known: Observation, result: Answer | SourceError
    ) -> Answer | SourceError:
        """Return *result*, or the failure that it is where it is a denial that nothing speaks for,
        given again after what was *known*."""
        if not isinstance(result, NoMatch) or result.certain or known.denied_at is None:
            return result
        if self.found_since(question):
            return result
        return SourceError(
            Reason.ENDPOINT_GONE, "not found, as everything that was asked for", certain=False
        )
