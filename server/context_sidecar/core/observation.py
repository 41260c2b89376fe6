"""What is known of one account in one lookup of one source: the last trustworthy answer, and how
the last attempts went. Pure transitions; the engine stores the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from context_sidecar.core.causes import NONE, Particulars
from context_sidecar.core.errors import SourceError
from context_sidecar.core.lost import has, lost, lost_from_items
from context_sidecar.core.reasons import Reason
from context_sidecar.core.rewritten import rewritten

FAILING_AFTER = 3
"""Failures in a row after which a source counts as failing and no longer as merely retrying."""

Since = Mapping[str, datetime]
"""Names, each with the time since when something is so of it."""

AHEAD = timedelta(minutes=5)
"""How far a time may lie ahead of the present and still count as the present: clocks differ, and
are set. What lies further ahead was noted by a clock that was wrong: nobody can say how old it
is."""

DENIED_FOR = timedelta(seconds=60)
"""How long a source must deny what it had before that is believed: one that is being restarted or
loaded anew has nothing for a while."""

DENIED_FOR_AT_FIRST = timedelta(seconds=10)
"""The same for what was never known, where somebody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """The source knows the account: `data` is its answer, made of what JSON is made of.

    `as_of` is the source's own time for the answer, where it has one. `link` opens the thing in
    the source. `unread` are the names that `data` lacks because they are there and cannot be read,
    each with what its owner does about it, in whole sentences. `archived` says that the source has
    put the record away: archived, inactive, closed, deleted but kept, whatever its own word is.
    """

    data: object
    as_of: datetime | None = None
    link: str = ""
    unread: Mapping[str, str] = field(default_factory=dict, hash=False)
    archived: bool = False


@dataclass(frozen=True, slots=True)
class NoMatch:
    """The source says that it has no such account.

    `certain` is false where all that says so is a status, which a wrong address answers, too.
    `merged_into` names the record that the source merged it into, where it says so.
    """

    certain: bool = True
    merged_into: str = ""


@dataclass(frozen=True, slots=True)
class Several:
    """The source has several records under one key; `candidates` name them for a person."""

    candidates: tuple[str, ...] = ()


Answer = Found | NoMatch | Several


class Fetch(StrEnum):
    """How the last attempts went."""

    OK = "ok"
    REFRESHING = "refreshing"
    RETRYING = "retrying"
    FAILING = "failing"
    BLOCKED = "blocked"
    PAUSED = "paused"

    @property
    def failed(self) -> bool:
        """Whether the last attempt failed."""
        return self in {Fetch.RETRYING, Fetch.FAILING, Fetch.BLOCKED}


@dataclass(frozen=True, slots=True)
class Remnant:
    """A part of the last answer that a later answer no longer had: what it was, and when it was
    last confirmed."""

    value: object
    as_of: datetime | None
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class Observation:
    """The last trustworthy answer and the last attempts, for one account in one lookup.

    `confirmed_at` is when a complete answer last said so. `since` is when the present trouble
    began, and `particulars` what is known of it beyond its reason. `denied_at` is when the source
    began to deny what it had, or what only a status denies; that is believed when it still says so
    after a while. `outdated_at` is when the source has said of itself that the answer has changed
    since. `remnants` keep what an answer lost, so that a renamed field is seen as one, and `lost`
    says since when the items of its lists have not what they had; `rewritten`, since when what is
    written in another way than it was.
    """

    answer: Answer | None = None
    confirmed_at: datetime | None = None
    attempted_at: datetime | None = None
    fetch: Fetch = Fetch.OK
    reason: Reason | None = None
    particulars: Particulars = NONE
    since: datetime | None = None
    failures: int = 0
    next_try_at: datetime | None = None
    denied_at: datetime | None = None
    outdated_at: datetime | None = None
    remnants: Mapping[str, Remnant] = field(default_factory=dict, hash=False)
    lost: Mapping[str, datetime] = field(default_factory=dict, hash=False)
    rewritten: Mapping[str, datetime] = field(default_factory=dict, hash=False)

    @property
    def denial_until(self) -> datetime | None:
        """When a denial that is not believed yet is believed if it still stands; None without."""
        if self.denied_at is None:
            return None
        return self.denied_at + (DENIED_FOR if self.answer else DENIED_FOR_AT_FIRST)

    def vouched(self, now: datetime) -> Observation:
        """Return what of this can be relied on at *now*: nothing that was confirmed by a clock
        that was `AHEAD` of it."""
        remnants = {
            name: left for name, left in self.remnants.items() if left.confirmed_at <= now + AHEAD
        }
        known = self if len(remnants) == len(self.remnants) else replace(self, remnants=remnants)
        if self.confirmed_at is None or self.confirmed_at <= now + AHEAD:
            return known
        return replace(known, answer=None, confirmed_at=None, denied_at=None)

    def untroubled(self) -> Observation:
        """Return the same answer with nothing held against the source."""
        return replace(
            self, fetch=Fetch.OK, reason=None, particulars=NONE, since=None, failures=0,
            next_try_at=None,
        )  # fmt: skip

    def outdated(self, now: datetime) -> Observation:
        """Return the same answer, of which the source says at *now* that it has changed."""
        return replace(self, outdated_at=now)

    def answered(self, answer: Answer, now: datetime) -> Observation:
        """Return what is known after a complete *answer* at *now*."""
        known = self.vouched(now)
        if isinstance(answer, NoMatch):
            if not _believed(known, answer, now):
                return _denied(known, now)
            answer = replace(answer, certain=True)
        return Observation(
            answer=answer,
            confirmed_at=now,
            attempted_at=now,
            remnants=_remnants(known, answer),
            lost=_since(lost_from_items, known, answer, known.lost, now),
            rewritten=_since(rewritten, known, answer, known.rewritten, now),
        )

    def failed(
        self, error: SourceError, now: datetime, next_try_at: datetime | None = None
    ) -> Observation:
        """Return what is known after a failed attempt at *now*: the answer stays as it was, as far
        as it can be vouched for.

        What blocked a source blocks it until it answers: that it could not be reached since, says
        nothing about the permission that was lost.
        """
        failures = self.failures + 1
        stays = self.fetch is Fetch.BLOCKED and not error.reason.needs_person
        return replace(
            self.vouched(now),
            attempted_at=now,
            fetch=Fetch.BLOCKED if stays else _fetch_after(error, failures),
            reason=self.reason if stays else error.reason,
            particulars=self.particulars if stays else error.particulars,
            since=min(self.since or now, now),
            failures=failures,
            next_try_at=next_try_at,
        )


def _believed(known: Observation, denial: NoMatch, now: datetime) -> bool:
    found = isinstance(known.answer, Found)
    if isinstance(known.answer, NoMatch) or (denial.certain and not found) or denial.merged_into:
        return True
    return known.denial_until is not None and now >= known.denial_until


def _denied(known: Observation, now: datetime) -> Observation:
    """What was known stays, in doubt. A denial from the future is one from before the clock was set
    back."""
    began = now if known.denied_at is None else min(known.denied_at, now)
    return replace(
        known, attempted_at=now, denied_at=began, fetch=Fetch.OK, reason=None, particulars=NONE,
        since=None, failures=0, next_try_at=None,
    )  # fmt: skip


def _remnants(before: Observation, answer: Answer) -> dict[str, Remnant]:
    if not isinstance(answer, Found) or not isinstance(answer.data, Mapping):
        return {}
    kept = {name: left for name, left in before.remnants.items() if not has(answer.data, name)}
    if isinstance(before.answer, Found) and isinstance(before.answer.data, Mapping):
        assert before.confirmed_at is not None
        for name, value in lost(before.answer.data, answer.data):
            kept[name] = Remnant(value, before.answer.as_of, before.confirmed_at)
    return kept


def _since(
    compare: Callable[[object, object, Since, datetime], dict[str, datetime]],
    before: Observation,
    answer: Answer,
    known: Since,
    now: datetime,
) -> dict[str, datetime]:
    if not (isinstance(answer, Found) and isinstance(before.answer, Found)):
        return {}
    return compare(before.answer.data, answer.data, known, now)


def _fetch_after(error: SourceError, failures: int) -> Fetch:
    if error.reason.needs_person:
        return Fetch.BLOCKED
    if failures >= FAILING_AFTER or not error.asked:
        return Fetch.FAILING
    return Fetch.RETRYING
