"""Takes secrets out of texts that others have written."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "••••"
_SHORTEST = 4
_SHORTEST_LINE = 12


def forms(values: Iterable[str]) -> frozenset[str]:
    """Return every form in which one of *values* may turn up in a text.

    What has fewer than 4 characters is left out: it protects nothing, and taking it out would
    make texts unreadable.
    """
    found: set[str] = set()
    for value in values:
        lines = [line.strip() for line in value.splitlines() if len(line) >= _SHORTEST_LINE]
        for form in (value, value.strip(), *lines):
            found |= {form, quote(form, safe=""), quote_plus(form), repr(form)[1:-1]}
    return frozenset(form for form in found if len(form) >= _SHORTEST)


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Return *text* with every one of *secrets* masked, the longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text
