"""A lookup's shape, looked at and remembered, and what became of the fields that read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from context_sidecar.core.drift import Because, Drift, DriftKind
from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.inference import infer
from context_sidecar.core.matching import visible
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.remembered import Memory
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.absent import unread
from context_sidecar.engine.examination.exploring import described
from context_sidecar.engine.examination.findings import Finding, doubtful, wrong
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import names_of

FEW_CODES = 5

_REASONS = {
    Because.ID: "has the same id",
    Because.APPEARED: "appeared when the other went",
    Because.CHOICES: "has the same choices",
    Because.VALUES: "has the same values",
    Because.NAME: "has a similar name",
}


def examine_shape(
    trial: Trial, lookup: str, fields: Sequence[Field], founds: Sequence[Found], drifts: Drifts
) -> Iterator[Finding]:
    """Look at the shape of *lookup*, as its system describes it or as the answers *founds* look,
    and say what became of *fields*, all those that are read from it."""
    try:
        shape, refusal = described(trial, lookup)
    except SourceError as error:
        yield doubtful(lookup, f"its fields could not be looked at ({error.reason.entry.log})")
        return
    if refusal and founds:
        yield _not_described(trial, lookup, refusal)
    place = trial.source.id, lookup
    memory = drifts.learn(place, shape or infer(one.data for one in founds))
    told = drifts.about()
    for field in fields:
        if drift := told.get(field.id):
            yield _drifted(field, drift)
        else:
            yield from _out_of_use(field, memory)
    if shape and shape.fields and not founds and not any(one.id in told for one in fields):
        yield unread(shape, fields, lookup)


def _not_described(trial: Trial, lookup: str, refusal: SourceError) -> Finding:
    known = ", ".join(filter(None, (refusal.detail, refusal.code)))
    why = f"{refusal.reason.entry.log}{f': {known}' if known else ''}"
    return doubtful(
        lookup,
        f"{trial.source.label} does not let us read how it describes its fields ({why})",
        "What changes there is told from answers alone, and later. Give our user that right, too.",
    )


def _drifted(field: Field, drift: Drift) -> Finding:
    """That values do not parse is found by themselves; here is why."""
    name, system = visible(drift.name), field.source.label
    match drift.kind:
        case DriftKind.GONE:
            said = f"`{name}` is gone from {system}, as noticed {_when(drift.since)}"
            said += _successor(drift)
            return wrong(field.id, said, _remedy(field, drift), Reason.SCHEMA_CHANGED)
        case DriftKind.RETYPED:
            was, now = _named(drift.was), _named(drift.now)
            said = f"`{name}` was {was} in {system}, and is {now} since {_when(drift.since)}"
            return doubtful(field.id, said, f"Look whether fields.{field.id}.type is right.")
    codes = [f"`{visible(code)}` ({visible(words)})" for code, words in drift.unlisted.items()]
    more = f" and {len(codes) - FEW_CODES:,} more" if len(codes) > FEW_CODES else ""
    return doubtful(
        field.id,
        f"{system} has codes that its choices lack: {', '.join(codes[:FEW_CODES])}{more}",
        f"Add them to fields.{field.id}.choices before an account has one.",
    )


def _named(type_: FieldType | None) -> str:
    return f"a {type_.value}" if type_ else "of no type of ours"


def _successor(drift: Drift) -> str:
    if drift.successor is None:
        return ""
    *first, last = (_REASONS[one] for one in drift.successor.because)
    reasons = f"{', '.join(first)} and {last}" if first else last
    return f"; `{visible(drift.successor.field.path)}` {reasons}"


def _remedy(field: Field, drift: Drift) -> str:
    found = drift.successor and drift.successor.field
    if not found:
        return Reason.SCHEMA_CHANGED.entry.owner
    if drift.name not in names_of(field):
        return (
            f"Accounts are found by it. If it is the same, let the settings of sources."
            f"{field.source.id} name `{visible(found.way[-1])}`."
        )
    if not found.given:
        return (
            f"If it is the same, let the query of {field.source.id}.{field.lookup} give "
            f"`{visible(found.name)}`."
        )
    return f"If it is the same, let fields.{field.id}.path be {visible(found.path)}."


def _out_of_use(field: Field, memory: Memory) -> Iterator[Finding]:
    for name in sorted(names_of(field)):
        known = memory.fields.get(name)
        if known and known.seen.deprecated:
            yield doubtful(
                field.id, f"{field.source.label} has put `{visible(name)}` out of use",
                "Ask its admin what takes its place.",
            )  # fmt: skip


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d at %H:%M} UTC" if moment else "at first"
