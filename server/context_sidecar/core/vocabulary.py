"""Whether texts are a vocabulary: a few codes that come again and again, each of them a kind.

What names one thing or one person comes again and again, too: the customer's manager does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_CHOICES = 12
TIMES_EACH = 3
"""How often each code must have come, on average, before texts are taken for a vocabulary."""

LONGEST_CODE = 40

_ADDRESS = re.compile(r"\S@\S|://|^www\.", re.IGNORECASE)
_NUMBERED = re.compile(r"\d{3}|^(?=(\D*\d){3})\S{10,}$")
"""What is one thing's number, day or id, and no kind: `C-1042`, `31.12.2027`, `a1b-2c-3def`."""

_PEOPLE = {
    "agent", "ansprechpartner", "assignee", "author", "bearbeiter", "betreuer", "contact", "csm",
    "kundenbetreuer", "manager", "mitarbeiter", "owner", "person", "rep", "representative",
    "requester", "user",
}  # fmt: skip
"""What those are called who have something, look after it or are asked about it."""


def vocabulary(words: str, seen: Sequence[object]) -> dict[str, str]:
    """Return the codes that *seen*, the values of what is called so in *words*, consists of;
    nothing where they are texts of all kinds, or the names of things or of people."""
    codes = sorted({str(value).strip() for value in seen})
    few = 1 < len(codes) <= MOST_CHOICES and len(seen) >= len(codes) * TIMES_EACH
    short = all(len(code) <= LONGEST_CODE and "\n" not in code for code in codes)
    if not (few and short) or _are_people(words) or 2 * sum(map(_is_a_thing, codes)) >= len(codes):
        return {}
    return {code: code for code in codes}


def _are_people(words: str) -> bool:
    """Whether *words* end in what people are called, or in their name: “Account owner”."""
    told = re.sub(r"( full| first| last)? name$", "", words.lower()).split()
    return bool(told) and told[-1] in _PEOPLE


def _is_a_thing(code: str) -> bool:
    return any(one.search(code) for one in (_ADDRESS, _NUMBERED))
