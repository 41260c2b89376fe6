"""The shape of one reading in the answer, and of what is told of it elsewhere on the card."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields

from context_sidecar.core.causes import Cause
from context_sidecar.core.drift import DriftKind
from context_sidecar.core.field import FieldType
from context_sidecar.core.observation import Fetch
from context_sidecar.core.reading import Age, AnswerKind, State
from context_sidecar.web import shape_kinds as kinds


class OwnerSchema(Schema):
    """The team that owns it."""

    team, label = kinds.string(), kinds.string()


class SourceSchema(Schema):
    """The source of truth."""

    id, label = kinds.string(), kinds.string()
    link = kinds.string("Opens the thing in the source; may be empty.")
    runbook = kinds.string("What its owner does when it fails; may be empty.")


class AgoSchema(Schema):
    """The relative time within a note, and the time that it counts from."""

    text = kinds.string()
    since = fields.DateTime(required=True, data_key="from")


class LastKnownSchema(Schema):
    """An expired value, for somebody who asks to see it all the same."""

    value = kinds.value("As `value` of the reading.")
    display = kinds.string()


class FaceSchema(Schema):
    """What a reading says, in words."""

    state = kinds.word(State)
    word = kinds.string("The state's name.")
    display = kinds.string("What stands in the value's place; never empty.")
    note = kinds.string("The short line beneath; empty where there is nothing to remark.")
    told = kinds.flag("Whether a notice says all that the note says.")
    message = kinds.string("All of it: why, who has it, what next.")
    remark = kinds.string("The part of the message about what is wrong; may be empty.")
    ago = kinds.one(AgoSchema, null=True)
    raw = kinds.string("What the source really wrote, where that is not recognised.", null=True)
    last_known = kinds.one(LastKnownSchema, null=True)


class StandingDisputeSchema(Schema):
    """That somebody says the value to be wrong."""

    since = fields.DateTime(required=True)
    times = fields.Integer(required=True)
    note = kinds.string("Says so to whoever looks.")
    ago = kinds.one(AgoSchema)


class SuccessorSchema(Schema):
    """The field that likely took another's place."""

    path, label = kinds.string(), kinds.string()
    because = kinds.strings("What speaks for it: appeared, choices, values, name.")


class DriftSchema(Schema):
    """What became of what a field reads in its system."""

    kind = kinds.word(DriftKind)
    name = kinds.string("What the field reads.")
    since = kinds.time("When that was noticed.")
    was = kinds.string("Its type before.", null=True)
    now = kinds.string("Its type now.", null=True)
    successor = kinds.one(SuccessorSchema, null=True)
    said = kinds.string("All of it, for the owner.")


class LaterSchema(FaceSchema):
    """What a reading becomes by time alone."""

    at = fields.DateTime(required=True)


class HeadlineFaceSchema(Schema):
    """A field beside the customer's name; `marked` if it is not certain."""

    state = kinds.word(State)
    word = kinds.string("The state's name.")
    marked = kinds.flag()
    text = kinds.string("The value in a word or two; the field's label where it has none to show.")


class LaterHeadlineSchema(HeadlineFaceSchema):
    """What it becomes by time alone."""

    at = fields.DateTime(required=True)


class HeadlineSchema(HeadlineFaceSchema):
    """A field that is told beside the customer's name already."""

    field = kinds.string()
    later = kinds.several(LaterHeadlineSchema)


class ContractSchema(Schema):
    """What is agreed for a value, in words."""

    audience = kinds.string("For whom, and where.")
    age = kinds.string("How old it may be.")
    on_failure = kinds.string("What is shown when it cannot be had.")


class ClocksSchema(Schema):
    """Both clocks, in words; empty where one does not apply."""

    as_of, confirmed = kinds.string(), kinds.string()


class CauseSchema(Schema):
    """What may lie behind a failure."""

    cause = kinds.word(Cause)
    said = kinds.string("A main clause without a full stop.")


class ReadingSchema(FaceSchema):
    """A value, and how far to trust it."""

    field, label = kinds.string(), kinds.string()
    type = kinds.word(FieldType)
    value = kinds.value("There only where it may be shown: `fresh` and `stale`.")
    rest = kinds.string("How many entries of a list are not in `value`; empty where all are.")
    answer = kinds.word(
        AnswerKind,
        "What the source said last that can be relied on: `value`, `none` (there is none), "
        "`no_match` (no such record), `several` (records), `unrecognised` (not of the declared "
        "type, nor among its choices), or `never`: nothing yet, or it was not asked (see `lacks`).",
    )
    age, fetch = kinds.word(Age), kinds.word(Fetch)
    reason = kinds.reason(
        "Why the source could not be read; null where nothing failed, and where it was not asked "
        "(see `lacks`)."
    )
    certain = kinds.flag(
        "False where the reason is a suspicion: several causes look alike; and where the source "
        "was not asked."
    )
    possible_causes = kinds.several(CauseSchema, "What may lie behind it, as far as is known.")
    code = kinds.string("The vendor's own code for the failure; may be empty.")
    request_id = kinds.string("The vendor's id of the failed request; may be empty.")
    as_of = kinds.time("The source's own time for the value.")
    confirmed_at = kinds.time("When a complete answer of the source last said so.")
    attempted_at = kinds.time("When the source was last asked, whatever came of it.")
    stale_at = kinds.time("When it turns stale by time alone.")
    expire_at = kinds.time("When it expires by time alone.")
    since = kinds.time("When the present trouble began.")
    denied_at = kinds.time("When it began to say that it has no such record, not believed yet.")
    next_try_at = kinds.time("When a source that fails, or denies a record, is asked again.")
    candidates = kinds.strings("The records of a source that has several.")
    lacks = kinds.string(
        "The account key by which the source was to be asked, and was not: of this account the "
        "directory has none (`state` is `unmatched`), or several (`ambiguous`), of which none is "
        "guessed. Empty where the source was asked."
    )
    archived = kinds.flag("Whether its source has archived the record that it is of.")
    merged_into = kinds.string("The record that its source merged this one into; may be empty.")
    explains = kinds.string("The field whose value it explains.", null=True)
    decision, definition, path, mapping, next_check = (kinds.string() for _ in range(5))
    contract = kinds.one(ContractSchema)
    clocks = kinds.one(ClocksSchema)
    source = kinds.one(SourceSchema)
    owner = kinds.one(OwnerSchema)
    drift = kinds.one(DriftSchema, null=True)
    disputed = kinds.one(StandingDisputeSchema, null=True)
    later = kinds.several(LaterSchema, "What it becomes by time alone, in order.")
