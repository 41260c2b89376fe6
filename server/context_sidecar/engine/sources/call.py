"""One call to a source, and how an attempt to make it ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from context_sidecar.core.reasons import Reason
from context_sidecar.engine.questions import Question
from context_sidecar.engine.sources.allowance import Held
from context_sidecar.engine.sources.indexes import NoIndex
from context_sidecar.engine.sources.waiting import Batch


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: `keys` asked in it, `reason` where it failed, `seconds` it took."""

    source: str
    lookup: str
    keys: int
    reason: Reason | None
    seconds: float


@dataclass(slots=True, eq=False)
class Call:
    """A call under way. `attempted` is when its last attempt began, `given_up` whether nobody waits
    for it any more, because it outlasted `limit`; `answers` is how many came in by HTTP for it, or
    from an index, will come in for the next. `read_at` is of when an index answered, `no_index` why
    it did not; `held` is why it is not made now, but later. `hurried` are those of its keys that a
    person has asked for meanwhile."""

    batch: Batch
    began: datetime
    attempted: datetime
    limit: timedelta
    given_up: bool = False
    answers: int = 0
    read_at: datetime | None = None
    no_index: NoIndex | None = None
    held: Held | None = None
    hurried: set[str] = field(default_factory=set)

    @property
    def lookup(self) -> str:
        """What is asked of each key."""
        return self.batch.question.lookup

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it still has to answer."""
        if not self.batch.bulk:
            return self.batch.keys
        return tuple(key for key in self.batch.keys if key not in self.hurried)

    @property
    def left_over(self) -> Batch:
        """What waits again where it was not answered: nothing of what was given up."""
        return replace(self.batch, keys=() if self.given_up else self.keys)

    def hurry(self, question: Question, keys: Collection[str]) -> set[str]:
        """Note that a person asks for *keys* of *question* now. Return those that leave this call,
        to be asked for by themselves: one for many may take minutes."""
        if self.batch.question.address != question.address:
            return set()
        hurried = set(keys).intersection(self.keys) - self.hurried
        self.hurried |= hurried
        return hurried if self.batch.bulk else set()
