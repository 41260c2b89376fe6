"""What sources' own clocks say: the `Date` of their HTTP answers (RFC 9110, 6.6.1), for whoever
listens in the thread that asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from email.utils import parsedate_to_datetime

_heard: ContextVar[list[datetime] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[list[datetime]]:
    """Give the times of the answers that come in inside, as they come."""
    heard: list[datetime] = []
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def hear(date: str | None) -> None:
    """Take in the `Date` of an answer; one that is absent or cannot be read says nothing."""
    heard = _heard.get()
    if heard is None or date is None:
        return
    try:
        time = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError):
        return
    if time.tzinfo:
        heard.append(time)
