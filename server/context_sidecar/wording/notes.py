"""What stands in a row of the card: the value or what stands in its place, and the note beneath."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from context_sidecar.core.field import AgeClock, FieldType
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, Reading, State
from context_sidecar.wording.archived import merged_note
from context_sidecar.wording.times import span
from context_sidecar.wording.troubles import trouble, troubled
from context_sidecar.wording.unasked import Whose, not_asked_note
from context_sidecar.wording.values import display, raw_text
from context_sidecar.wording.visible import unbroken, visible
from context_sidecar.wording.words import Words, msgid

_NOT_A = {
    FieldType.TEXT: msgid("not a text"),
    FieldType.CHOICE: msgid("not in the agreed list"),
    FieldType.NUMBER: msgid("not a number"),
    FieldType.MONEY: msgid("not an amount of money"),
    FieldType.PERCENT: msgid("not a percentage"),
    FieldType.DATE: msgid("not a date"),
    FieldType.DATETIME: msgid("not a date with a time"),
    FieldType.BOOLEAN: msgid("not yes or no"),
    FieldType.PERSON: msgid("not a person"),
    FieldType.LINK: msgid("not a web address"),
    FieldType.LIST: msgid("not a list"),
}
"""What is wrong with a value that does not keep to its field's type."""

_RETYPED = msgid("of another type there by now")


def not_as_declared(words: Words, reading: Reading) -> str:
    """Say what is wrong with a value that is shown as its source wrote it."""
    return words.text(_RETYPED if reading.retyped else _NOT_A[reading.field.type])


def in_place(
    words: Words, reading: Reading, start: datetime | None, now: datetime, *, brief: bool
) -> str:
    """Return the value in words, or what stands in its place; *start* is what its age counts
    from."""
    if reading.lacks:
        return words.text("Not asked")
    match reading.state:
        case State.AMBIGUOUS:
            return _possible(words, len(reading.candidates))
        case State.INVALID:
            return words.text("“{raw}”", raw=raw_text(reading.raw))
        case State.FAILED:
            return _not_shown(words, reading, start, now, brief=brief)
    if reading.value is not None:
        return display(words, reading.field, reading.value, now)
    return words.text(_INSTEAD.get(reading.state, _NONE))


_NONE = msgid("None")
_INSTEAD = {State.UNMATCHED: msgid("No record found"), State.PENDING: msgid("On its way")}


def _possible(words: Words, count: int) -> str:
    if count == 0:
        return words.text("Several possible records")
    return words.plural("{count} possible record", "{count} possible records", count)


def _not_shown(
    words: Words, reading: Reading, start: datetime | None, now: datetime, *, brief: bool
) -> str:
    if reading.answer is AnswerKind.NEVER:
        return words.text("Not available")
    if reading.age is not Age.EXPIRED:
        return words.text("Not shown")
    if start is None:
        return words.text("Of unknown age")
    age = unbroken(span(words, now - start))
    if brief:
        return words.text("Too old ({age})", age=age)
    return words.text("Too old to use ({age})", age=age)


def note(words: Words, reading: Reading, age: str, whose: Whose, *, shared: bool) -> str:
    """Return the line beneath; *age* is what to say of its age, if anything. With *shared* a notice
    tells the trouble, so the note does not."""
    return joined(_parts(words, reading, age, whose, shared=shared))


def joined(parts: Iterable[str]) -> str:
    """Return the *parts* of a note as one line."""
    return " · ".join(filter(None, parts))


def as_of(words: Words, reading: Reading, ago: str) -> str:
    """Say that *reading* is from so long *ago*, and whether that is being looked at."""
    age = words.text("as of {ago}", ago=ago)
    quiet = reading.fetch is Fetch.REFRESHING
    return words.text("{as_of}, checking", as_of=age) if quiet else age


def _parts(
    words: Words, reading: Reading, age: str, whose: Whose, *, shared: bool
) -> Iterator[str]:
    yield _remark(words, reading, whose)
    if reading.outdated and reading.state is State.STALE:
        yield words.text("{source} says that it has changed", source=reading.field.source.label)
    if reading.denied_at and reading.state is State.STALE:
        yield words.text("{source} did not find it last time", source=reading.field.source.label)
    yield age
    if reading.reason and troubled(reading) and not shared:
        yield trouble(words, reading.field.source, reading.reason, reading.particulars)
    elif reading.state is State.FAILED and reading.age is not Age.EXPIRED and _known(reading):
        yield words.text("could not be confirmed")
    if reading.fetch is Fetch.PAUSED and reading.state is not State.FRESH:
        yield words.text("updates are paused")


def _remark(words: Words, reading: Reading, whose: Whose) -> str:
    if reading.lacks:
        return not_asked_note(words, reading, whose)
    if reading.candidates:
        return words.several(map(visible, reading.candidates))
    if reading.state in _REMARKS:
        source = reading.field.source.label
        return merged_note(words, reading) or words.text(_REMARKS[reading.state], source=source)
    if reading.state is State.INVALID:
        return not_as_declared(words, reading)
    if reading.state is State.FAILED and _known(reading):
        return nothing_newer(words, reading)
    return ""


def _known(reading: Reading) -> bool:
    return reading.answer is not AnswerKind.NEVER


_REMARKS = {
    State.MISSING: msgid("confirmed by {source}"),
    State.UNMATCHED: msgid("{source} does not know this customer"),
    State.AMBIGUOUS: msgid("{source} has several records for this customer"),
    State.PENDING: msgid("asking {source}"),
}


def nothing_newer(words: Words, reading: Reading) -> str:
    """Say, where a source answers but its own data is old, that the source is behind."""
    if reading.field.clock is not AgeClock.SOURCE or reading.reason:
        return ""
    source = reading.field.source.label
    if reading.as_of is None:
        return words.text("{source} does not say how old this is", source=source)
    return words.text("{source} had nothing newer", source=source)
