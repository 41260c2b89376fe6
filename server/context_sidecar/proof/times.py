"""When a request was signed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from context_sidecar.core.errors import VisitRefused

CLOCK_SKEW = timedelta(seconds=60)
"""How far a host's clock may be from ours where its token names times."""

_LONGEST_NUMBER = 16


def check_recent(signed_at: datetime, now: datetime, window: timedelta) -> None:
    """Accept a request that was signed at most *window* ago.

    Raises:
        VisitRefused: it was signed longer ago, or in the future.
    """
    age = now - signed_at
    if age > window:
        raise VisitRefused(f"the request was signed {_span(age)} ago: too old, or a clock is wrong")
    if age < -CLOCK_SKEW:
        raise VisitRefused(f"the request was signed {_span(-age)} ahead of our clock")


def milliseconds(text: str) -> datetime:
    """Read a time as milliseconds since 1970.

    Raises:
        VisitRefused: it is none.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
        raise VisitRefused("the request does not say when it was signed")
    try:
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise VisitRefused("the request was signed at no time that there is") from error


def compact(text: str) -> datetime:
    """Read a time as `20190213T214016Z` (ISO 8601, basic form, UTC).

    Raises:
        VisitRefused: it is none.
    """
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise VisitRefused("the request does not say when it was signed") from error


def _span(length: timedelta) -> str:
    return str(timedelta(seconds=int(length.total_seconds())))
