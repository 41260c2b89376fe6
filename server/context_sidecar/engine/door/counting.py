"""What a piece of work takes, for whoever counts in the thread that does it: answers that came in
by HTTP, and the time that calls were kept waiting for a limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Count:
    """So many answers, and so many seconds of waiting, so far."""

    answers: int = 0
    waited: float = 0.0


_counted: ContextVar[Count | None] = ContextVar("counted", default=None)


@contextmanager
def counting() -> Iterator[Count]:
    """Count what comes in, and what is waited for, inside."""
    count = Count()
    token = _counted.set(count)
    try:
        yield count
    finally:
        _counted.reset(token)


def count() -> None:
    """Note that an answer has come in."""
    so_far().answers += 1


def so_far() -> Count:
    """Return what was counted so far, to be added to; where nobody counts, nothing ever was."""
    return _counted.get() or Count()
