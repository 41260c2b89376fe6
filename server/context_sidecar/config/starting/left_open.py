"""What a first `sidecar.yaml` leaves to somebody who knows the data: where it is only likely that a
field is, and how it is written there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def where_to_look(name: str, said: Mapping[str, Any]) -> str:
    """Return what `sidecar explore` is given to show where the field *name* may be, of which so
    much is *said*."""
    lookup = f" --lookup {said['query']}" if "query" in said else ""
    word = "" if said["type"] == "list" else f" --search {_word(name, said.get('path', ''))}"
    return f"{said['source']}{lookup}{word}"


def to_fill_in(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what more may have to be *said* of a field, each as a setting with what it is for."""
    if said["type"] == "list" and "items" not in said:
        yield "items: {title: NAME}    # what an item has its title under, if not `title` or `id`"
    if said["type"] == "percent" and "dialect" not in said:
        yield "dialect: fraction    # if 0.8 is 80% there; else 80 is"


def _word(name: str, path: str) -> str:
    """Return what to search for: the word of the field, unless its system calls it otherwise."""
    word = name.partition("_")[0]
    return word if not path or word in path.casefold() else path.rpartition(".")[2]
