"""What has to come before the first call of a piece of work, for whoever does it in the same
thread: it is left out where nothing is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_due: ContextVar[list[Callable[[], None]] | None] = ContextVar("due", default=None)


@contextmanager
def before_the_first_call(begin: Callable[[], None]) -> Iterator[None]:
    """Call *begin* before the first call inside; as long as it raises, none is made."""
    token = _due.set([begin])
    try:
        yield
    finally:
        _due.reset(token)


def come() -> None:
    """Note that a call is about to be made.

    Raises:
        SourceError: it must not be.
    """
    for begin in (due := _due.get() or []):
        begin()
        due.remove(begin)
