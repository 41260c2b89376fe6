"""What answers lost from one to the next: a name that one had, or the items of its lists, and that
the next has not, may be called otherwise by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from context_sidecar.core.shape import EACH, name_of

_Way = tuple[str, ...]


def lost(
    before: Mapping[str, Any], after: Mapping[str, Any], way: _Way = ()
) -> Iterator[tuple[str, Any]]:
    """Give what was there *before* and is not in *after*, each with its dotted name."""
    for name, value in before.items():
        left = after.get(name)
        if name not in after:
            yield ".".join((*way, name)), value
        elif isinstance(value, Mapping) and isinstance(left, Mapping):
            yield from lost(value, left, (*way, name))


def has(data: Mapping[str, Any], name: str) -> bool:
    """Whether *data* has something of the dotted *name*."""
    first, _, rest = name.partition(".")
    inner = data.get(first)
    return name in data or bool(rest and isinstance(inner, Mapping) and has(inner, rest))


def lost_from_items(
    before: object, after: object, known: Mapping[str, datetime], now: datetime
) -> dict[str, datetime]:
    """Return the names that the items of lists in an answer *before* had and those in *after* have
    not, `[].due`, each with the time at which that was seen first: *now*, or as it was *known*
    before. A list without items has lost nothing."""
    had, has = _by_list(before), _by_list(after)
    lost = {name for place, names in had.items() if place in has for name in names - has[place]}
    there = names_in_lists(after)
    kept = {name: since for name, since in known.items() if name not in there}
    return dict.fromkeys(sorted(lost), now) | kept


def names_in_lists(data: object) -> set[str]:
    """Return all names that items of lists in *data* have."""
    return set[str]().union(*_by_list(data).values())


def _by_list(data: object) -> dict[_Way, set[str]]:
    """Return the names in the items of each list that has items, by the way to these."""
    found: dict[_Way, set[str]] = {}
    _gather(data, (), (), found)
    return found


def _gather(data: object, way: _Way, place: _Way, found: dict[_Way, set[str]]) -> None:
    if isinstance(data, dict):
        for name, inner in data.items():
            here = (*way, str(name))
            if place:
                found.setdefault(place, set()).add(name_of(here))
            _gather(inner, here, place, found)
    elif isinstance(data, list):
        here = (*way, EACH)
        for inner in data:
            _gather(inner, here, here, found)
