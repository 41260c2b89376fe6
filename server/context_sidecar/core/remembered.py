"""What was seen of a lookup's shape over time: each new look is compared with those before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from context_sidecar.core.field import FieldType
from context_sidecar.core.shape import (
    EACH,
    Kind,
    Shape,
    ShapeField,
    is_object_now,
    is_odd,
    is_rewritten,
    way_of,
)

GONE_KEPT_FOR = timedelta(days=90)

WORDS = {FieldType.TEXT, FieldType.CHOICE}
"""Types that a look at some answers does not tell apart for sure."""

_NUMBERS = {FieldType.NUMBER, FieldType.PERCENT}


@dataclass(frozen=True, slots=True)
class Remembered:
    """A field, as it was last seen.

    `appeared_at` is when it was there for the first time, and None where it always was. `gone_at`
    is when it was missed first. `before` is what it was before its type changed at `changed_at`,
    until that is undone or accepted: nothing is right because time has passed. `agrees` tells of a
    field that is gone, by the names of others, for what part of some accounts these have the value
    that it had. `waived` says of a name in items that somebody has accepted that none may have it.
    """

    seen: ShapeField
    last_seen: datetime
    appeared_at: datetime | None = None
    gone_at: datetime | None = None
    before: ShapeField | None = None
    changed_at: datetime | None = None
    agrees: Mapping[str, float] = field(default_factory=dict, hash=False)
    waived: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """The shape of one lookup as it was seen over time: fields by name, and the last look."""

    fields: Mapping[str, Remembered]
    looked_at: datetime
    inferred: bool = False

    @property
    def left_out(self) -> frozenset[str]:
        """The names that some items of a list have, and others do not: none of an account's need
        have one."""
        return frozenset(name for name in self.living if self.fields[name].seen.left_out)

    @property
    def living(self) -> frozenset[str]:
        """The names that are there."""
        return frozenset(name for name, one in self.fields.items() if one.gone_at is None)

    def doubting(self, lost: Mapping[str, datetime]) -> Memory:
        """Return it with those names taken for gone that an account's items have *lost*, each since
        a time, and that no other's have shown since."""
        gone = {name for name, since in lost.items() if self._has_not_shown(name, since)}
        fields = {
            name: replace(one, gone_at=one.gone_at or lost[name]) if name in gone else one
            for name, one in self.fields.items()
        }
        return replace(self, fields=fields) if gone else self

    def _has_not_shown(self, name: str, since: datetime) -> bool:
        one = self.fields.get(name)
        return one is not None and not one.waived and one.last_seen <= since

    def objects_now(self, names: Collection[str], data: object) -> frozenset[str]:
        """Return those of *names* that are objects in *data*, and were single values, as it was
        seen or accepted."""
        known = (self.fields[name] for name in names if name in self.fields)
        agreed = (one.before or one.seen for one in known)
        return frozenset(one.name for one in agreed if is_object_now(one, data))

    def unsettled(
        self, names: Collection[str], rewritten: Mapping[str, datetime]
    ) -> frozenset[str]:
        """Return those of *names* that an account's answer has *rewritten*, each since a time, and
        of which no look has told since whether others' are."""
        news = {*names} & rewritten.keys()
        return frozenset(name for name in news if rewritten[name] >= self.looked_at)

    def odd(
        self, names: Collection[str], data: object, rewritten: Mapping[str, datetime]
    ) -> frozenset[str]:
        """Return those of *names* that are written otherwise in *data* than in all answers that
        were seen or accepted, or than the account's own was before, as they were *rewritten* since
        the last look."""
        known = [self.fields[name] for name in names if name in self.fields]
        alike = (one for one in known if one.seen.kind is not Kind.MIXED)
        agreed = [one.before or one.seen for one in alike if one.before or one.seen.kind]
        odd = frozenset(one.name for one in agreed if is_odd(one, data))
        return odd | self.unsettled(names, rewritten)

    @property
    def gone_from_items(self) -> frozenset[str]:
        """The names that items of a list had, and that none has any more."""
        gone = self.fields.keys() - self.living
        return frozenset(name for name in gone if self.fields[name].seen.list)


def remembered(
    known: Memory | None, shape: Shape, now: datetime, *, asked: Collection[str] = ()
) -> Memory:
    """Return what is known after *shape* was seen *now*; *asked* are the names that fields read.
    What no field reads is what it is: another type of it is news to nobody.

    What is inferred shows only what was asked for: what it lacks besides is not taken to be gone
    where the system once described itself. Without any answer it shows nothing. What items lack in
    a few answers others may have: see `judged`.
    """
    all_seen = (*shape.fields, *shape.items)
    if known is None:
        first = {one.name: Remembered(one, now) for one in all_seen}
        return Memory(first, now, shape.inferred)
    if shape.inferred and not shape.fields:
        return replace(known, looked_at=now)
    seen = {one.name: one for one in all_seen}
    rekeyed = any(one.key for one in shape.fields)
    partly = shape.inferred and not known.inferred
    fields = {
        name: _seen(known.fields.get(name), one, now, shape, read=name in asked)
        for name, one in seen.items()
    }
    for name, one in known.fields.items():
        if name not in seen and (name in asked or not _forgotten(one, now)):
            missed = not one.seen.list and (not partly or name in asked)
            kept = replace(one, seen=replace(one.seen, key=False)) if rekeyed else one
            fields[name] = replace(kept, gone_at=one.gone_at or now) if missed else kept
    return Memory(fields, now, known.inferred and shape.inferred)


def _forgotten(one: Remembered, now: datetime) -> bool:
    return one.gone_at is not None and now - one.gone_at > GONE_KEPT_FOR


def judged(
    memory: Memory,
    shown: Mapping[str, datetime],
    gone: Collection[str],
    shape: Shape,
    now: datetime,
) -> Memory:
    """Return *memory* after some accounts' items were looked at *now* for names that others lack.

    Args:
        memory: what was remembered.
        shown: the names that some items have, each with when they had it: who lacks one has none.
        gone: the names that no account's items have any more.
        shape: how the items look that lack them.
        now: the present.
    """
    fields = dict(memory.fields)
    for name, at in shown.items():
        known = fields.get(name) or Remembered(ShapeField(way_of(name)), at)
        left_out = replace(known.seen, left_out=True)
        fields[name] = replace(known, seen=left_out, last_seen=at, gone_at=None)
    for name in fields.keys() & {*gone}:
        one = fields[name]
        fields[name] = one if one.waived else replace(one, gone_at=one.gone_at or now)
    for seen in shape.items:
        fields.setdefault(seen.name, Remembered(seen, now, appeared_at=now))
    return replace(memory, fields=fields)


def accepted(memory: Memory, names: AbstractSet[str], now: datetime) -> Memory:
    """Return *memory* with the types that *names* have now as what they are, and those that no
    items have as what none need have."""
    fields = {name: _accepted(one) if name in names else one for name, one in memory.fields.items()}
    for name in names - fields.keys():
        if EACH in name:
            seen = ShapeField(way_of(name), left_out=True)
            fields[name] = Remembered(seen, now, waived=True)
    return replace(memory, fields=fields, looked_at=now)


def _accepted(one: Remembered) -> Remembered:
    accepted = replace(one, before=None, changed_at=None)
    if not (one.seen.list and one.gone_at):
        return accepted
    return replace(accepted, seen=replace(one.seen, left_out=True), gone_at=None, waived=True)


def _seen(
    known: Remembered | None, seen: ShapeField, now: datetime, shape: Shape, *, read: bool
) -> Remembered:
    if known is None:
        return Remembered(seen, now, appeared_at=now)
    was, is_now = known.before or known.seen, seen
    if not _differ(was, is_now, inferred=shape.inferred):
        return Remembered(_kept(known.seen, seen, shape), now, known.appeared_at)
    if not read:
        return Remembered(seen, now, known.appeared_at)
    changed_at = known.changed_at or now
    return Remembered(seen, now, known.appeared_at, before=was, changed_at=changed_at)


def _kept(known: ShapeField, seen: ShapeField, shape: Shape) -> ShapeField:
    """What the system said of itself is worth more than what is inferred, and a value more than
    none; what some items left out, others will, and what was not written in one way by all, is not
    because a few write it so."""
    empty = seen.type is None and seen.kind is None
    kept = known if shape.inferred and (known.native or empty) else seen
    mixed = shape.inferred and known.kind is Kind.MIXED
    return replace(
        kept, left_out=known.left_out or seen.left_out, kind=known.kind if mixed else kept.kind
    )


def _differ(was: ShapeField, now: ShapeField, *, inferred: bool) -> bool:
    """Whether a type is another. Of inferred ones it is none whether texts are few and repeated,
    whether one of some dates shows how they are written, and whether numbers are percentages."""
    types = {was.type, now.type}
    if is_rewritten(was, now):
        return True
    if inferred and (None in types or types <= _NUMBERS or (_are_words(was) and _are_words(now))):
        return False
    return was.type is not now.type


def _are_words(one: ShapeField) -> bool:
    return one.type in WORDS or "%" in one.dialect
