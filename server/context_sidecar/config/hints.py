"""The nearest valid name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_FEW = 12


def nearest(word: object, known: Iterable[str]) -> str | None:
    """Return the one of the *known* names that *word* may have meant."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(str(word).casefold(), folded, n=1, cutoff=0.6)
    return folded[close[0]] if close else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Say which of the *known* names *word* may have meant, or which there are if they are few."""
    names = list(known)
    if found := nearest(word, names):
        return f"Did you mean `{found}`?"
    if names and len(names) <= _FEW:
        return f"Known: {', '.join(names)}."
    return ""
