"""Texts that a database takes for equal, and that are not: Müller and Muller, Weiß and Weiss.

How a database compares is its collation. Most of MariaDB's, MySQL's and SQL Server's ignore case,
many ignore accents, and all the blanks at a text's end. Whether two such texts are one customer is
not for a collation to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_LETTERS = str.maketrans(
    "øđðłħŧy\N{LATIN SMALL LETTER DOTLESS I}\N{CYRILLIC SMALL LETTER GHE WITH UPTURN}",
    "oddlhtui\N{CYRILLIC SMALL LETTER GHE}",
) | str.maketrans({"æ": "ae", "œ": "oe", "·": ""})
"""Letters that Unicode does not take apart, and collations do; y is ü to those of the north."""

_DIGRAPHS = re.compile("(?<=[aou])e|(?<=a)a|(?<=s)s")
"""Second letters of what is one to some: ae is ä, aa is å, and ss is ß, which is s to others."""

_SYLLABLES = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
"""Katakana, by the hiragana that are equal to it."""


def collated(text: str) -> str:
    """Return *text* as the least particular of collations reads it.

    What any collation of a MariaDB 10.11 takes for equal in Latin, Greek and Cyrillic, but the
    Lithuanian and that of classical Latin, is equal here, and more is: it is no evidence that two
    texts are one customer.
    """
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in parts if not unicodedata.category(one).startswith("M"))
    folded = plain.casefold().translate(_LETTERS).translate(_SYLLABLES)
    return _DIGRAPHS.sub("", folded).strip()


def spelled_otherwise(text: str, keys: Iterable[str]) -> bool:
    """Whether a search for *keys* may find *text* by its database's collation alone: it is like one
    of them, and is none of them, whatever the case."""
    asked = list(keys)
    if text.lower() in {key.lower() for key in asked}:
        return False
    return collated(text) in {collated(key) for key in asked}
