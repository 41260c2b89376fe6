"""Waiting for answers that are on their way: for all at once, and never longer than agreed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import wait
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from context_sidecar.engine.questions import Asked, Question

K = TypeVar("K")


class Asks(Protocol):
    """What knows the sources' answers, or gets them: the cache."""

    def ask(
        self,
        question: Question,
        keys: Collection[str],
        *,
        now: datetime,
        interactive: bool,
        force: bool = False,
    ) -> Mapping[str, Asked]:
        """Return what is known of each key, and the attempt under way to know it better. Never
        waits for a source."""


def settled(
    asked: Mapping[K, Asked], wait_for: Iterable[K], patience: timedelta
) -> Mapping[K, Asked]:
    """Wait until the attempts of *wait_for* have ended, at most for *patience* altogether, and
    return what is known then; a future is left only where an attempt is still under way."""
    attempts = {future for key in wait_for if (future := asked[key].future)}
    wait(attempts, timeout=max(patience, timedelta(0)).total_seconds())
    return {key: _now(one) for key, one in asked.items()}


def _now(one: Asked) -> Asked:
    return Asked(one.future.result()) if one.future and one.future.done() else one
