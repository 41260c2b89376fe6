"""What became of the fields that a system had: which are gone, which are another type now, and what
likely took the place of one.

What was seen of a lookup's shape is remembered, and each new look is compared with it. A field that
is gone has a likely successor where enough speaks for one: it appeared when the other went, it has
the same choices, the same values, a similar name. That is a guess, for a person to confirm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from context_sidecar.core.field import FieldType
from context_sidecar.core.shape import Shape, ShapeField
from context_sidecar.core.similarity import likeness, overlap

GONE_KEPT_FOR = timedelta(days=90)
RETYPED_TOLD_FOR = timedelta(days=30)

ENOUGH = 4.5
"""What must speak for a successor, in the weights below."""

LEAD = 1.0
"""How much more must speak for it than for the next."""

_WEIGHTS = {"appeared": 3.0, "choices": 3.0, "values": 4.0, "name": 2.0, "type": 1.0, "only": 1.0}
_MOSTLY = 0.8
_ALIKE = 0.6
_AGREES = 0.9
_WORDS = {FieldType.TEXT, FieldType.CHOICE}


class Because(StrEnum):
    """What speaks for a successor."""

    APPEARED = "appeared"
    CHOICES = "choices"
    VALUES = "values"
    NAME = "name"


class DriftKind(StrEnum):
    """What became of a field: it is gone, is of another type, or has codes that the declared
    vocabulary lacks."""

    GONE = "gone"
    RETYPED = "retyped"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A field, as it was last seen.

    `appeared_at` is when it was there for the first time, and None where it always was. `gone_at`
    is when it was missed first. `before` is what it was before its type changed at `changed_at`.
    `agrees` tells of a field that is gone, by the names of others, for what part of some accounts
    these have the value that it had.
    """

    seen: ShapeField
    last_seen: datetime
    appeared_at: datetime | None = None
    gone_at: datetime | None = None
    before: ShapeField | None = None
    changed_at: datetime | None = None
    agrees: Mapping[str, float] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Memory:
    """The shape of one lookup as it was seen over time: fields by name, and the last look."""

    fields: Mapping[str, Remembered]
    looked_at: datetime
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Successor:
    """The field that likely took another's place, and why it is taken for it."""

    field: ShapeField
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of what a declared field reads.

    `name` is what it reads. `since` is when that was noticed first, None where it always was so.
    `was` and `now` are the types before and after. `unlisted` are codes that the system has and the
    declared vocabulary lacks, with the system's own words.
    """

    kind: DriftKind
    name: str
    since: datetime | None = None
    successor: Successor | None = None
    was: FieldType | None = None
    now: FieldType | None = None
    unlisted: Mapping[str, str] = field(default_factory=dict, hash=False)


def remembered(
    known: Memory | None, shape: Shape, now: datetime, *, asked: Collection[str] = ()
) -> Memory:
    """Return what is known after *shape* was seen *now*; *asked* are the names that answers were
    asked for, from which it may be inferred.

    What is inferred shows only what was asked for: what it lacks besides is not taken to be gone
    where the system once described itself. Without any answer it shows nothing.
    """
    if known is None:
        first = {one.name: Remembered(one, now) for one in shape.fields}
        return Memory(first, now, shape.inferred)
    if shape.inferred and not shape.fields:
        return replace(known, looked_at=now)
    seen = {one.name: one for one in shape.fields}
    partly = shape.inferred and not known.inferred
    fields = {name: _seen(known.fields.get(name), one, now, shape) for name, one in seen.items()}
    for name, one in known.fields.items():
        if name not in seen and not _forgotten(one, now):
            missed = not partly or name in asked
            fields[name] = replace(one, gone_at=one.gone_at or now) if missed else one
    return Memory(fields, now, known.inferred and shape.inferred)


def _forgotten(one: Remembered, now: datetime) -> bool:
    return one.gone_at is not None and now - one.gone_at > GONE_KEPT_FOR


def _seen(known: Remembered | None, seen: ShapeField, now: datetime, shape: Shape) -> Remembered:
    if known is None:
        return Remembered(seen, now, appeared_at=now)
    was, is_now = known.before or known.seen, seen
    if not _differ(was.type, is_now.type, inferred=shape.inferred):
        return Remembered(_kept(known.seen, seen, shape), now, known.appeared_at)
    changed_at = known.changed_at or now
    if now - changed_at > RETYPED_TOLD_FOR:
        return Remembered(seen, now, known.appeared_at)
    return Remembered(seen, now, known.appeared_at, before=was, changed_at=changed_at)


def _kept(known: ShapeField, seen: ShapeField, shape: Shape) -> ShapeField:
    """What the system said of itself is worth more than what is inferred."""
    return known if shape.inferred and known.native else seen


def _differ(was: FieldType | None, now: FieldType | None, *, inferred: bool) -> bool:
    """Whether a type is another: of inferred ones, whether texts are few and repeated is none."""
    if inferred and {was, now} <= _WORDS | {None}:
        return False
    return was is not now and not (inferred and None in {was, now})


def drift_of(
    names: Collection[str],
    type_: FieldType,
    choices: Mapping[str, str],
    memory: Memory,
    taken: Collection[str],
) -> Drift | None:
    """Return what became of what a declared field reads, if anything did.

    Args:
        names: what it reads.
        type_: its declared type: what a system's is now is another only where it differs from that.
        choices: its vocabulary.
        memory: what is remembered of its lookup.
        taken: names that other fields read, none of which is a successor.
    """
    known = [memory.fields[name] for name in sorted(names) if name in memory.fields]
    for one in known:
        if one.gone_at:
            found = successor(one, memory, taken)
            return Drift(DriftKind.GONE, one.seen.name, one.gone_at, found, was=one.seen.type)
    for one in known:
        if one.before and type_ not in {one.seen.type, FieldType.TEXT}:
            was, is_now = one.before.type, one.seen.type
            return Drift(DriftKind.RETYPED, one.seen.name, one.changed_at, was=was, now=is_now)
    if choices and len(known) == 1 and known[0].seen.native:
        one = known[0]
        unlisted = {code: words for code, words in one.seen.choices.items() if code not in choices}
        if unlisted:
            return Drift(DriftKind.UNLISTED, one.seen.name, unlisted=unlisted)
    return None


def candidates(gone: Remembered, memory: Memory, taken: Collection[str]) -> Iterator[Remembered]:
    """Give the fields that may have taken the place of one that is *gone*."""
    for name, one in memory.fields.items():
        if one.gone_at is None and name not in taken and one is not gone:
            yield one


def successor(gone: Remembered, memory: Memory, taken: Collection[str]) -> Successor | None:
    """Return the field that likely took the place of one that is *gone*; None where none does
    clearly."""
    found = list(candidates(gone, memory, taken))
    together = [one for one in found if _together(gone, one)]
    scores = {one.seen.name: _speaks(gone, one, together) for one in found}
    ranked = sorted(scores, key=lambda name: sum(scores[name].values()), reverse=True)
    if not ranked:
        return None
    best, *others = (sum(scores[name].values()) for name in ranked)
    if best < ENOUGH or (others and best - others[0] < LEAD):
        return None
    reasons = scores[ranked[0]]
    because = tuple(each for each in Because if reasons.get(each, 0) > 0)
    return Successor(memory.fields[ranked[0]].seen, because)


def _together(gone: Remembered, other: Remembered) -> bool:
    """Whether *other* appeared when the first went: in the look that missed it."""
    appeared = other.appeared_at
    return (
        gone.gone_at is not None
        and appeared is not None
        and (gone.last_seen < appeared <= gone.gone_at)
    )


def _speaks(
    gone: Remembered, other: Remembered, together: Collection[Remembered]
) -> dict[str, float]:
    """Return what speaks for *other*, and against it (below zero), by what it is."""
    was, now = gone.seen, other.seen
    said: dict[str, float] = {}
    if other in together:
        said["appeared"] = 1
        said["only"] = len(together) == 1
    if was.choices and now.choices:
        shared = overlap(was.choices, now.choices)
        said["choices"] = shared if shared >= _MOSTLY else shared - 1
    if (agreement := gone.agrees.get(now.name)) is not None:
        said["values"] = agreement if agreement >= _AGREES else agreement - 1
    alike = max(likeness(was.name, now.name), likeness(was.label, now.label))
    if alike >= _ALIKE:
        said["name"] = alike
    if was.type and now.type:
        same = was.type is now.type or {was.type, now.type} <= _WORDS
        said["type"] = 1 if same else -2
    return {name: share * _WEIGHTS[name] for name, share in said.items()}
