"""The one answer that every rendering is made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from context_sidecar.core.account import Account, Matched
from context_sidecar.core.attention import Attention
from context_sidecar.core.context import Context
from context_sidecar.core.reading import Reading, State
from context_sidecar.core.values import Items
from context_sidecar.wording.disputed import say_disputed
from context_sidecar.wording.later import later
from context_sidecar.wording.matches import say_match, say_overdue, say_read
from context_sidecar.wording.notices import say_notice, shared_causes
from context_sidecar.wording.readings import STATES, Said, say
from context_sidecar.wording.times import ago, clock, rfc3339
from context_sidecar.wording.values import as_json, display, raw_text
from context_sidecar.wording.visible import encodable, link, visible
from context_sidecar.wording.why import clocks, mapping, next_check, path
from context_sidecar.wording.words import Words


def answer(context: Context, words: Words) -> dict[str, Any]:
    """Return *context* in words: a document of what JSON is made of.

    Times are UTC (RFC 3339), numbers and amounts decimal text. Beyond the values it says, per
    reading, what stands in the value's place (`display`, never empty), the short `note` beneath it
    and the whole `message`; and `later`, what the reading becomes by time alone. `notices` tell
    once what several readings share. `checked_at` is the time since when everything without a mark
    has been confirmed.
    """
    now = context.generated_at
    causes = shared_causes(context.readings)
    shared = {field for cause in causes for field in cause.fields}
    return {
        "record": {
            "host": context.record.host,
            "type": context.record.type,
            "id": encodable(context.record.id),
        },
        "account": _account(context),
        "match": say_match(words, context),
        "card": context.card.id,
        "title": context.card.title,
        "decision": context.card.decision,
        "generated_at": rfc3339(now),
        "seen": words.text("Seen at {time}", time=clock(words, now)),
        "again": words.text("Check again"),
        "checked_at": rfc3339(_checked_at(context)),
        "checked": _checked(context, words),
        "complete": context.complete,
        "progress": _progress(context, words),
        "check_again_at": rfc3339(context.check_again_at),
        "attention": [_attention(words, line, context) for line in context.attention],
        "notices": [
            *filter(None, [say_read(words, context), say_overdue(words, context)]),
            *(say_notice(words, cause, now) for cause in causes),
        ],
        "readings": [
            _reading(words, reading, context, shared=reading.field.id in shared)
            for reading in context.readings
        ],
    }  # fmt: skip


def _account(context: Context) -> dict[str, Any] | None:
    if not isinstance(context.match, Matched):
        return None
    account = context.match.account
    return {
        "id": encodable(account.id),
        "name": visible(account.name),
        "link": link(account.link),
        "matched_by": context.match.by,
        "matched_value": encodable(context.match.value),
    }


def _checked_at(context: Context) -> datetime | None:
    unmarked = [each for each in context.readings if each.trustworthy and each.confirmed_at]
    return min((each.confirmed_at for each in unmarked if each.confirmed_at), default=None)


def _checked(context: Context, words: Words) -> dict[str, str | None] | None:
    """The card's one line about its own age, with the relative time within it."""
    at = _checked_at(context)
    if at is None:
        return None
    since = ago(words, at, context.generated_at)
    return {"text": words.text("Checked {ago}", ago=since), "ago": since, "from": rfc3339(at)}


def _progress(context: Context, words: Words) -> str:
    """Whom the card is still waiting for; empty where it is complete."""
    trouble = context.record.trouble
    asking = [trouble.source.label] if trouble and not trouble.reason else []
    late = [
        reading.field.source.label
        for reading in context.readings
        if reading.state is State.PENDING or reading.settling
    ]
    awaited = dict.fromkeys(asking + late)
    return words.text("Waiting for {sources}", sources=words.several(awaited)) if awaited else ""


def _attention(words: Words, line: Attention, context: Context) -> dict[str, Any]:
    text = line.rule.say
    if not line.judged:
        states = {each.field.id: each for each in context.readings}
        because = words.several(
            words.text("{field} ({state})", field=states[name].field.label,
                       state=words.text(STATES[states[name].state]))
            for name in line.because
        )  # fmt: skip
        text = words.text("Could not be judged because of {fields}.", fields=because)
    return {
        "severity": line.rule.severity.value,
        "judged": line.judged,
        "say": line.rule.say,
        "message": text,
        "because": list(line.because),
    }


def _reading(words: Words, reading: Reading, context: Context, *, shared: bool) -> dict[str, Any]:
    field, now = reading.field, context.generated_at
    return {
        "field": field.id,
        "label": field.label,
        "type": field.type.value,
        "value": as_json(words, reading.value, now),
        "rest": _rest(words, reading),
        **_words_of(words, reading, now, context.account, shared=shared),
        "answer": reading.answer.value,
        "age": reading.age.value,
        "fetch": reading.fetch.value,
        "reason": reading.reason.value if reading.reason else None,
        "as_of": rfc3339(reading.as_of),
        "confirmed_at": rfc3339(reading.confirmed_at),
        "stale_at": rfc3339(reading.stale_at),
        "expire_at": rfc3339(reading.expire_at),
        "since": rfc3339(reading.since),
        "next_try_at": rfc3339(reading.next_try_at),
        "candidates": [visible(each) for each in reading.candidates],
        "decision": field.decision,
        "definition": field.definition,
        "path": path(words, field),
        "mapping": mapping(words, reading),
        "clocks": clocks(words, reading, now),
        "next_check": next_check(words, reading, now),
        "source": {
            "id": field.source.id,
            "label": field.source.label,
            "link": link(reading.link),
            "runbook": field.source.runbook,
        },
        "owner": {"team": field.owner.id, "label": field.owner.name},
        "disputed": say_disputed(words, reading, context),
        "later": [
            {"at": rfc3339(at), **_words_of(words, aged, at, context.account, shared=True)}
            for at, aged in later(reading, now)
        ],
    }


def _words_of(
    words: Words, reading: Reading, now: datetime, account: Account | None, *, shared: bool
) -> dict[str, Any]:
    said: Said = say(words, reading, now, account, shared=shared)
    return {
        "state": reading.state.value,
        "word": said.word,
        "display": said.display,
        "note": said.note,
        "message": said.message,
        "ago": {"text": said.ago, "from": rfc3339(said.ago_from)} if said.ago else None,
        "raw": raw_text(reading.raw) if reading.state is State.INVALID else None,
        "last_known": _last_known(words, reading, now),
    }


def _rest(words: Words, reading: Reading) -> str:
    """How many entries of a list are in the source and not in the answer, in words."""
    value = reading.value
    rest = value.total - len(value.items) if isinstance(value, Items) else 0
    if rest <= 0:
        return ""
    return words.plural(
        "{count} more in {source}", "{count} more in {source}", rest,
        source=reading.field.source.label,
    )  # fmt: skip


def _last_known(words: Words, reading: Reading, now: datetime) -> dict[str, Any] | None:
    """The expired value, for a deliberate click."""
    if reading.last_known is None:
        return None
    return {
        "value": as_json(words, reading.last_known, now),
        "display": display(words, reading.field, reading.last_known, now),
    }
