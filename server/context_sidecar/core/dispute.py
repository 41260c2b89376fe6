"""Somebody who looks at a card says that a value on it is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """What was said to be wrong: a field of an account, by whom, when, and in their words.

    `code` is that of the receipt of what they saw. It is open until somebody closes it and says
    what came of it.
    """

    code: str
    account_id: str
    field: str
    team: str
    install: str
    visitor: str
    note: str
    made_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Disputed:
    """That a value is said to be wrong: since when, and how many times."""

    since: datetime
    times: int


def standing(disputes: Iterable[Dispute]) -> dict[str, Disputed]:
    """Return, by field, what open disputes about one account come to."""
    found: dict[str, Disputed] = {}
    for one in disputes:
        if one.closed_at is None:
            before = found.get(one.field, Disputed(one.made_at, 0))
            found[one.field] = Disputed(min(before.since, one.made_at), before.times + 1)
    return found
