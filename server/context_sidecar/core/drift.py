"""What became of the fields that a system had: which are gone, which are another type now, and what
likely took the place of one.

What was seen of a lookup's shape is remembered (`core.remembered`). A field that is gone has a
likely successor where enough speaks for one: it has the same id, it appeared when the other went,
it has the same choices, the same values, a similar name. That is a guess, for a person to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from context_sidecar.core.field import FieldType
from context_sidecar.core.remembered import WORDS, Memory, Remembered
from context_sidecar.core.shape import Kind, ShapeField, is_rewritten
from context_sidecar.core.similarity import likeness, overlap

ENOUGH = 4.5
"""What must speak for a successor, in the weights below."""

LEAD = 1.0
"""How much more must speak for it than for the next."""

_WEIGHTS = {
    "id": 8.0,
    "appeared": 3.0,
    "choices": 3.0,
    "values": 4.0,
    "name": 2.0,
    "type": 1.0,
    "only": 1.0,
}
_MOSTLY = 0.8
_ALIKE = 0.6
_AGREES = 0.9
_DIGITS = re.compile(r"\d{2,}", re.ASCII)


class Because(StrEnum):
    """What speaks for a successor."""

    ID = "id"
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
class Successor:
    """The field that likely took another's place, and why it is taken for it."""

    field: ShapeField
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of what a declared field reads.

    `name` is what it reads. `since` is when that was noticed first, None where it always was so.
    `was` and `now` are the types before and after; `certain` says that it is the type that changed,
    and not just how values look: texts of some accounts may look like numbers, and those of others
    not, so that the system itself must say it, or write them in another way. `shown` says that each
    value shows by how it is written which of the two it is of, so that one that is written as
    before is what was agreed, and else none is. `unlisted` are codes that the system has and the
    declared vocabulary lacks, with the system's own words.
    """

    kind: DriftKind
    name: str
    since: datetime | None = None
    successor: Successor | None = None
    was: FieldType | None = None
    now: FieldType | None = None
    certain: bool = False
    shown: bool = False
    unlisted: Mapping[str, str] = field(default_factory=dict, hash=False)


def drift_of(
    names: Collection[str],
    type_: FieldType,
    choices: Mapping[str, str],
    memory: Memory,
    taken: Collection[str],
) -> Drift | None:
    """Return what became of what a declared field reads, if anything did.

    Args:
        names: what it reads. What its lookup goes by counts as read, too.
        type_: its declared type: what a system's is now is another only where it differs from that.
        choices: its vocabulary.
        memory: what is remembered of its lookup.
        taken: names that other fields read, none of which is a successor.
    """
    known = [memory.fields[name] for name in sorted(names) if name in memory.fields]
    keys = [one for one in memory.fields.values() if one.seen.key]
    for one in (*keys, *known):
        if one.gone_at:
            found = successor(one, memory, taken)
            return Drift(DriftKind.GONE, one.seen.name, one.gone_at, found, was=one.seen.type)
    for one in known:
        if one.before is None:
            continue
        shown = is_rewritten(one.before, one.seen)
        if not shown and type_ is one.seen.type and not one.seen.list:
            continue
        certain = shown or bool(one.before.native and one.seen.native)
        if certain or (type_ is not FieldType.TEXT and not one.seen.list):
            was, is_now = _types(one.before, one.seen)
            return Drift(
                DriftKind.RETYPED, one.seen.name, one.changed_at, was=was, now=is_now,
                certain=certain, shown=shown,
            )  # fmt: skip
    if choices and len(known) == 1 and known[0].seen.native and not known[0].seen.list:
        one = known[0]
        unlisted = {code: words for code, words in one.seen.choices.items() if code not in choices}
        if unlisted:
            return Drift(DriftKind.UNLISTED, one.seen.name, unlisted=unlisted)
    return None


_BY_KIND = {
    Kind.TEXT: FieldType.TEXT,
    Kind.NUMBER: FieldType.NUMBER,
    Kind.BOOLEAN: FieldType.BOOLEAN,
}


def _types(was: ShapeField, now: ShapeField) -> tuple[FieldType | None, FieldType | None]:
    """Return what it was, and is; where both look like one type, by how they are written."""
    if was.type is not now.type or not (was.kind and now.kind):
        return was.type, now.type
    return _BY_KIND.get(was.kind), _BY_KIND.get(now.kind)


def candidates(gone: Remembered, memory: Memory, taken: Collection[str]) -> Iterator[Remembered]:
    """Give the fields that may have taken the place of one that is *gone*."""
    for name, one in memory.fields.items():
        beside = one.seen.list == gone.seen.list
        if one.gone_at is None and name not in taken and one is not gone and beside:
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


def _numbered_alike(one: str, other: str) -> bool:
    """Whether names are ids that differ in their numbers alone, which says nothing:
    `customfield_10042`."""
    return one != other and _DIGITS.sub("", one) == _DIGITS.sub("", other)


def _speaks(
    gone: Remembered, other: Remembered, together: Collection[Remembered]
) -> dict[str, float]:
    """Return what speaks for *other*, and against it (below zero), by what it is."""
    was, now = gone.seen, other.seen
    said: dict[str, float] = {}
    if was.id and was.id == now.id:
        said["id"] = 1
    if other in together:
        said["appeared"] = 1
        said["only"] = len(together) == 1
    if was.choices and now.choices:
        shared = overlap(was.choices, now.choices)
        said["choices"] = shared if shared >= _MOSTLY else shared - 1
    if (agreement := gone.agrees.get(now.name)) is not None:
        said["values"] = agreement if agreement >= _AGREES else agreement - 1
    alike = likeness(was.label, now.label)
    if not _numbered_alike(was.name, now.name):
        alike = max(alike, likeness(was.name, now.name))
    if alike >= _ALIKE:
        said["name"] = alike
    if was.type and now.type:
        same = was.type is now.type or {was.type, now.type} <= WORDS
        said["type"] = 1 if same else -2
    return {name: share * _WEIGHTS[name] for name, share in said.items()}
