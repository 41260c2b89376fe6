"""Text from outside, made safe to stand among ours: nothing invisible in it can mislead."""

from __future__ import annotations

import re
import unicodedata

from context_sidecar.core.parsing import is_web_address

_LONGEST = 500

_REORDERING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Bidirectional embeddings, overrides and isolates (Unicode Standard Annex 9): they can show text
in another order than it is stored in, beyond the text itself."""


def visible(text: str, longest: int = _LONGEST) -> str:
    """Return *text* with a replacement character (U+FFFD) for each one that would act, not show,
    with white space folded, and with an ellipsis for what is beyond *longest* characters."""
    shown = " ".join("".join(map(_shown, text[: longest + 1])).split())
    return f"{shown[:longest]}…" if len(text) > longest else shown


def _shown(character: str) -> str:
    if character.isspace():
        return " "
    acts = unicodedata.category(character) in {"Cc", "Cs"} or character in _REORDERING
    return "\N{REPLACEMENT CHARACTER}" if acts else character


def unbroken(text: str) -> str:
    """Keep the words of *text* on one line, so that a narrow card breaks before them."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def encodable(text: str) -> str:
    """Return *text* as it is, but with what no encoding can write (half of a surrogate pair)
    replaced."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def link(url: str) -> str:
    """Return *url* if it may become a link, else nothing."""
    return url if is_web_address(url) and url.isprintable() else ""
