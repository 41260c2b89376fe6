"""What explains a value, in the note beneath it."""

from __future__ import annotations

from datetime import datetime

from context_sidecar.core.reading import Reading, State
from context_sidecar.wording.states import STATES
from context_sidecar.wording.values import display
from context_sidecar.wording.words import Words


def explained(words: Words, because: Reading | None, now: datetime) -> str:
    """Return what the reading *because* gives as reasons, or say that it gives none. Nothing where
    there is no such reading."""
    if because is None:
        return ""
    if because.value is None:
        none = because.state is State.MISSING
        return words.text("no reasons given") if none else words.text("reasons not known")
    reasons = display(words, because.field, because.value, now)
    if because.state is State.STALE:
        return words.text(
            "{field} ({state})", field=reasons, state=words.text(STATES[because.state])
        )
    return reasons
