"""A name that a field is read from and that is not there: what is there instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from context_sidecar.core.field import Field
from context_sidecar.core.hints import nearest
from context_sidecar.core.lost import names_in_lists
from context_sidecar.core.matching import visible
from context_sidecar.core.observation import Found
from context_sidecar.core.reasons import Reason
from context_sidecar.core.remembered import Memory
from context_sidecar.core.shape import Shape, ShapeField
from context_sidecar.core.similarity import overlap
from context_sidecar.engine.examination.findings import Finding, doubtful, wrong
from context_sidecar.engine.extraction import told_in_items
from context_sidecar.engine.questions import names_of

MOST_NAMED = 20
_MOSTLY = 0.8
"""How many codes two vocabularies share, of all that they have, to be taken for one."""


def living(memory: Memory | None) -> Mapping[str, ShapeField]:
    """Return by name what a lookup had when it was last looked at, but for what stands in items."""
    seen = {name: memory.fields[name].seen for name in memory.living} if memory else {}
    return {name: one for name, one in seen.items() if not one.list}


def lacking_in_items(field: Field, founds: Iterable[Found], memory: Memory) -> str:
    """Return which of the names that *field* reads in items no item in *founds* has, though some
    had it, and nobody has said that none need; "" where there is none."""
    told = [told_in_items(field, one.data, names_in_lists(one.data)) for one in founds]
    shown = frozenset[str]().union(*(there for there, _ in told))
    lacking = frozenset[str]().union(*(not_there for _, not_there in told)) - shown
    had = {name for name in lacking & memory.left_out if not memory.fields[name].waived}
    return min(had, default="")


def absent(
    field: Field,
    name: str,
    where: str,
    there: Collection[str],
    known: Mapping[str, ShapeField],
    others: Collection[str],
) -> Finding:
    """Return the finding that there is no *name* in *where*, which *field* is read from.

    Args:
        field: what is declared.
        name: what is not there.
        where: where it is not, in words.
        there: the names that are there beside it.
        known: what the system has, asked for or not.
        others: names that other fields read.
    """
    said = f"there is no `{name}` in {where}"
    if name not in names_of(field):  # it is within something, which has but these names
        known = {}
    elif name in known and not known[name].given:
        said = f"{said}, though {field.source.label} has it"
        remedy = f"Let the query of {field.source.id}.{field.lookup} give `{name}`."
        return wrong(field.id, said, remedy, Reason.SCHEMA_CHANGED)
    all_there = {*there, *known} - {name}
    free = sorted(all_there - {*others})
    found = _likely(field, name, free, known) or nearest(name, sorted(all_there))
    hint = _meant(field, found, known) if found else named(sorted(all_there))
    remedy = f"{hint} {Reason.SCHEMA_CHANGED.entry.owner}".strip()
    return wrong(field.id, said, remedy, Reason.SCHEMA_CHANGED)


def unread(shape: Shape, fields: Sequence[Field], lookup: str) -> Finding:
    """Return what a system has, by its own *shape*, where a *lookup* that reads it failed: one of
    *fields* may be read from what is no longer called so."""
    known = {one.name: one for one in shape.fields}
    label = fields[0].source.label
    free = sorted(known.keys() - {name for field in fields for name in names_of(field)})
    gone = {name: one for one in fields for name in sorted(names_of(one)) if name not in known}
    pairs = ((name, _likely(field, name, free, known)) for name, field in gone.items())
    likely = [f"`{visible(name)}` may be `{visible(found)}` now" for name, found in pairs if found]
    remedy = f"{', and '.join(likely)}." if likely else ""
    return doubtful(lookup, f"{label} has {_listed(known)} there", remedy)


def named(names: Iterable[str]) -> str:
    """Say which names there are."""
    listed = _listed(names)
    return f"Known: {listed}." if listed else ""


def _listed(names: Iterable[str]) -> str:
    shown = [visible(name) for name in names]
    more = f" and {len(shown) - MOST_NAMED:,} more" if len(shown) > MOST_NAMED else ""
    return f"{', '.join(shown[:MOST_NAMED])}{more}"


def _likely(
    field: Field, name: str, free: Sequence[str], known: Mapping[str, ShapeField]
) -> str | None:
    """Return which of the *free* names may be meant: the only one with the field's vocabulary, or
    the one that is most alike."""
    kept = [one for one in free if one in known and known[one].choices and field.choices]
    alike = [one for one in kept if overlap(field.choices, known[one].choices) >= _MOSTLY]
    return alike[0] if len(alike) == 1 else nearest(name, free)


def _meant(field: Field, found: str, known: Mapping[str, ShapeField]) -> str:
    hint = f"Did you mean `{visible(known[found].path if found in known else found)}`?"
    if found in known and not known[found].given:
        return f"{hint} Then let the query of {field.source.id}.{field.lookup} give it."
    return hint
