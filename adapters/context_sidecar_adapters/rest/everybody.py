"""Everybody's rows: whose they are, and what one of them leaves out that others have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import jmespath
from context_sidecar import Answers, Cause, Found, Reason, Row, SourceError, key_text

from context_sidecar_adapters.rest.shape import check_owner, properties
from context_sidecar_adapters.rest.strict import read


def owned(
    rows: Sequence[Row],
    key: str,
    asked: Iterable[str],
    same: Callable[[str], str],
    found_by: str = "",
) -> list[Row]:
    """Return those of *rows* that say under *key* that they are of one that was *asked* for, keys
    being equal where *same* makes them so. Where the source was told what is asked for, others' say
    under *found_by* which of that they were found by.

    Raises:
        SourceError: SCHEMA_CHANGED, a row does not say whose it is, be it nobody's; or another's
            was found by nothing that was asked for: the filter is not applied.
    """
    wanted = set(map(same, asked))
    for row in rows:
        check_owner(row, key)
    owners = [key_text(jmespath.search(key, row)) for row in rows]
    ours = [bool(owner and same(owner) in wanted) for owner in owners]
    if found_by:
        others = (row for row, own in zip(rows, ours, strict=True) if not own)
        _check_found(others, found_by, wanted, same)
    return [row for row, own in zip(rows, ours, strict=True) if own]


def _check_found(
    rows: Iterable[Row], found_by: str, wanted: Collection[str], same: Callable[[str], str]
) -> None:
    for row in rows:
        named = read(found_by, row)
        keys = map(key_text, named if isinstance(named, list) else [named])
        if not any(key and same(key) in wanted for key in keys):
            raise SourceError(
                Reason.SCHEMA_CHANGED,
                f"{found_by} names nothing that was asked for: the filter is not applied",
                certain=False,
            )


def filled(rows: Sequence[Row], key: str) -> list[Row]:
    """Return *rows*, which leave out what has no value: each with a null under every name that
    another of them has and it lacks. A name that none has stays absent, as it may be another by
    now, and so does what says whose a row is, which `owned` looks for."""
    whose = properties(key)
    names = {name: None for row in rows for name in row if name not in whose}
    return [names | dict(row) for row in rows]


def believed(answers: Answers, key: str) -> Answers:
    """Return *answers*, made of rows that are `filled`, with a failure in place of each of which a
    row has nothing but its *key*: it is as likely to have lost all."""
    hollow = {name: _hollow() for name, one in answers.items() if _has_hollow(one, key)}
    return {**answers, **hollow}


def _has_hollow(answer: object, key: str) -> bool:
    if not isinstance(answer, Found):
        return False
    rows: Any = answer.data if isinstance(answer.data, list) else [answer.data]
    return any(isinstance(row, Mapping) and _is_hollow(row, key) for row in rows)


def _is_hollow(row: Row, key: str) -> bool:
    whose = properties(key)
    return all(value is None for name, value in row.items() if name not in whose)


def _hollow() -> SourceError:
    return SourceError(
        Reason.SCHEMA_CHANGED,
        "a row has nothing but its key",
        certain=False,
        possible_causes=(Cause.HIDDEN, Cause.NOTHING_THERE),
        remedy="Look whether our user may see what such a row has; leave rows that have nothing "
        "out of what is read.",
    )
