"""The answer to a visit: everything that one card shows about one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from context_sidecar.core.account import Account, Match, Matched
from context_sidecar.core.attention import Attention
from context_sidecar.core.card import Card
from context_sidecar.core.dispute import Disputed
from context_sidecar.core.drift import Drift
from context_sidecar.core.reading import Reading
from context_sidecar.core.record import Record
from context_sidecar.core.source import Source, Trouble


@dataclass(frozen=True, slots=True)
class Context:
    """One card about one record at one time.

    `complete` is false while an answer is on its way. `check_again_at` is the earliest time at
    which the card changes by time alone or wants to be asked for again; None where nothing will
    change it. `accounts` is the source that owns accounts; its owner settles what matching could
    not. `language` is the one that labels and rules are written in. `overdue` is there where the
    directory of accounts has not been confirmed for much longer than declared, so that the match
    may be out of date: since when, and why. `disputed` tells, by field, which values somebody has
    said to be wrong. `drifts` tell, by field, what became of what it reads in its system.
    """

    record: Record
    match: Match
    card: Card
    readings: tuple[Reading, ...]
    attention: tuple[Attention, ...]
    generated_at: datetime
    complete: bool
    check_again_at: datetime | None = None
    accounts: Source | None = None
    language: str = ""
    overdue: Trouble | None = None
    disputed: Mapping[str, Disputed] = field(default_factory=dict)
    drifts: Mapping[str, Drift] = field(default_factory=dict)

    @property
    def account(self) -> Account | None:
        """The one account, or None where there is not exactly one."""
        return self.match.account if isinstance(self.match, Matched) else None
