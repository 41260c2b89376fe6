"""What became of what a field reads, for the team that owns its source."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from context_sidecar.core.drift import Because, Drift, DriftKind
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.matching import visible
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.rows import lacks
from context_sidecar.core.shape import EACH, ShapeField
from context_sidecar.engine.examination.findings import Finding, doubtful, wrong
from context_sidecar.engine.questions import names_of

FEW_CODES = 5

_REASONS = {
    Because.ID: "has the same id",
    Because.APPEARED: "appeared when the other went",
    Because.CHOICES: "has the same choices",
    Because.VALUES: "has the same values",
    Because.NAME: "has a similar name",
}


def drifted(field: Field, drift: Drift, founds: Sequence[Found]) -> Finding:
    """Return what became of what *field* reads: that values do not parse is found by themselves,
    and here is why. *founds* are answers from since that was noticed."""
    name, system = visible(drift.name), field.source.label
    match drift.kind:
        case DriftKind.GONE if is_undescribed(drift, founds):
            return doubtful(
                field.id,
                f"{system} describes no `{name}` any more, though its answers have it",
                "Look whether our user may still read how all its fields are described.",
            )
        case DriftKind.GONE:
            said = f"`{name}` is gone from {system}, as noticed {_when(drift.since)}"
            said += _successor(drift)
            return wrong(field.id, said, _remedy(field, drift), Reason.SCHEMA_CHANGED)
        case DriftKind.RETYPED:
            was, now = _named(drift.was), _named(drift.now)
            said = f"`{name}` was {was} in {system}, and is {now} since {_when(drift.since)}"
            remedy = (
                f"Look whether fields.{field.id}.type and path are right. If they are as they "
                f"stand, `sidecar accept {field.id}`, or the page of the source at /admin, says so."
            )
            if drift.certain:
                return wrong(field.id, said, remedy, Reason.SCHEMA_CHANGED)
            return doubtful(field.id, said, remedy)
    codes = [f"`{visible(code)}` ({visible(words)})" for code, words in drift.unlisted.items()]
    more = f" and {len(codes) - FEW_CODES:,} more" if len(codes) > FEW_CODES else ""
    return doubtful(
        field.id,
        f"{system} has codes that its choices lack: {', '.join(codes[:FEW_CODES])}{more}",
        f"Add them to fields.{field.id}.choices before an account has one.",
    )


def is_undescribed(drift: Drift, founds: Sequence[Found]) -> bool:
    """Whether what is gone is gone from the system's description alone: answers still have it."""
    gone = drift.kind is DriftKind.GONE
    return gone and bool(founds) and not any(lacks(one.data, drift.name) for one in founds)


def _named(type_: FieldType | None) -> str:
    return f"a {type_.value}" if type_ else "of no type of ours"


def _successor(drift: Drift) -> str:
    if drift.successor is None:
        return ""
    *first, last = (_REASONS[one] for one in drift.successor.because)
    reasons = f"{', '.join(first)} and {last}" if first else last
    return f"; `{visible(drift.successor.field.path)}` {reasons}"


def _remedy(field: Field, drift: Drift) -> str:
    found = drift.successor.field if drift.successor else None
    if EACH in drift.name:
        return _remedy_in_items(field, found)
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


def _remedy_in_items(field: Field, found: ShapeField | None) -> str:
    part = "items" if field.items else "path"
    accept = f"If nobody has any just now, `sidecar accept {field.id}` says so."
    if found is None:
        return accept
    return f"If it is the same, let fields.{field.id}.{part} read `{visible(found.path)}`. {accept}"


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d at %H:%M} UTC" if moment else "at first"
