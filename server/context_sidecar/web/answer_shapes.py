"""The shape of the answer, for the description; the tests hold real answers against it.

Everything is always there; what does not apply is null or empty.
"""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import fields, validate

from context_sidecar.core.attention import Severity
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, State
from context_sidecar.core.reasons import Reason


def _text(meaning: str = "", *, null: bool = False) -> fields.String:
    return fields.String(required=True, allow_none=null, metadata=_said(meaning))


def _texts(meaning: str) -> fields.List[Any]:
    return fields.List(fields.String(), required=True, metadata=_said(meaning))


def _word(words: type[Severity | FieldType | Fetch | Age | AnswerKind | State]) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf([*words]))


def _reason() -> fields.String:
    return fields.String(required=True, allow_none=True, validate=validate.OneOf([*Reason]))


def _time(meaning: str = "") -> fields.DateTime:
    return fields.DateTime(required=True, allow_none=True, metadata=_said(meaning))


def _value(meaning: str) -> fields.Raw:
    return fields.Raw(required=True, allow_none=True, metadata=_said(meaning))


def _one(shape: type[Schema], *, null: bool = False) -> fields.Nested:
    return fields.Nested(shape, required=True, allow_none=null)


def _several(shape: type[Schema], meaning: str = "") -> fields.List[Any]:
    return fields.List(fields.Nested(shape), required=True, metadata=_said(meaning))


def _said(meaning: str) -> dict[str, str]:
    return {"description": meaning} if meaning else {}


class RecordSchema(Schema):
    """What people have on screen."""

    host, type, id = _text(), _text(), _text()


class OwnerSchema(Schema):
    """The team that owns it."""

    team, label = _text(), _text()


class SourceSchema(Schema):
    """The source of truth."""

    id, label = _text(), _text()
    link = _text("Opens the thing in the source; may be empty.")
    runbook = _text("What its owner does when it fails; may be empty.")


class AccountSchema(Schema):
    """The one account that the record is about, and by what it was found."""

    id, name, link = _text(), _text(), _text()
    matched_by, matched_value = _text(), _text()


class CandidateSchema(Schema):
    """One of several accounts that the record may be about."""

    id, name, link = _text(), _text(), _text()


class TriedSchema(Schema):
    """A key of the record's by which an account was looked for."""

    key, label, value = _text(), _text(), _text()


class MatchSchema(Schema):
    """How the account was found, or why there is not exactly one."""

    state = fields.String(
        required=True,
        validate=validate.OneOf(["matched", "unmatched", "ambiguous", "pending", "failed"]),
    )
    headline, message = _text(), _text()
    by, value = _text(null=True), _text(null=True)
    candidates = _several(CandidateSchema)
    tried = _several(TriedSchema)
    owner = _one(OwnerSchema, null=True)


class CheckedSchema(Schema):
    """Since when everything without a mark has been confirmed, in words."""

    text = _text("The whole sentence.")
    ago = _text("The relative time within it.")
    since = fields.DateTime(required=True, data_key="from")


class AgoSchema(Schema):
    """The relative time within a note, and the time that it counts from."""

    text = _text()
    since = fields.DateTime(required=True, data_key="from")


class AttentionSchema(Schema):
    """A line to notice first; with `judged` false it could not be decided."""

    severity = _word(Severity)
    judged = fields.Boolean(required=True)
    say = _text("What the rule says.")
    message = _text("What to show: what the rule says, or why it could not be judged.")
    because = _texts("The fields that it stands on, or that it could not be judged for.")


class NoticeSchema(Schema):
    """What several readings share, told once."""

    source, reason = _text(), _reason()
    fields_ = fields.List(fields.String(), required=True, data_key="fields")
    headline, details, message = _text(), _text(), _text()
    since, next_try_at = _time(), _time()
    owner = _one(OwnerSchema)


class LastKnownSchema(Schema):
    """An expired value, for somebody who asks to see it all the same."""

    value = _value("As `value` of the reading.")
    display = _text()


class FaceSchema(Schema):
    """What a reading says, in words."""

    state = _word(State)
    word = _text("The state's name.")
    display = _text("What stands in the value's place; never empty.")
    note = _text("The short line beneath; empty where there is nothing to remark.")
    message = _text("All of it: why, who has it, what next.")
    ago = _one(AgoSchema, null=True)
    raw = _text("What the source really wrote, where that is not recognised.", null=True)
    last_known = _one(LastKnownSchema, null=True)


class StandingDisputeSchema(Schema):
    """That somebody says the value to be wrong."""

    since = fields.DateTime(required=True)
    times = fields.Integer(required=True)
    note = _text("Says so to whoever looks.")
    ago = _one(AgoSchema)


class LaterSchema(FaceSchema):
    """What a reading becomes by time alone."""

    at = fields.DateTime(required=True)


class ClocksSchema(Schema):
    """Both clocks, in words; empty where one does not apply."""

    as_of, confirmed = _text(), _text()


class ReadingSchema(FaceSchema):
    """A value, and how far to trust it."""

    field, label = _text(), _text()
    type = _word(FieldType)
    value = _value("There only where it may be shown: `fresh` and `stale`.")
    rest = _text("How many entries of a list are not in `value`; empty where all are.")
    answer, age, fetch = _word(AnswerKind), _word(Age), _word(Fetch)
    reason = _reason()
    as_of = _time("The source's own time for the value.")
    confirmed_at = _time("When a complete answer of the source last said so.")
    stale_at = _time("When it turns stale by time alone.")
    expire_at = _time("When it expires by time alone.")
    since = _time("When the present trouble began.")
    next_try_at = _time("When a failing source is asked again.")
    candidates = _texts("The records of a source that has several.")
    decision, definition, path, mapping, next_check = (_text() for _ in range(5))
    clocks = _one(ClocksSchema)
    source = _one(SourceSchema)
    owner = _one(OwnerSchema)
    disputed = _one(StandingDisputeSchema, null=True)
    later = _several(LaterSchema, "What it becomes by time alone, in order.")


class AnswerSchema(Schema):
    """One card about one record: every value, and how far to trust it."""

    record = _one(RecordSchema)
    account = _one(AccountSchema, null=True)
    match = _one(MatchSchema)
    card, title, decision = _text(), _text(), _text()
    generated_at = fields.DateTime(required=True)
    seen = _text("When that was, for a rendering that stays on screen as it is.")
    again = _text("What a button is called that asks again.")
    checked_at = _time("Since when everything without a mark has been confirmed.")
    checked = _one(CheckedSchema, null=True)
    complete = fields.Boolean(required=True, metadata=_said("False while something is on its way."))
    progress = _text("Whom the card is still waiting for; empty where it is complete.")
    check_again_at = _time("When to ask again; nothing changes by time alone before.")
    attention = _several(AttentionSchema)
    notices = _several(NoticeSchema)
    readings = _several(ReadingSchema)
