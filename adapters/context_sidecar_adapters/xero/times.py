"""Times as Xero writes them: /Date(1573755038314)/, milliseconds since 1970 in UTC, sometimes with
an offset, which says nothing about them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo

from context_sidecar import Reason, SourceError

_WRITTEN = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")


def moment(text: object) -> datetime:
    """Return the time that *text* is.

    Raises:
        SourceError: BAD_RESPONSE, it is none.
    """
    found = _WRITTEN.fullmatch(text) if isinstance(text, str) else None
    if not found:
        raise SourceError(Reason.BAD_RESPONSE, "a time that is not written as Xero writes them")
    return datetime.fromtimestamp(int(found[1]) / 1000, UTC)


def day(text: object) -> date:
    """Return the day that *text* is: Xero means its midnight in UTC, wherever the organisation
    is."""
    return moment(text).date()


def today(text: object, zone: tzinfo) -> date:
    """Return the day in *zone* at the time *text*."""
    return moment(text).astimezone(zone).date()


def readable(value: object) -> object:
    """Return *value*, as ISO 8601 where it is a time."""
    written = isinstance(value, str) and _WRITTEN.fullmatch(value)
    return moment(value).isoformat() if written else value
