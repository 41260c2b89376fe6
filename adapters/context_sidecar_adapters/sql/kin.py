"""Keys that a database takes for equal, and that are other texts: c-1 and C-1, Müller and Muller.

Most collations of MariaDB, MySQL and SQL Server ignore case, and some ignore accents and the blanks
at a text's end. Whether two such texts are one customer is not for a collation to say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from context_sidecar import Answers, Reason, Row, Rows, SourceError, key_text


def own_answers(reading: Rows, keys: Sequence[str], rows: Iterable[Row]) -> Answers:
    """Return what *rows* answer to *keys*. A key of which there are rows of its kin only fails, and
    says how that is mended.

    Raises:
        SourceError: see `Rows.answers`.
    """
    asked = {reading.same(key) for key in keys}
    folded = {_folded(key) for key in keys}
    own: list[Row] = []
    kin: set[str] = set()
    for row in rows:
        owner = key_text(reading.key(row)) or ""
        if reading.same(owner) not in asked and _folded(owner) in folded:
            kin.add(_folded(owner))
        else:
            own.append(row)
    doubt = SourceError(
        Reason.NOT_CONFIGURED,
        "the database takes another text for the key; say ignore_case: true where both are one "
        "account, or compare with a binary collation",
    )
    return {
        key: doubt if not found and _folded(key) in kin else reading.answer(found)
        for key, found in reading.grouped(keys, own).items()
    }


def _folded(text: str) -> str:
    """Return *text* as the least particular of collations reads it."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold().strip()
