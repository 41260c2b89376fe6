"""Field paths: JMESPath expressions into what a lookup returned, compiled once, and honest about
what is not there.

JMESPath gives null both for a null and for a name that does not exist. The first is a source's
confirmed none, the second a changed schema, so the names that a path reads are looked for before
its result is believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from context_sidecar.core.evidence import AbsentError
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.remembered import Memory
from context_sidecar.core.values import ITEM_PARTS
from context_sidecar.engine.item_names import names_of_part
from context_sidecar.engine.items import Seeking

_Way = tuple[str, ...]
"""The names on the way from the root to a value: `("Owner", "Name")`."""

_CHAINS = {"subexpression", "pipe"}
_READING_THEIR_FIRST = {
    "filter_projection", "flatten", "index_expression", "projection", "value_projection",
}  # fmt: skip
_READING_NOTHING = {"expref", "index", "literal", "slice"}


def names(path: str) -> frozenset[str]:
    """Return the names that *path* reads from the root, dotted where it goes deeper: `Owner.Name`.

    What is read inside the elements of a list, or out of a computed value, is not among them.

    Raises:
        JMESPathError: *path* is no JMESPath expression.
    """
    return frozenset(".".join(way) for way in _ways(path))


def search(path: str, data: object, left_out: Collection[str] = ()) -> object:
    """Return what *path* finds in *data*; None where *data* says that there is none.

    Args:
        path: a JMESPath expression.
        data: what a lookup returned.
        left_out: names in the items of lists (`[].due`) that items are known to leave out, so that
            none need have them.

    Raises:
        AbsentError: *data* does not have a name that *path* reads, or has something of another
            shape there, so that nothing can be said.
    """
    seeking = Seeking(data)
    found = _read(path, data, seeking, left_out)
    _check(seeking, left_out)
    return found


def extract(
    field: Field, data: object, unread: Collection[str] = (), *, memory: Memory | None = None
) -> tuple[object, object, object]:
    """Read *field* out of a lookup's *data*: (raw value, raw currency, the source's own time).

    A source's time that is absent is no time; the field's age then counts accordingly.

    Args:
        field: the contract.
        data: what the lookup returned.
        unread: names that stand in some items and cannot be read there, so that what others have
            is not the whole of it.
        memory: what is remembered of the lookup.

    Raises:
        AbsentError: what the field or its currency is read from is not in *data*.
    """
    seeking, left_out = Seeking(data), memory.left_out if memory else frozenset()
    raw = _read(field.path, data, seeking, left_out)
    currency = _read(field.currency_path, data, seeking, left_out) if field.currency_path else None
    items = _items(field.items, raw, seeking)
    _check(seeking, left_out)
    if hidden := seeking.sought.intersection(unread):
        raise AbsentError(min(hidden))
    if field.type is FieldType.LIST and not field.items and memory:
        _check_parts(field.path, raw, memory.gone_from_items)
    return items, currency, _time(field.as_of_path, data)


def told_in_items(field: Field, data: object) -> tuple[frozenset[str], frozenset[str]]:
    """Return which of the names that *field* reads in the items of lists some item in *data* has,
    and which of them none has."""
    seeking = Seeking(data)
    with suppress(AbsentError):
        _items(field.items, _read(field.path, data, seeking, ()), seeking)
    return frozenset(seeking.found), seeking.lacking


def _read(path: str, data: object, seeking: Seeking, left_out: Collection[str]) -> object:
    values = [_at(way, data) for way in _ways(path)]
    if _step(_compiled(path).parsed) is not None:
        return _compiled(path).search(data)
    try:
        return seeking.read(path, data)
    except JMESPathError as error:
        _check(seeking, left_out)
        if None in values or seeking.lacking:
            return None  # a function was given a confirmed none
        raise AbsentError(path) from error


def _check(seeking: Seeking, left_out: Collection[str]) -> None:
    """Sources leave out what one item does not have; a name that none has is a changed schema, but
    for one that is known to be left out."""
    if lost := seeking.lacking - {*left_out}:
        raise AbsentError(min(lost))


def _check_parts(path: str, raw: object, gone: Collection[str]) -> None:
    """The parts of an item are read under their standard names where they are there at all; where
    items had one, and none has it any more, that is a changed schema."""
    listed = raw.get("items") if isinstance(raw, Mapping) else raw
    items = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    parts = [part for part in ITEM_PARTS if items and not any(part in one for one in items)]
    lost = {name for part in parts for name in names_of_part(path, part)}.intersection(gone)
    if lost:
        raise AbsentError(min(lost))


def _time(path: str, data: object) -> object:
    if not path:
        return None
    try:
        return search(path, data)
    except AbsentError:
        return None


def _items(paths: Mapping[str, str], raw: object, seeking: Seeking) -> object:
    """Give a list's items the standard names, where the contract says how they are called."""
    if not paths:
        return raw
    if isinstance(raw, Mapping) and isinstance(raw.get("items"), Sequence):
        return {**raw, "items": _items(paths, raw["items"], seeking)}
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        return raw
    return [
        {name: seeking.read(path, item) for name, path in paths.items()}
        if isinstance(item, Mapping)
        else item
        for item in raw
    ]


def _at(way: _Way, data: object) -> object:
    for name in way:
        if data is None:
            return None
        if not isinstance(data, Mapping) or name not in data:
            raise AbsentError(way[0] if name == way[0] else ".".join(way))
        data = data[name]
    return data


@cache
def _compiled(path: str) -> ParsedResult:
    return jmespath.compile(path)


@cache
def _ways(path: str) -> frozenset[_Way]:
    return frozenset(way for way in _reads(_compiled(path).parsed) if way)


def _reads(node: Mapping[str, Any]) -> Iterable[_Way]:
    """Return the ways that *node* reads, seen from its input; the input itself is `()`."""
    kind, children = node["type"], node["children"]
    if kind == "field":
        return {(node["value"],)}
    if kind in {"identity", "current"}:
        return {()}
    if kind in _CHAINS:
        return _read_by_chain(children)
    if kind in _READING_THEIR_FIRST:
        return _reads(children[0])
    if kind in _READING_NOTHING:
        return set()
    return {way for child in children for way in _reads(child)}


def _read_by_chain(links: Sequence[Mapping[str, Any]]) -> set[_Way]:
    """Follow `a.b.c` as far as it merely steps down; what comes after reads something computed."""
    reached: _Way = ()
    for link in links:
        step = _step(link)
        if step is None:
            return {(*reached, *way) for way in _reads(link)} or {reached}
        reached += step
    return {reached}


def _step(node: Mapping[str, Any]) -> _Way | None:
    """Return the way that *node* merely steps down, or None where it computes something."""
    if node["type"] == "field":
        return (node["value"],)
    if node["type"] in {"identity", "current"}:
        return ()
    if node["type"] in _CHAINS:
        steps = [_step(child) for child in node["children"]]
        return None if None in steps else tuple(name for step in steps for name in step or ())
    return None
