"""The nearest name that there is."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_FEW = 12
_SHORTEST_PART = 3
"""Letters; of two names one of which is shorter it says nothing that the other holds it."""


def nearest(word: object, known: Iterable[str]) -> str | None:
    """Return the one of the *known* names that *word* may have meant: one that is written almost
    alike, or one that holds it or is held by it (`tier`, `account_tier`)."""
    meant = str(word).casefold()
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(meant, folded, n=1, cutoff=0.6)
    if not close:
        holding = [name for name in folded if _holds(name, meant) or _holds(meant, name)]
        close = get_close_matches(meant, holding, n=1, cutoff=0)
    return folded[close[0]] if close else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Say which of the *known* names *word* may have meant, or which there are if they are few."""
    names = list(known)
    if found := nearest(word, names):
        return f"Did you mean `{found}`?"
    if names and len(names) <= _FEW:
        return f"Known: {', '.join(names)}."
    return ""


def _holds(whole: str, part: str) -> bool:
    return len(part) >= _SHORTEST_PART and part in whole
