"""Why a source could not be read, who has it and what happens next: the sentences that messages and
notices share."""

from __future__ import annotations

from datetime import datetime

from context_sidecar.core.reading import Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.wording.times import NEXT_TRY, SINCE, placed
from context_sidecar.wording.words import Words


def troubled(reading: Reading) -> bool:
    """Whether *reading* carries a mark because its source could not be read. A value that is still
    within its contract carries none."""
    return reading.reason is not None and reading.state not in {State.FRESH, State.MISSING}


def trouble(words: Words, source: Source, reason: Reason) -> str:
    """Say what is wrong, without a full stop: `Salesforce is not answering in time`."""
    return words.text(
        "{source} {trouble}", source=source.label, trouble=words.text(reason.entry.agent)
    )


def trouble_since(
    words: Words, source: Source, reason: Reason, since: datetime | None, now: datetime
) -> str:
    """Say what is wrong and since when, without a full stop."""
    what = trouble(words, source, reason)
    if since is None:
        return what
    return words.text("{trouble} ({since})", trouble=what, since=placed(words, SINCE, since, now))


def who_has_it(words: Words, source: Source, reason: Reason) -> str:
    """Say who must act, or who looks after what mends itself."""
    team = source.owner.name
    if reason.needs_person:
        return words.text("{team} has to fix this.", team=team)
    return words.text("{team} looks after {source}.", team=team, source=source.label)


def next_try(words: Words, at: datetime | None, now: datetime) -> str:
    """Say when the source is asked next; nothing where that is not known."""
    if at is None:
        return ""
    if at <= now:
        return words.text("Trying again now.")
    return placed(words, NEXT_TRY, at, now)
