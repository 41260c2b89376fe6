"""What of a source fails just now: the answers whose last try failed, told apart by why. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from context_sidecar.core.causes import Cause, Particulars
from context_sidecar.core.observation import Observation
from context_sidecar.core.reasons import Reason

_EVER = datetime.min.replace(tzinfo=UTC)

OVERDUE_FOR = timedelta(minutes=1)
"""How long a failure stands after its next try was due. What is not tried again by then is what
nobody looks at any more, and how it would go now is not known."""


@dataclass(frozen=True, slots=True)
class Failing:
    """What failed in one way: a `lookup` about some `accounts`.

    `since` is when the first of them began to, and `next_try_at` when the next of them is asked
    for. `particulars` are those of the last one that failed.
    """

    lookup: str
    reason: Reason
    particulars: Particulars
    accounts: int
    since: datetime
    next_try_at: datetime | None


def failing(
    lookup: str, known: Iterable[Observation], *, well_since: datetime, now: datetime
) -> list[Failing]:
    """Return what fails of *lookup*, by what is *known* of each account; the most frequent first.

    A failure from before the source was last seen to recover, at *well_since*, says nothing more.
    """
    alike: dict[tuple[Reason, bool, tuple[Cause, ...]], list[Observation]] = {}
    for one in known:
        if one.reason and _stands(one, well_since, now):
            why = one.reason, one.particulars.certain, one.particulars.causes
            alike.setdefault(why, []).append(one)
    several = [_failing(lookup, reason, some) for (reason, *_), some in alike.items()]
    return sorted(several, key=lambda one: -one.accounts)


def _stands(one: Observation, well_since: datetime, now: datetime) -> bool:
    if one.attempted_at is None or one.attempted_at < well_since:
        return False
    return one.next_try_at is None or now < one.next_try_at + OVERDUE_FOR


def _failing(lookup: str, reason: Reason, some: list[Observation]) -> Failing:
    last = max(some, key=lambda one: one.attempted_at or _EVER)
    since = min(one.since or _EVER for one in some)
    tries = [one.next_try_at for one in some if one.next_try_at]
    return Failing(lookup, reason, last.particulars, len(some), since, min(tries, default=None))
