"""A reading in full: what it is and from when, what is wrong and since when, what may still be
relied on, who has it and what happens next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from context_sidecar.core.account import Account
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, Reading, State
from context_sidecar.wording.archived import key_to_set, merged
from context_sidecar.wording.keys import key_label
from context_sidecar.wording.notes import not_as_declared, nothing_newer
from context_sidecar.wording.times import CONFIRMED, FROM, placed, span
from context_sidecar.wording.troubles import (
    denied,
    next_try,
    say_causes,
    trouble_since,
    troubled,
    who_has_it,
)
from context_sidecar.wording.unasked import Whose, not_asked
from context_sidecar.wording.values import raw_text
from context_sidecar.wording.visible import visible
from context_sidecar.wording.words import Words, msgid


def message(
    words: Words,
    reading: Reading,
    start: datetime | None,
    now: datetime,
    whose: Whose,
) -> str:
    """Say everything about *reading*, whose age counts from *start*, in whole sentences."""
    return words.paragraph(
        (
            *_fact(words, reading, start, whose),
            *_from_when(words, reading, now),
            *_too_old(words, reading),
            *denied(words, reading, now),
            settled_by(words, reading),
            _asked(words, reading),
            *_trouble(words, reading, now),
            *_next(words, reading, now),
        )
    )


def remark(
    words: Words,
    reading: Reading,
    start: datetime | None,
    now: datetime,
    whose: Whose,
) -> str:
    """Say what is wrong with *reading*, what to rely on and who must act: the part of `message`
    that no list of facts tells. Empty where nothing is wrong."""
    return words.paragraph(
        (
            *_fact(words, reading, start, whose),
            *_too_old(words, reading),
            *denied(words, reading, now),
            settled_by(words, reading),
            *_trouble(words, reading, now),
        )
    )


def _fact(words: Words, reading: Reading, start: datetime | None, whose: Whose) -> Iterator[str]:
    if reading.lacks:
        yield not_asked(words, reading, whose)
        return
    match reading.state:
        case State.MISSING:
            source = reading.field.source.label
            yield words.text("{source} says that there is none.", source=source)
        case State.UNMATCHED if reading.merged_into:
            yield merged(words, reading)
        case State.UNMATCHED:
            yield _looked_up(words, reading, whose.account)
        case State.AMBIGUOUS:
            yield _named(words, reading)
            yield words.text("None is shown, because a guess could be wrong.")
        case State.INVALID:
            yield _unrecognised(words, reading)
        case State.PENDING if reading.fetch is Fetch.OK:
            source = reading.field.source.label
            yield words.text(
                "{source} has found no such record so far and is asked once more.", source=source
            )
        case State.PENDING:
            yield words.text("The answer is late and appears here when it arrives.")
        case State.FAILED:
            yield _why_not_shown(words, reading, start)


def _from_when(words: Words, reading: Reading, now: datetime) -> Iterator[str]:
    if reading.answer is AnswerKind.NEVER:
        return
    source = reading.field.source.label
    if reading.as_of:
        yield placed(words, FROM, reading.as_of, now)
    if reading.confirmed_at:
        yield placed(words, CONFIRMED, reading.confirmed_at, now, source=source)


def _too_old(words: Words, reading: Reading) -> Iterator[str]:
    if reading.answer is AnswerKind.NEVER:
        return
    if behind := nothing_newer(words, reading) if reading.age is not Age.FRESH else "":
        yield words.text("{sentence}.", sentence=behind)
    if reading.age is Age.STALE and not (reading.outdated or reading.denied_at):
        limit = span(words, reading.field.stale_after)
        yield words.text("That is older than the {limit} agreed for it.", limit=limit)


def _asked(words: Words, reading: Reading) -> str:
    if reading.fetch is not Fetch.REFRESHING:
        return ""
    return words.text("{source} is being asked now.", source=reading.field.source.label)


def _trouble(words: Words, reading: Reading, now: datetime) -> Iterator[str]:
    source = reading.field.source
    if reading.fetch is Fetch.PAUSED:
        yield words.text("Updates from {source} are paused.", source=source.label)
    if reading.reason:
        known = reading.particulars
        what = trouble_since(words, source, reading.reason, reading.since, now, known)
        yield words.text("{sentence}.", sentence=what)
        yield say_causes(words, known)
        yield _reliance(words, reading)
    if reading.reason and reading.reason.needs_person:
        yield who_has_it(words, source, reading.reason)


def _next(words: Words, reading: Reading, now: datetime) -> Iterator[str]:
    if reading.reason and not reading.reason.needs_person:
        yield who_has_it(words, reading.field.source, reading.reason)
    if reading.reason:
        yield next_try(words, reading.next_try_at, now)


def _reliance(words: Words, reading: Reading) -> str:
    if not troubled(reading):
        return words.text("You can rely on the value: it is within its agreed age.")
    return words.text("This is the last known value.") if reading.value is not None else ""


def _why_not_shown(words: Words, reading: Reading, start: datetime | None) -> str:
    if reading.answer is AnswerKind.NEVER:
        return words.text("There is no value to show yet.")
    if reading.age is not Age.EXPIRED:
        return words.text("The last value is held back, because it cannot be confirmed.")
    if start is None:
        return words.text("The value is held back, because nobody can say how old it is.")
    limit = span(words, reading.field.expire_after)
    return words.text("The last value is older than the {limit} it may be used for.", limit=limit)


def _looked_up(words: Words, reading: Reading, account: Account | None) -> str:
    source = reading.field.source
    value = account.key(source.key) if account else None
    if account is None or value is None:
        return words.text("{source} does not know this customer.", source=source.label)
    return words.text(
        "{source} has no record of {account}, looked up by {key} “{value}”.",
        source=source.label, account=visible(account.name), key=key_label(words, source.key),
        value=visible(value),
    )  # fmt: skip


def _named(words: Words, reading: Reading) -> str:
    source = reading.field.source.label
    if not reading.candidates:
        return words.text("{source} has several records for this customer.", source=source)
    return words.text(
        "{source} has several records for this customer: {candidates}.",
        source=source, candidates=words.several(map(visible, reading.candidates)),
    )  # fmt: skip


def _unrecognised(words: Words, reading: Reading) -> str:
    return words.text(
        "{source} says “{raw}”, which is {problem}. It is shown as it was written.",
        source=reading.field.source.label, raw=raw_text(reading.raw),
        problem=not_as_declared(words, reading),
    )  # fmt: skip


def settled_by(words: Words, reading: Reading) -> str:
    """Say who settles what only a person can; nothing where there is nothing to settle."""
    if reading.merged_into:
        return key_to_set(words, reading)
    remedy = _REMEDIES.get(reading.state)
    if reading.state is State.INVALID and reading.field.type is FieldType.CHOICE:
        remedy = _ADD_TO_LIST
    return words.text(remedy, team=reading.field.owner.name) if remedy else ""


_ADD_TO_LIST = msgid("{team} can add it to the list.")
_REMEDIES = {
    State.UNMATCHED: msgid("{team} can link the customer there."),
    State.AMBIGUOUS: msgid("{team} can say which record is right."),
    State.INVALID: msgid("{team} can correct it."),
}
