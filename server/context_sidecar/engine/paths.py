"""Field paths: JMESPath expressions into what a lookup returned, compiled once, and honest about
what is not there.

JMESPath gives null both for a null and for a name that does not exist. The first is a source's
confirmed none, the second a changed schema, so the names that a path reads are looked for before
its result is believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, JMESPathTypeError
from jmespath.parser import ParsedResult

from context_sidecar.core.evidence import AbsentError
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
    found = read(path, data, seeking, left_out)
    check(seeking, left_out)
    return found


def read(path: str, data: object, seeking: Seeking, left_out: Collection[str]) -> object:
    """Return what *path* finds in *data*, which is *seeking* what is in its items.

    Raises:
        AbsentError: as `search`, but that what is sought in items, and lacking, is left to `check`.
    """
    values = [_at(way, data) for way in _ways(path)]
    if _step(_compiled(path).parsed) is not None:
        return _compiled(path).search(data)
    try:
        return seeking.read(path, data)
    except JMESPathError as error:
        check(seeking, left_out)
        if _is_given_null(error) and (None in values or seeking.lacking):
            return None  # a function was given a confirmed none
        raise AbsentError(path) from error


def check(seeking: Seeking, left_out: Collection[str], hidden: Collection[str] = ()) -> None:
    """Check that what was sought in items is in some of them, or known to be left out, and in none
    of them *hidden*.

    Raises:
        AbsentError: a name is lacking: its system calls it otherwise by now.
    """
    if lost := (seeking.lacking - {*left_out}) | seeking.sought.intersection(hidden):
        raise AbsentError(min(lost))


def _is_given_null(error: JMESPathError) -> bool:
    return isinstance(error, JMESPathTypeError) and (
        error.current_value is None or error.actual_type in {"null", "NoneType"}
    )


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
