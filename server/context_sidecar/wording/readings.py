"""What one reading says: in the value's place, in the note beneath it, and in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from context_sidecar.core.account import Account
from context_sidecar.core.field import AgeClock
from context_sidecar.core.reading import Age, AnswerKind, Reading, State
from context_sidecar.wording.messages import message
from context_sidecar.wording.notes import in_place, note
from context_sidecar.wording.times import ago
from context_sidecar.wording.words import Words, msgid

STATES = {
    State.FRESH: msgid("Up to date"),
    State.STALE: msgid("Old"),
    State.FAILED: msgid("Failed"),
    State.MISSING: msgid("Empty"),
    State.UNMATCHED: msgid("No match"),
    State.AMBIGUOUS: msgid("Several matches"),
    State.INVALID: msgid("Not recognised"),
    State.PENDING: msgid("Waiting"),
}
"""The one word for a state: what its icon is called."""


@dataclass(frozen=True, slots=True)
class Said:
    """A reading in words.

    `display` stands where the value stands; it is never empty. `note` is the short line beneath,
    empty where there is nothing to remark. `message` is the whole of it. `ago` is the relative time
    within the note, if there is one, counted from `ago_from`.
    """

    word: str
    display: str
    note: str
    message: str
    ago: str = ""
    ago_from: datetime | None = None


def say(
    words: Words, reading: Reading, now: datetime, account: Account | None, *, shared: bool = False
) -> Said:
    """Put *reading* into words, as seen from *now*.

    Args:
        words: the language.
        reading: what to say.
        now: the present.
        account: the customer, to say how the source was asked for it.
        shared: whether a notice tells the trouble already, so that the note need not.
    """
    start = age_start(reading)
    tells_age = start is not None and reading.age is Age.STALE and reading.state is not State.FAILED
    age = ago(words, start, now) if start and tells_age else ""
    return Said(
        word=words.text(STATES[reading.state]),
        display=in_place(words, reading, start, now),
        note=note(words, reading, age, shared=shared),
        message=message(words, reading, start, now, account),
        ago=age,
        ago_from=start if age else None,
    )


def age_start(reading: Reading) -> datetime | None:
    """Return the time from which the reading's age counts by its contract."""
    if reading.field.clock is AgeClock.SOURCE and reading.answer not in _CONFIRMED_BY_ASKING:
        return reading.as_of
    return reading.confirmed_at


_CONFIRMED_BY_ASKING = {AnswerKind.NO_MATCH, AnswerKind.SEVERAL}
