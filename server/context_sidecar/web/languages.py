"""In which language and time zone somebody is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from context_sidecar.wording import LANGUAGES

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")


def first_spoken(wanted: Iterable[str]) -> str:
    """Return the first of the *wanted* locales whose language there are words for."""
    for tag in wanted:
        if _TAG.fullmatch(tag) and re.split("[-_]", tag)[0].lower() in LANGUAGES:
            return tag
    return LANGUAGES[0]


def first_known(wanted: Iterable[str]) -> str:
    """Return the first of the *wanted* time zones that there is."""
    return next((zone for zone in wanted if zone in _zones()), "UTC")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
