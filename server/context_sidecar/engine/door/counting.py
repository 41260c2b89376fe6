"""How many answers came in by HTTP, for whoever counts in the thread that asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Count:
    """So many answers, so far."""

    answers: int = 0


_counted: ContextVar[Count | None] = ContextVar("counted", default=None)


@contextmanager
def counting() -> Iterator[Count]:
    """Count the answers that come in inside."""
    count = Count()
    token = _counted.set(count)
    try:
        yield count
    finally:
        _counted.reset(token)


def count() -> None:
    """Note that an answer has come in."""
    counted = _counted.get()
    if counted is not None:
        counted.answers += 1
