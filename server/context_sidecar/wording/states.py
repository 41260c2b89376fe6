"""The one word for each state: what its icon is called."""

from __future__ import annotations

from context_sidecar.core.reading import State
from context_sidecar.wording.words import msgid

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
