"""Accounts whose record a source has archived, or merged into another one: nothing has failed, and
somebody decides what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from context_sidecar.core.matching import visible
from context_sidecar.core.observation import Found, NoMatch
from context_sidecar.core.source import Source
from context_sidecar.engine.examination.findings import Finding, counted, doubtful

ACCOUNTS = "accounts"

NAMED = 3
"""Accounts that are named; a person needs no more to find the others."""


def is_put_away(answer: object) -> bool:
    """Whether *answer* says that the record was archived, or merged into another one."""
    return (isinstance(answer, Found) and answer.archived) or (
        isinstance(answer, NoMatch) and bool(answer.merged_into)
    )


def put_away(
    source: Source, answers: Mapping[str, object], known_as: Callable[[str], str]
) -> Iterator[Finding]:
    """Say of how many accounts *source* has archived the record, by its *answers* to keys, and of
    how many it has merged it into another one. *known_as* tells whose a key is."""
    of = counted(len(answers), "account")
    archived = [key for key, one in answers.items() if isinstance(one, Found) and one.archived]
    if archived:
        are = "is" if len(archived) == 1 else "are"
        yield doubtful(
            ACCOUNTS,
            f"{len(archived):,} of {of} {are} archived in {source.label}: "
            f"{_some(archived, known_as)}",
            f"Link the account to another record of {source.label}, by its key {source.key}, or "
            "restore this one there. Until then cards show what it says, and that it is archived.",
        )
    merged = [key for key, one in answers.items() if isinstance(one, NoMatch) and one.merged_into]
    if merged:
        yield doubtful(
            ACCOUNTS,
            f"{source.label} has merged {len(merged):,} of {of} into others: "
            f"{_some(merged, known_as)}",
            f"Set the account's {source.key} to that of the record that it was merged into, which "
            "its card names.",
        )


def _some(keys: Sequence[str], known_as: Callable[[str], str]) -> str:
    rest = len(keys) - NAMED
    names = ", ".join(visible(known_as(key)) for key in keys[:NAMED])
    return f"{names} and {rest:,} more" if rest > 0 else names
