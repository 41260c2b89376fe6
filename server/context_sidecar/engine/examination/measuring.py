"""A lookup asked for some accounts, and what that took."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from contextlib import suppress

from context_sidecar.core.errors import SourceError
from context_sidecar.core.observation import Answer
from context_sidecar.engine.examination.cost import Cost
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.sources.asking import Results


def measured(
    trial: Trial, lookup: str, keys: Sequence[str], names: Collection[str]
) -> tuple[Results, Cost]:
    """Return what *lookup* answers about *keys*, and what it took.

    Where one ask of a part of a batch takes several calls, it is asked about half of them as well:
    what half of them take, all take.

    Raises:
        SourceError: it could not be asked.
    """
    batch = trial.batch_of(lookup)
    results: dict[str, Answer | SourceError] = {}
    began, answers = time.monotonic(), trial.answers
    starts = range(0, len(keys), batch)
    for start in starts:
        results |= trial.ask(lookup, keys[start : start + batch], names)
    calls, seconds = trial.answers - answers, time.monotonic() - began
    alike = len(starts) == 1 < calls and any(
        _calls(trial, lookup, half, names) >= calls for half in _halves(keys)
    )
    return results, Cost(len(keys), len(starts), batch, calls, seconds, alike=alike)


def _halves(keys: Sequence[str]) -> list[Sequence[str]]:
    middle = len(keys) // 2
    return [keys[:middle], keys[middle:]] if middle else []


def _calls(trial: Trial, lookup: str, keys: Sequence[str], names: Collection[str]) -> int:
    """Return how many calls it takes to ask about *keys*; 0 where that cannot be told just now."""
    answers = trial.answers
    with suppress(SourceError):
        trial.ask(lookup, keys, names)
        return trial.answers - answers
    return 0
