"""Values that are written in another way from one answer to the next: a number that is a text now
may be read as another number, `1.201`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from context_sidecar.core.shape import Kind, kind_of, name_of

_SINGLE = {Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT}


def rewritten(
    before: object, after: object, known: Mapping[str, datetime], now: datetime
) -> dict[str, datetime]:
    """Return the names of the values that are written otherwise in *after* than in an answer
    *before*, each with the time at which that was seen first: *now*, or as it was *known* before.
    What is written as it was at first is none of them any more; an empty text is no value, and of
    what items of a list are made, each may be something else."""
    had = dict(_written(before, ()))
    changed = {name for name, kind in _written(after, ()) if had.get(name, kind) is not kind}
    kept = {name: since for name, since in known.items() if name not in changed}
    return kept | {name: now for name in sorted(changed) if name not in known}


def _written(data: object, way: tuple[str, ...]) -> Iterator[tuple[str, Kind]]:
    if isinstance(data, Mapping):
        for name, inner in data.items():
            yield from _written(inner, (*way, str(name)))
    elif isinstance(data, list):
        kinds = {kind for one in data if (kind := kind_of(one))}
        if len(kinds) == 1 and kinds <= _SINGLE:
            yield name_of(way), kinds.pop()
    elif data != "" and (kind := kind_of(data)):
        yield name_of(way), kind
