"""Dates as people write them, and what tells which of their numbers is the day."""

from __future__ import annotations

import re
from collections.abc import Iterable

from context_sidecar.core.errors import UnrecognisedError
from context_sidecar.core.moments import moment

_WRITTEN = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}|\d{4}([./])\d{1,2}\2\d{1,2}", re.ASCII)


def date_patterns(values: Iterable[object]) -> list[str]:
    """Return the strptime patterns that all *values* are dates by; none where there is no such.

    Of several no value tells which is meant: a day past the twelfth would.
    """
    found: list[str] | None = None
    for value in values:
        candidates = _patterns(value) if found is None else found
        found = [one for one in candidates if _is_date(value, one)]
        if not found:
            break
    return found or []


def _patterns(value: object) -> list[str]:
    match = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return []
    if between := match[1]:
        orders = ("%d", "%m", "%Y"), ("%m", "%d", "%Y")
    else:
        between = match[2]
        orders = ("%Y", "%m", "%d"), ("%Y", "%d", "%m")
    return [between.join(one) for one in orders]


def _is_date(value: object, pattern: str) -> bool:
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        return False
    try:
        moment(value, pattern)
    except UnrecognisedError:
        return False
    return True
