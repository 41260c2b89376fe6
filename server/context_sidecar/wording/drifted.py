"""What became of the thing that a field reads, where that explains what is wrong with its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from context_sidecar.core.context import Context
from context_sidecar.core.drift import Because, Drift, DriftKind, Successor
from context_sidecar.core.reading import Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.wording.times import SINCE, placed, rfc3339
from context_sidecar.wording.visible import visible
from context_sidecar.wording.words import Words, msgid

_REASONS = {
    Because.ID: msgid("it has the same id"),
    Because.APPEARED: msgid("it appeared when the other went"),
    Because.CHOICES: msgid("it has the same choices"),
    Because.VALUES: msgid("it has the same values"),
    Because.NAME: msgid("its name is similar"),
}


def say_drift(words: Words, reading: Reading, context: Context) -> dict[str, Any] | None:
    """Return, for the answer, what became of what the field of *reading* reads; None where that is
    as it was, or is not what is wrong. `said` says it to the owner."""
    drift = context.drifts.get(reading.field.id)
    if drift is None or not _explains(drift, reading):
        return None
    return {
        "kind": drift.kind.value,
        "name": visible(drift.name),
        "since": rfc3339(drift.since),
        "was": drift.was.value if drift.was else None,
        "now": drift.now.value if drift.now else None,
        "successor": _successor(drift.successor),
        "said": words.paragraph(_sentences(words, drift, reading, context)),
    }


def _explains(drift: Drift, reading: Reading) -> bool:
    lost = reading.reason is Reason.SCHEMA_CHANGED
    invalid = reading.state is State.INVALID
    match drift.kind:
        case DriftKind.GONE:
            return lost
        case DriftKind.RETYPED:
            return lost or invalid
    return invalid and str(reading.raw).strip() in drift.unlisted


def _successor(found: Successor | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "path": visible(found.field.path),
        "label": visible(found.field.label),
        "because": [reason.value for reason in found.because],
    }


def _sentences(words: Words, drift: Drift, reading: Reading, context: Context) -> Iterator[str]:
    name, source = visible(drift.name), reading.field.source.label
    match drift.kind:
        case DriftKind.GONE:
            what = words.text("{source} has no “{name}” any more", source=source, name=name)
        case DriftKind.RETYPED:
            what = words.text("“{name}” is of another type in {source}", source=source, name=name)
        case DriftKind.UNLISTED:
            raw = str(reading.raw).strip()
            label = visible(drift.unlisted[raw])
            yield words.text(
                "{source} calls “{raw}” “{label}”.", source=source, raw=visible(raw), label=label
            )
            return
    since = placed(words, SINCE, drift.since, context.generated_at) if drift.since else ""
    if since:
        what = words.text("{trouble} ({since})", trouble=what, since=since)
    yield words.text("{sentence}.", sentence=what)
    if drift.successor:
        yield words.text(
            "It is likely “{name}” now: {reasons}.",
            name=visible(drift.successor.field.path),
            reasons=words.several(words.text(_REASONS[one]) for one in drift.successor.because),
        )
