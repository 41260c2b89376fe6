"""A lookup's shape, looked at and remembered, and what became of the fields that read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from context_sidecar.core.errors import SourceError
from context_sidecar.core.field import Field
from context_sidecar.core.inference import infer
from context_sidecar.core.matching import visible
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.remembered import Memory
from context_sidecar.engine.drifts import Drifts
from context_sidecar.engine.examination.absent import unread
from context_sidecar.engine.examination.drifted import drifted, is_undescribed
from context_sidecar.engine.examination.exploring import described, undescribed
from context_sidecar.engine.examination.findings import Finding, doubtful
from context_sidecar.engine.examination.trial import Trial
from context_sidecar.engine.questions import names_of


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
    ids = undescribed(shape, fields, trial.source.id, lookup)
    if ids:
        yield doubtful(
            lookup,
            f"{trial.source.label} describes no field at all now, though {', '.join(ids)} "
            f"{'is' if len(ids) == 1 else 'are'} declared",
            "Look whether our user may still read how its fields are described.",
        )
    place = trial.source.id, lookup
    memory = drifts.learn(place, shape or infer(one.data for one in founds))
    told = drifts.about()
    for field in fields:
        drift = told.get(field.id)
        if drift is None:
            yield from _out_of_use(field, memory)
        elif not (ids and is_undescribed(drift, founds)):  # that is said of all at once
            yield drifted(field, drift, founds)
    if shape and shape.fields and not founds and not any(one.id in told for one in fields):
        yield unread(shape, fields, lookup)


def _not_described(trial: Trial, lookup: str, refusal: SourceError) -> Finding:
    known = ", ".join(filter(None, (refusal.detail, refusal.code)))
    why = f"{refusal.reason.entry.log}{f': {known}' if known else ''}"
    denied = refusal.reason is Reason.PERMISSION_DENIED
    what = "does not let us read" if denied else "does not tell as it did"
    return doubtful(
        lookup,
        f"{trial.source.label} {what} how it describes its fields ({why})",
        "What changes there is told from answers alone, and later."
        + (" Give our user that right, too." if denied else ""),
    )


def _out_of_use(field: Field, memory: Memory) -> Iterator[Finding]:
    for name in sorted(names_of(field)):
        known = memory.fields.get(name)
        if known and known.seen.deprecated:
            yield doubtful(
                field.id, f"{field.source.label} has put `{visible(name)}` out of use",
                "Ask its admin what takes its place.",
            )  # fmt: skip
