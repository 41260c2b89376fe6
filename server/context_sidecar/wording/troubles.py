"""Why a source could not be read, who has it and what happens next: the sentences that messages and
notices share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from context_sidecar.core.causes import NONE, Cause, Particulars
from context_sidecar.core.reading import AnswerKind, Reading, State
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.wording.times import ASKED_AGAIN, NEXT_TRY, SINCE, placed
from context_sidecar.wording.words import Words, msgid


def troubled(reading: Reading) -> bool:
    """Whether *reading* carries a mark because its source could not be read. A value that is still
    within its contract carries none."""
    return reading.reason is not None and reading.state not in {State.FRESH, State.MISSING}


def trouble(words: Words, source: Source, reason: Reason, known: Particulars = NONE) -> str:
    """Say what is wrong, without a full stop: `Salesforce is not answering in time`; and where that
    is a suspicion, that it is one."""
    if known.ours:
        return _own_limit(words, source, known)
    what = words.text(
        "{source} {trouble}", source=source.label, trouble=words.text(reason.entry.agent)
    )
    return what if known.certain else words.text("{trouble}, as it seems", trouble=what)


def _own_limit(words: Words, source: Source, known: Particulars) -> str:
    limits = source.limits
    if Cause.OWN_LIMIT not in known.causes:
        return words.text(
            "{source} is not asked more often just now: our own limit for questions of this kind "
            "is used up",
            source=source.label,
        )
    if limits.rate is None or limits.per not in _RATES:
        return words.text(
            "{source} is not asked more often just now: our own limit for it is used up",
            source=source.label,
        )
    return words.text(
        "{source} is not asked more often just now: our own limit for it ({rate}) is used up",
        source=source.label,
        rate=words.text(_RATES[limits.per], calls=limits.rate),
    )


_RATES = {
    timedelta(seconds=1): msgid("{calls} a second"),
    timedelta(minutes=1): msgid("{calls} a minute"),
    timedelta(hours=1): msgid("{calls} an hour"),
    timedelta(days=1): msgid("{calls} a day"),
}


def trouble_since(
    words: Words,
    source: Source,
    reason: Reason,
    since: datetime | None,
    now: datetime,
    known: Particulars = NONE,
) -> str:
    """Say what is wrong and since when, without a full stop."""
    what = trouble(words, source, reason, known)
    if since is None:
        return what
    return words.text("{trouble} ({since})", trouble=what, since=placed(words, SINCE, since, now))


def say_causes(words: Words, known: Particulars) -> str:
    """Say what lies behind it: all that it may be, where nobody can tell; nothing where no cause is
    known, or `trouble` says it."""
    if not known.causes or known.ours:
        return ""
    if known.certain and len(known.causes) == 1:
        return words.text("Cause: {cause}.", cause=say_cause(words, known.causes[0]))
    causes = words.either(say_cause(words, cause) for cause in known.causes)
    return words.text("Possible causes: {causes}.", causes=causes)


def say_cause(words: Words, cause: Cause) -> str:
    """Say what may be wrong: `the token has expired`."""
    return words.text(cause.said)


def together(several: Iterable[Particulars]) -> Particulars:
    """Return what is known of one trouble that was met several times: each cause once, and certain
    only where it always was."""
    met = list(several)
    causes = dict.fromkeys(cause for one in met for cause in one.causes)
    return Particulars(all(one.certain for one in met), tuple(causes))


def denied(words: Words, reading: Reading, now: datetime) -> Iterator[str]:
    """Say that the source did not find what it had, when it is asked once more before that is
    believed, and who looks after it; nothing where it is not so."""
    if not reading.denied_at or reading.answer is AnswerKind.NEVER:
        return
    source, again = reading.field.source.label, reading.next_try_at
    yield words.text("{source} did not find this record when it was last asked.", source=source)
    if again and again > now and not reading.reason:
        yield placed(words, ASKED_AGAIN, again, now)
    else:
        yield words.text("It is asked once more before that is believed.")
    if not reading.reason:
        team = reading.field.source.owner.name
        yield words.text("{team} looks after {source}.", team=team, source=source)


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
