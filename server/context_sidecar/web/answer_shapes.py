"""The shape of the answer, for the description; the tests hold real answers against it."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields, validate

from context_sidecar.core.attention import Severity
from context_sidecar.web import shape_kinds as kinds
from context_sidecar.web.reading_shapes import AgoSchema, HeadlineSchema, OwnerSchema, ReadingSchema


class RecordSchema(Schema):
    """What people have on screen."""

    host, type, id = kinds.string(), kinds.string(), kinds.string()


class AccountSchema(Schema):
    """The one account that the record is about, and by what it was found."""

    id, name, link = kinds.string(), kinds.string(), kinds.string()
    matched_by, matched_value = kinds.string(), kinds.string()


class CandidateKeySchema(Schema):
    """A key that tells a candidate from the others."""

    key, label, value = kinds.string(), kinds.string(), kinds.string()


class CandidateSchema(Schema):
    """One of several accounts that the record may be about."""

    id, name, link = kinds.string(), kinds.string(), kinds.string()
    keys = kinds.several(CandidateKeySchema)


class TriedSchema(Schema):
    """A key of the record's by which an account was looked for."""

    key, label, value = kinds.string(), kinds.string(), kinds.string()


class MatchSchema(Schema):
    """How the account was found, or why there is not exactly one."""

    state = fields.String(
        required=True,
        validate=validate.OneOf(["matched", "unmatched", "ambiguous", "pending", "failed"]),
    )
    headline, message = kinds.string(), kinds.string()
    by, value = kinds.string(null=True), kinds.string(null=True)
    candidates = kinds.several(CandidateSchema)
    tried = kinds.several(TriedSchema)
    owner = kinds.one(OwnerSchema, null=True)


class CheckedSchema(Schema):
    """Since when everything without a mark has been confirmed, in words."""

    text = kinds.string("The whole sentence.")
    ago = kinds.string("The relative time within it.")
    since = fields.DateTime(required=True, data_key="from")


class AttentionSchema(Schema):
    """A line to notice first; with `judged` false it could not be decided."""

    severity = kinds.word(Severity)
    judged = kinds.flag()
    say = kinds.string("What the rule says.")
    headline = kinds.string("The same; where it could not be judged, with that before it.")
    message = kinds.string("What to show: what the rule says, or why it could not be judged.")
    because = kinds.strings("The fields that it stands on, or that it could not be judged for.")
    told = kinds.flag("Whether a notice says already that it was not judged.")


class NoticeSchema(Schema):
    """What several readings share, told once: a `trouble`, or that the record which they are of is
    `archived` in its source, which is none."""

    kind = fields.String(required=True, validate=validate.OneOf(["trouble", "archived"]))
    source, reason = kinds.string(), kinds.reason()
    fields_ = fields.List(fields.String(), required=True, data_key="fields")
    headline, details, message = kinds.string(), kinds.string(), kinds.string()
    ago = kinds.one(AgoSchema, null=True)
    unjudged = kinds.strings("What rules say that could not be judged for this cause alone.")
    since, next_try_at = kinds.time(), kinds.time()
    owner = kinds.one(OwnerSchema)


class AnswerSchema(Schema):
    """One card about one record: every value, and how far to trust it."""

    record = kinds.one(RecordSchema)
    account = kinds.one(AccountSchema, null=True)
    match = kinds.one(MatchSchema)
    card, title, decision = kinds.string(), kinds.string(), kinds.string()
    language = kinds.string("What labels, rules and definitions are written in.")
    generated_at = fields.DateTime(required=True)
    seen = kinds.string("When that was, for a rendering that stays on screen as it is.")
    again = kinds.string("What a button is called that asks again.")
    checked_at = kinds.time("Since when everything without a mark has been confirmed.")
    checked = kinds.one(CheckedSchema, null=True)
    complete = kinds.flag("False while something is on its way.")
    progress = kinds.string("Whom the card is still waiting for; empty where it is complete.")
    awaited = kinds.strings("The sources that the card is still waiting for.")
    asked_at = kinds.time("When a source of the card was last asked, whatever came of it.")
    unread = kinds.strings("The sources that could not be read when they were last asked.")
    check_again_at = kinds.time("When to ask again; nothing changes by time alone before.")
    headline = kinds.several(HeadlineSchema, "What is told beside the customer's name already.")
    attention = kinds.several(AttentionSchema)
    notices = kinds.several(NoticeSchema)
    readings = kinds.several(ReadingSchema)
