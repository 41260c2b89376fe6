"""A field's contract: what it means, where it comes from, how far it may be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from context_sidecar.core.source import Source, Team


class FieldType(StrEnum):
    """What kind of value a field holds; see `context_sidecar.core.values` for the Python types."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    PERSON = "person"
    LINK = "link"
    LIST = "list"


class OnFailure(StrEnum):
    """What is shown when the source cannot be read: the last good value, marked, or nothing."""

    SHOW_STALE = "show_stale"
    WITHHOLD = "withhold"


class AgeClock(StrEnum):
    """From which time a value's age counts: when the source last vouched for it to us, or the
    source's own time for it."""

    CONFIRMED = "confirmed"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Field:
    """One declared piece of context, with the six answers of its contract.

    Who (`audience`), where (the cards that name it), how often (`stale_after`, `expire_after`),
    which decision (`decision`), source of truth (`source`, `lookup`, `path`), on failure
    (`on_failure`, and `owner`, the source's owner unless declared).

    `path` and `as_of_path` are JMESPath expressions into what the lookup returns. `choices` maps
    raw values to labels. `items` maps the parts of a list's item (title, status, priority,
    created_at, url, …) to JMESPath expressions into the item; empty means that the adapter's items
    already have those names; `records` is the place whose records they are. `dialect` names how the
    source writes numbers, dates or booleans.
    `words` say what a number means, each from that number on: `{0: "Poor", 50: "Fair"}`. `because`
    is the id of the field that explains this one's value.
    """

    id: str
    label: str
    type: FieldType
    source: Source
    owner: Team
    lookup: str = "account"
    path: str = "@"
    as_of_path: str = ""
    clock: AgeClock = AgeClock.CONFIRMED
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    currency: str = ""
    currency_path: str = ""
    dialect: str = ""
    words: Mapping[Decimal, str] = field(default_factory=dict, hash=False)
    because: str = ""
    items: Mapping[str, str] = field(default_factory=dict, hash=False)
    records: str = ""
    stale_after: timedelta = timedelta(hours=1)
    expire_after: timedelta = timedelta(days=1)
    on_failure: OnFailure = OnFailure.SHOW_STALE
    audience: frozenset[str] = frozenset()
    decision: str = ""
    definition: str = ""

    def word_for(self, number: Decimal) -> str:
        """Return what *number* means: the word of the highest bound that it reaches, or nothing."""
        reached = [bound for bound in self.words if bound <= number]
        return self.words[max(reached)] if reached else ""
