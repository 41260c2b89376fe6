"""One reading in the answer: the value, and all that is said about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from context_sidecar.core.context import Context
from context_sidecar.core.field import Field
from context_sidecar.core.reading import Reading, State
from context_sidecar.core.record import Record
from context_sidecar.core.values import Items
from context_sidecar.wording.disputed import say_disputed
from context_sidecar.wording.drifted import say_drift
from context_sidecar.wording.later import at, turns
from context_sidecar.wording.readings import Manner, Said, say
from context_sidecar.wording.times import rfc3339
from context_sidecar.wording.troubles import say_cause
from context_sidecar.wording.unasked import Whose
from context_sidecar.wording.values import as_json, display, raw_text
from context_sidecar.wording.visible import encodable, link, visible
from context_sidecar.wording.why import clocks, contract, mapping, next_check, path
from context_sidecar.wording.words import Words


def row(
    words: Words, reading: Reading, context: Context, notice: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return *reading* for the answer; *notice* is the one that tells its trouble, if one does."""
    field, now = reading.field, context.generated_at
    because = _reading_of(context, field.because)
    explains = next((each for each in context.readings if each.field.because == field.id), None)
    manner = Manner(shared=notice is not None, brief=notice is not None)
    whose = Whose(context.account, context.accounts)
    age_told = bool(notice and notice["ago"])
    return {
        "field": field.id,
        "label": field.label,
        "type": field.type.value,
        "value": _told_apart(words, as_json(words, reading.value, now), field, context.record),
        "rest": _rest(words, reading),
        **_face(words, reading, because, now, whose, manner, age_told=age_told),
        "answer": reading.answer.value,
        "age": reading.age.value,
        "fetch": reading.fetch.value,
        "reason": reading.reason.value if reading.reason else None,
        "certain": reading.particulars.certain,
        "possible_causes": _causes(words, reading),
        "code": visible(reading.particulars.code),
        "request_id": visible(reading.particulars.request_id),
        "as_of": rfc3339(reading.as_of),
        "confirmed_at": rfc3339(reading.confirmed_at),
        "attempted_at": rfc3339(reading.attempted_at),
        "stale_at": rfc3339(reading.stale_at),
        "expire_at": rfc3339(reading.expire_at),
        "denied_at": rfc3339(reading.denied_at),
        "since": rfc3339(reading.since),
        "next_try_at": rfc3339(reading.next_try_at),
        "candidates": [visible(each) for each in reading.candidates],
        "lacks": encodable(reading.lacks),
        "archived": reading.archived,
        "merged_into": visible(reading.merged_into),
        "explains": explains.field.id if explains else None,
        "decision": field.decision,
        "definition": field.definition,
        "contract": contract(words, field, context.card),
        "path": path(field),
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
        "drift": say_drift(words, reading, context),
        "disputed": say_disputed(words, reading, context),
        "later": _later(words, reading, because, context, brief=manner.brief),
    }


def _causes(words: Words, reading: Reading) -> list[dict[str, str]]:
    return [
        {"cause": cause.value, "said": say_cause(words, cause)}
        for cause in reading.particulars.causes
    ]


def _reading_of(context: Context, field: str) -> Reading | None:
    return next((each for each in context.readings if each.field.id == field), None)


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


def _later(
    words: Words, reading: Reading, because: Reading | None, context: Context, *, brief: bool
) -> list[dict[str, Any]]:
    manner, whose = Manner(shared=True, brief=brief), Whose(context.account, context.accounts)
    return [
        {
            "at": rfc3339(turn),
            **_face(words, at(reading, turn), because and at(because, turn), turn, whose, manner),
        }
        for turn in turns(context.generated_at, *filter(None, (reading, because)))
    ]


def _face(
    words: Words,
    reading: Reading,
    because: Reading | None,
    now: datetime,
    whose: Whose,
    manner: Manner,
    *,
    age_told: bool = False,
) -> dict[str, Any]:
    said: Said = say(words, reading, now, whose, because, manner)
    return {
        "state": reading.state.value,
        "word": said.word,
        "display": said.display,
        "note": said.note,
        "told": age_told and bool(said.note) and said.note == said.age,
        "message": said.message,
        "remark": said.remark,
        "ago": {"text": said.ago, "from": rfc3339(said.ago_from)} if said.ago else None,
        "raw": raw_text(reading.raw) if reading.state is State.INVALID else None,
        "last_known": _last_known(words, reading, now),
    }


def _told_apart(words: Words, value: Any, field: Field, record: Record) -> Any:
    """Of a list's entries the record on screen comes last, and says in `here` that it is that."""
    if not isinstance(value, dict) or record.place != field.records or "items" not in value:
        return value
    open_now = encodable(record.id)
    others = [item for item in value["items"] if item["id"] != open_now]
    here = [
        item | {"here": words.text("on screen")}
        for item in value["items"]
        if item["id"] == open_now
    ]
    return value | {"items": others + here}


def _last_known(words: Words, reading: Reading, now: datetime) -> dict[str, Any] | None:
    """The expired value, for a deliberate click."""
    if reading.last_known is None:
        return None
    return {
        "value": as_json(words, reading.last_known, now),
        "display": display(words, reading.field, reading.last_known, now),
    }
