"""The one word for each state: what its icon is called."""

from __future__ import annotations

from context_sidecar.core.reading import Reading, State
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

_UNASKED = {State.UNMATCHED: msgid("No key"), State.AMBIGUOUS: msgid("Several keys")}


def state_word(words: Words, reading: Reading) -> str:
    """Return the word for the state of *reading*: a source that was not asked has matched nothing
    and has nothing twice."""
    return words.text((_UNASKED if reading.lacks else STATES)[reading.state])
