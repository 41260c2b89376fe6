"""The honesty rule: from what was observed, and the contract, to what may be shown at a time.

Pure: no clock, no I/O. Every mark on every card comes from here and from nowhere else. The
invariants that it keeps are stated, and tested over random histories, in
`tests/core/test_freshness.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from context_sidecar.core.causes import ABSENT, NONE, Particulars
from context_sidecar.core.evidence import Evidence, Extract, evidence_of
from context_sidecar.core.field import AgeClock, Field, OnFailure
from context_sidecar.core.observation import Fetch, Found, NoMatch, Observation
from context_sidecar.core.reading import Age, AnswerKind, Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.core.shape import Kind, kind_of


def read(
    field: Field,
    observation: Observation,
    now: datetime,
    extract: Extract,
    *,
    under_way: bool,
    retyped: bool = False,
) -> Reading:
    """Say what *field* may show at *now*.

    Args:
        field: the contract.
        observation: what is known of the account in the field's lookup.
        now: the present, aware.
        extract: reads the field out of the lookup's data.
        under_way: whether a fetch for this account is running.
        retyped: whether what the field reads is of another type in its system by now, so that a
            value that still can be read may mean something else.
    """
    known = observation.vouched(now)
    evidence = evidence_of(field, known, extract)
    if retyped:
        evidence = _doubted(evidence)
    fetch, reason = _fetch(observation, evidence, under_way=under_way)
    start = _age_starts(field, evidence)
    age = age_at(start, now, field.stale_after, field.expire_after)
    outdated = observation.outdated_at if start else None
    doubted = _earliest(outdated, observation.denied_at if start else None)
    if (doubted or evidence.partial) and age is Age.FRESH:
        age = Age.STALE
    state = state_of(evidence.answer, age, fetch, field.on_failure)
    shown = state in {State.FRESH, State.STALE}
    expired_but_known = age is Age.EXPIRED and field.on_failure is OnFailure.SHOW_STALE
    return Reading(
        field=field,
        state=state,
        answer=evidence.answer,
        age=age,
        fetch=fetch,
        value=evidence.value if shown else None,
        raw=evidence.raw if state is State.INVALID else None,
        retyped=evidence.retyped,
        last_known=evidence.value if expired_but_known else None,
        candidates=evidence.candidates if state is State.AMBIGUOUS else (),
        reason=reason,
        particulars=_particulars(observation, evidence, reason),
        as_of=evidence.as_of,
        confirmed_at=evidence.confirmed_at,
        attempted_at=observation.attempted_at,
        stale_at=_earliest(start + field.stale_after, doubted) if start else None,
        expire_at=start + field.expire_after if start else None,
        since=observation.since,
        next_try_at=observation.next_try_at if reason else observation.denial_until,
        link=evidence.link,
        outdated=outdated is not None,
        denied_at=observation.denied_at,
        archived=isinstance(known.answer, Found) and known.answer.archived and state in _SAID,
        merged_into=known.answer.merged_into if isinstance(known.answer, NoMatch) else "",
    )


def unasked(field: Field, *, several: bool) -> Reading:
    """Say what *field* may show of an account that its source cannot be asked for: the directory
    has no such key of it, or *several*, of which none is guessed. The source has said nothing, at
    no time."""
    return Reading(
        field=field,
        state=State.AMBIGUOUS if several else State.UNMATCHED,
        answer=AnswerKind.NEVER,
        age=Age.EXPIRED,
        fetch=Fetch.OK,
        lacks=field.source.key,
        particulars=Particulars(certain=False),
    )


_SAID = {State.FRESH, State.STALE, State.MISSING, State.INVALID}
"""What tells what the record says, and not only what is known of our asking."""


def _doubted(evidence: Evidence) -> Evidence:
    """A day that has become a time, or a number that is a text now, can often still be read. What
    has parts shows by them that it is what it was."""
    has_parts = kind_of(evidence.raw) in {None, Kind.OBJECT}
    if evidence.answer is not AnswerKind.VALUE or has_parts:
        return evidence
    return replace(evidence, answer=AnswerKind.UNRECOGNISED, value=None, retyped=True)


def _particulars(
    observation: Observation, evidence: Evidence, reason: Reason | None
) -> Particulars:
    """What is known of *reason*. A name that an answer lacks may be gone, or kept from us."""
    if observation.reason and reason:
        return observation.particulars
    if evidence.unread:
        return Particulars(remedy=evidence.unread)
    return ABSENT if reason is Reason.SCHEMA_CHANGED else NONE


def _earliest(*times: datetime | None) -> datetime | None:
    return min((time for time in times if time), default=None)


def state_of(answer: AnswerKind, age: Age, fetch: Fetch, on_failure: OnFailure) -> State:
    """Derive the one word from the three axes and the contract's answer to failure."""
    if answer is AnswerKind.NEVER or age is Age.EXPIRED:
        waiting = fetch is Fetch.REFRESHING or (answer is AnswerKind.NEVER and fetch is Fetch.OK)
        return State.PENDING if waiting else State.FAILED
    if on_failure is OnFailure.WITHHOLD and _withheld(age, fetch):
        return State.FAILED
    if answer in _BY_ANSWER:
        return _BY_ANSWER[answer]
    if age is Age.STALE:
        return State.STALE
    return State.MISSING if answer is AnswerKind.NONE else State.FRESH


_BY_ANSWER = {
    AnswerKind.NO_MATCH: State.UNMATCHED,
    AnswerKind.SEVERAL: State.AMBIGUOUS,
    AnswerKind.UNRECOGNISED: State.INVALID,
}


def _withheld(age: Age, fetch: Fetch) -> bool:
    """A blocked source can no longer vouch for anything; a failing one not for what is stale."""
    return fetch is Fetch.BLOCKED or (fetch.failed and age is Age.STALE)


def age_at(
    start: datetime | None, now: datetime, stale_after: timedelta, expire_after: timedelta
) -> Age:
    """Say how old something is at *now* that counts from *start*; without a start it is expired.

    A start in the future, which lies no further than `AHEAD`, counts as the present: no age is
    negative.
    """
    if start is None:
        return Age.EXPIRED
    age = now - start
    if age > expire_after:
        return Age.EXPIRED
    return Age.STALE if age > stale_after else Age.FRESH


def _age_starts(field: Field, evidence: Evidence) -> datetime | None:
    """Where the contract counts from the source's own time, an answer without one has no age that
    could be vouched for, except that it confirms that there is nothing. A source whose clock is
    ahead of ours makes nothing younger than our question."""
    if field.clock is AgeClock.CONFIRMED or evidence.answer in _CONFIRMED_BY_ASKING:
        return evidence.confirmed_at
    if evidence.as_of is None or evidence.confirmed_at is None:
        return None
    return min(evidence.as_of, evidence.confirmed_at)


_CONFIRMED_BY_ASKING = {AnswerKind.NO_MATCH, AnswerKind.SEVERAL}


def _fetch(
    observation: Observation, evidence: Evidence, *, under_way: bool
) -> tuple[Fetch, Reason | None]:
    if evidence.unread:
        return Fetch.FAILING, observation.reason or Reason.BAD_RESPONSE
    if evidence.schema_changed:
        # Also while the source fails for another reason: that brings no renamed field back.
        return Fetch.BLOCKED, observation.reason or Reason.SCHEMA_CHANGED
    if observation.fetch.failed:
        return observation.fetch, observation.reason
    if under_way and observation.fetch is Fetch.OK:
        return Fetch.REFRESHING, None
    return observation.fetch, None
