"""How each thing that can be the matter with a field comes about: from what its source did."""

from __future__ import annotations

from dataclasses import replace

from context_sidecar.core.field import Field
from context_sidecar.core.freshness import unasked
from context_sidecar.core.observation import NoMatch, Observation, Several
from context_sidecar.core.reading import Reading
from context_sidecar.core.reasons import Reason
from context_sidecar.preview import samples
from context_sidecar.preview.stage import Stage


def _old(stage: Stage, field: Field) -> Observation:
    at = stage.long_ago(field)
    return stage.answered(stage.found(field, at), at)


def quiet(stage: Stage, field: Field) -> Reading:
    """Return *field* when it is old and its source is just being asked."""
    return stage.reading(field, _old(stage, field), under_way=True)


def old_and_failing(stage: Stage, field: Field, reason: Reason = Reason.TIMEOUT) -> Reading:
    """Return *field* when its source has failed for *reason* since it became old."""
    return stage.reading(field, stage.failing(field, _old(stage, field), reason))


def blocked(stage: Stage, field: Field) -> Reading:
    """Return *field* when it is old and a person has to act."""
    return old_and_failing(stage, field, Reason.CREDENTIAL_EXPIRED)


def denied(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source did not find the record, for the first time."""
    at = stage.recent(field)
    return stage.reading(
        field, stage.answered(stage.found(field, at), at).answered(NoMatch(), stage.now)
    )


def behind(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source answers with what is old already."""
    found = stage.found(field, stage.long_ago(field))
    return stage.reading(field, stage.answered(found, stage.recent(field)))


def too_old(stage: Stage, field: Field) -> Reading:
    """Return *field* when it was confirmed longer ago than it may be used."""
    at = stage.too_long_ago(field)
    before = stage.answered(stage.found(field, at), at)
    return stage.reading(field, stage.failing(field, before, Reason.TIMEOUT))


def never(stage: Stage, field: Field, reason: Reason) -> Reading:
    """Return *field* when its source has failed for *reason* before it ever answered."""
    return stage.reading(field, stage.failing(field, Observation(), reason))


def archived(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source has archived the record."""
    at = stage.recent(field)
    return stage.reading(field, stage.answered(replace(stage.found(field, at), archived=True), at))


def missing(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source confirms that there is none."""
    at = stage.recent(field)
    return stage.reading(field, stage.answered(stage.wrote(field, None, at), at))


def unmatched(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source does not know the customer."""
    return stage.reading(field, stage.answered(NoMatch(), stage.recent(field)))


def merged(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source has merged the record into another."""
    name = stage.words.text("Sample customer")
    gone = NoMatch(merged_into=f"{name} 2")
    return stage.reading(field, stage.answered(gone, stage.recent(field)))


def not_asked(stage: Stage, field: Field) -> Reading:
    """Return *field* when the customer lacks the key that its source is asked by."""
    own = field.source.key not in {"id", "name"}
    return unasked(field, several=False) if own else unmatched(stage, field)


def ambiguous(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source has several records."""
    names = stage.words.text("Sample customer")
    several = Several((f"{names} 1", f"{names} 2"))
    return stage.reading(field, stage.answered(several, stage.recent(field)))


def invalid(stage: Stage, field: Field) -> Reading:
    """Return *field* when its source wrote what is outside the contract."""
    at = stage.recent(field)
    raw = stage.wrote(field, samples.broken(stage.words, field), at)
    return stage.reading(field, stage.answered(raw, at))


def retyped(stage: Stage, field: Field) -> Reading:
    """Return *field* when what it is read from became one of another type in its source."""
    at = stage.recent(field)
    return stage.reading(field, stage.answered(stage.found(field, at), at), retyped=True)


def pending(stage: Stage, field: Field) -> Reading:
    """Return *field* when nothing is known of it yet."""
    return stage.reading(field, Observation(), under_way=True)
