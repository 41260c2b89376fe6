"""How long a source asks us to wait, from the header that HTTP has for it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 3600.0
"""No wish is granted for longer than until quotas of a day are filled up again."""


def seconds(header: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header (RFC 9110, 10.2.3) stands for, be it seconds
    or a date, and no more than a day; None where it is none, or asks for no time at all."""
    if not header:
        return None
    wait = _number(header.strip())
    if wait is None:
        wait = _until(header, now)
    return min(wait, LONGEST) if wait is not None and wait > 0 else None


def _number(text: str) -> float | None:
    # Not every number that float() knows: "inf" and "1_0" are none here.
    return float(text) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) else None


def _until(text: str, now: datetime) -> float | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - now).total_seconds()
