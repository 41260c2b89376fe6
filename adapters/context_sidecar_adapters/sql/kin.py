"""Keys that a database takes for equal and that differ in case, c-1 and C-1.

Most collations of MariaDB, MySQL and SQL Server ignore case. Whether two such texts are one
customer is not for a collation to say, but for who declares the lookup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from context_sidecar import Answers, Reason, Row, Rows, SourceError, key_text


def own_answers(reading: Rows, keys: Sequence[str], rows: Iterable[Row]) -> Answers:
    """Return what *rows* answer to *keys*. A key of which there are rows in another case only
    fails, and says how that is mended.

    Raises:
        SourceError: see `Rows.answers`.
    """
    asked = {reading.same(key) for key in keys}
    lower = {key.lower() for key in keys}
    own: list[Row] = []
    kin: set[str] = set()
    for row in rows:
        owner = key_text(reading.key(row)) or ""
        if reading.same(owner) not in asked and owner.lower() in lower:
            kin.add(owner.lower())
        else:
            own.append(row)
    doubt = SourceError(
        Reason.NOT_CONFIGURED,
        "the database takes another text for the key; say ignore_case: true where both are one "
        "account, or compare with a binary collation",
    )
    return {
        key: doubt if not found and key.lower() in kin else reading.answer(found)
        for key, found in reading.grouped(keys, own).items()
    }
