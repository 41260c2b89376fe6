"""The one answer that every rendering is made from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from context_sidecar.core.account import Matched
from context_sidecar.core.context import Context
from context_sidecar.core.reading import State
from context_sidecar.core.reasons import Reason
from context_sidecar.wording.archived import say_archived
from context_sidecar.wording.attention import say_attention, unjudged
from context_sidecar.wording.headline import say_headline
from context_sidecar.wording.matches import say_match, say_overdue, say_read
from context_sidecar.wording.notices import say_notice, shared_causes
from context_sidecar.wording.rows import row
from context_sidecar.wording.times import ago, clock, rfc3339
from context_sidecar.wording.visible import encodable, link, visible
from context_sidecar.wording.words import Words


def answer(context: Context, words: Words) -> dict[str, Any]:
    """Return *context* in words: a document of what JSON is made of.

    Times are UTC (RFC 3339), numbers and amounts decimal text. Beyond the values it says, per
    reading, what stands in the value's place (`display`, never empty), the short `note` beneath it
    and the whole `message`; and `later`, what the reading becomes by time alone. `notices` tell
    once what several readings share, and in which source the customer's record is archived.
    `headline` tells what stands beside the customer's name. `asked_at` is when a source was last
    asked, `unread` whose answer could not be had then. `checked_at` is the time since when
    everything without a mark has been confirmed.
    """
    now = context.generated_at
    notices = [
        say_notice(words, cause, now, unjudged(context.attention, cause))
        for cause in shared_causes(context.readings)
    ]
    told = {field: notice for notice in notices for field in notice["fields"]}
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
        "language": context.language or words.tag,
        "generated_at": rfc3339(now),
        "seen": words.text("Seen at {time}", time=clock(words, now)),
        "again": words.text("Check again"),
        "checked_at": rfc3339(_checked_at(context)),
        "checked": _checked(context, words),
        "complete": context.complete,
        "progress": _progress(context, words),
        "awaited": _awaited(context),
        "asked_at": rfc3339(_asked_at(context)),
        "unread": _unread(context),
        "check_again_at": rfc3339(context.check_again_at),
        "headline": say_headline(words, context),
        "attention": [say_attention(words, line, context, notices) for line in context.attention],
        "notices": [
            *filter(None, [say_read(words, context), say_overdue(words, context)]),
            *notices,
            *say_archived(words, context.readings),
        ],
        "readings": [
            row(words, reading, context, told.get(reading.field.id)) for reading in context.readings
        ],
    }


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


def _awaited(context: Context) -> list[str]:
    """Whom the card is still waiting for."""
    trouble = context.record.trouble
    asking = [trouble.source.label] if trouble and not trouble.reason else []
    late = [
        reading.field.source.label
        for reading in context.readings
        if reading.state is State.PENDING or reading.settling
    ]
    return list(dict.fromkeys(asking + late))


def _progress(context: Context, words: Words) -> str:
    awaited = _awaited(context)
    return words.text("Waiting for {sources}", sources=words.several(awaited)) if awaited else ""


def _asked_at(context: Context) -> datetime | None:
    """When a source of the card was last asked."""
    attempts = [each.attempted_at for each in context.readings if each.attempted_at]
    return max(attempts, default=None)


def _unread(context: Context) -> list[str]:
    """Who could not be read when last asked, though values of theirs may still be good. Who stores
    a value in another way now was read."""
    return list(
        dict.fromkeys(
            reading.field.source.label
            for reading in context.readings
            if reading.fetch.failed and reading.reason is not Reason.SCHEMA_CHANGED
        )
    )
