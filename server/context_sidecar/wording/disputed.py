"""That somebody says a value to be wrong."""

from __future__ import annotations

from typing import Any

from context_sidecar.core.context import Context
from context_sidecar.core.reading import Reading
from context_sidecar.wording.times import ago, rfc3339
from context_sidecar.wording.words import Words


def say_disputed(words: Words, reading: Reading, context: Context) -> dict[str, Any] | None:
    """Return, for the answer, that *reading* is said to be wrong, or None where it is not: since
    when, how many times, and the `note` that says so to whoever looks."""
    disputed = context.disputed.get(reading.field.id)
    if disputed is None:
        return None
    since = ago(words, disputed.since, context.generated_at)
    about = {"ago": since, "team": reading.field.owner.name}
    note = (
        words.text("Reported as wrong {ago}. {team} has it.", **about)
        if disputed.times == 1
        else words.plural(
            "Reported as wrong {count} time, first {ago}. {team} has it.",
            "Reported as wrong {count} times, first {ago}. {team} has it.",
            disputed.times,
            **about,
        )
    )
    return {
        "since": rfc3339(disputed.since),
        "times": disputed.times,
        "note": note,
        "ago": {"text": since, "from": rfc3339(disputed.since)},
    }
