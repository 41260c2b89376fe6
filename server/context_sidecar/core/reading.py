"""A field's value for an account, as observed: the value, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from context_sidecar.core.causes import NONE, Particulars
from context_sidecar.core.field import Field
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reasons import Reason
from context_sidecar.core.values import Value


class AnswerKind(StrEnum):
    """The first axis: what the last trustworthy answer was."""

    VALUE = "value"
    NONE = "none"
    NO_MATCH = "no_match"
    SEVERAL = "several"
    UNRECOGNISED = "unrecognised"
    NEVER = "never"


class Age(StrEnum):
    """The second axis: how old that answer is, from the clock alone."""

    FRESH = "fresh"
    STALE = "stale"
    EXPIRED = "expired"


class State(StrEnum):
    """The word derived from the three axes: how far to trust a reading."""

    FRESH = "fresh"
    STALE = "stale"
    FAILED = "failed"
    MISSING = "missing"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    INVALID = "invalid"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Reading:
    """A field's value for an account, and how far to trust it.

    `value` is there only where it may be shown as it is (`fresh` and `stale`). `raw` is there only
    where the state is `invalid`; `retyped`, that what it is read from is of another type in its
    system by now, even if it can be read as declared. `last_known` is an expired value, for a
    deliberate click. `candidates` name the records of a source that has several. `lacks` is the
    account key by which the source was to be asked, where the account has none, or several, so that
    it was not: nothing of such a reading was said by the source, and `particulars` are not certain.
    `particulars` tell what is known of the trouble beyond its `reason`. `attempted_at` is when the
    source was last asked, whatever came of it. Times are aware; `stale_at` and `expire_at` say when
    the state will change by time alone. `outdated` says that the source itself has told us that it
    has changed since. `denied_at` is when it began to say that it has no such record, where that is
    not believed yet: `next_try_at` is when it is asked once more. `archived` says that the source
    has put the record away that the value is of; `merged_into` names the record that it has merged
    it into.
    """

    field: Field
    state: State
    answer: AnswerKind
    age: Age
    fetch: Fetch
    value: Value | None = None
    raw: object = None
    retyped: bool = False
    last_known: Value | None = None
    candidates: tuple[str, ...] = ()
    lacks: str = ""
    reason: Reason | None = None
    particulars: Particulars = NONE
    as_of: datetime | None = None
    confirmed_at: datetime | None = None
    attempted_at: datetime | None = None
    stale_at: datetime | None = None
    expire_at: datetime | None = None
    since: datetime | None = None
    next_try_at: datetime | None = None
    link: str = ""
    outdated: bool = False
    denied_at: datetime | None = None
    archived: bool = False
    merged_into: str = ""

    @property
    def trustworthy(self) -> bool:
        """Whether a rule may decide on it: a fresh value, or a fresh and confirmed none."""
        return self.state in {State.FRESH, State.MISSING}

    @property
    def settling(self) -> bool:
        """Whether an answer is on its way, so that the reading is about to change."""
        return self.fetch is Fetch.REFRESHING and self.state in {State.STALE, State.PENDING}
