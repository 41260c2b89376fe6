"""How long a piece of work may take, known to everything that it calls in the same thread.

The time-outs of sockets count from one byte to the next, so a source that drips never meets them.
A deadline counts for the whole.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_until: ContextVar[float | None] = ContextVar("until", default=None)
_each: ContextVar[float | None] = ContextVar("each", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything inside, taken together, ends *seconds* from now; an outer deadline stays."""
    until = time.monotonic() + seconds
    outer = _until.get()
    token = _until.set(until if outer is None else min(until, outer))
    try:
        yield
    finally:
        _until.reset(token)


@contextmanager
def each(seconds: float) -> Iterator[None]:
    """Each call inside may take *seconds*, whatever its source's limit says: for work in the
    background that makes many calls, such as reading a long list page by page."""
    token = _each.set(seconds)
    try:
        yield
    finally:
        _each.reset(token)


def left() -> float | None:
    """Return the seconds until the deadline, not less than nothing; None without one."""
    until = _until.get()
    return None if until is None else max(0.0, until - time.monotonic())


def for_one_call(limit: float) -> float:
    """Return the seconds that one call may take now whose source's own limit is *limit*."""
    rest = left()
    if rest is not None:
        return rest
    return max(limit, _each.get() or 0.0)
