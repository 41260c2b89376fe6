"""What one reading says: in the value's place, in the note beneath it, and in full."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from context_sidecar.core.reading import Age, Reading, State
from context_sidecar.wording.ages import age_start
from context_sidecar.wording.explained import explained
from context_sidecar.wording.messages import message, remark
from context_sidecar.wording.notes import as_of, in_place, joined, note
from context_sidecar.wording.states import state_word
from context_sidecar.wording.times import ago
from context_sidecar.wording.unasked import Whose
from context_sidecar.wording.words import Words


@dataclass(frozen=True, slots=True)
class Said:
    """A reading in words.

    `display` stands where the value stands; it is never empty. `note` is the short line beneath,
    empty where there is nothing to remark. `message` is the whole of it, `remark` the part of it
    about what is wrong. `age` is what the note says of the age, if it does; `ago` is the relative
    time within, counted from `ago_from`.
    """

    word: str
    display: str
    note: str
    message: str
    remark: str
    age: str = ""
    ago: str = ""
    ago_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How much a reading has to say itself: whether a notice tells its trouble already (`shared`),
    and whether that notice stands above it now, so that fewer words do (`brief`)."""

    shared: bool = False
    brief: bool = False


ALONE = Manner()


def say(
    words: Words,
    reading: Reading,
    now: datetime,
    whose: Whose,
    because: Reading | None = None,
    manner: Manner = ALONE,
) -> Said:
    """Put *reading* into words, as seen from *now*.

    Args:
        words: the language.
        reading: what to say.
        now: the present.
        whose: the customer, to say how the source was asked for it, or why it was not.
        because: what explains the value, if something does.
        manner: how much it has to say itself.
    """
    start = age_start(reading)
    tells_age = start is not None and reading.age is Age.STALE and reading.state is not State.FAILED
    since = ago(words, start, now) if start and tells_age else ""
    age = as_of(words, reading, since) if since else ""
    reasons = explained(words, because, now) if reading.value is not None else ""
    return Said(
        word=state_word(words, reading),
        display=in_place(words, reading, start, now, brief=manner.brief),
        note=joined((note(words, reading, age, whose, shared=manner.shared), reasons)),
        message=message(words, reading, start, now, whose),
        remark=remark(words, reading, start, now, whose),
        age=age,
        ago=since,
        ago_from=start if age else None,
    )
