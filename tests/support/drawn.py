"""What a card of React components has on screen, as its renderer hands it on: a tree of texts and
of parts, `{name, props, children}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def texts(part: Any) -> Iterator[str]:
    """Every text that people read: children, and what components take as a text of theirs."""
    match part:
        case str():
            yield part
        case {"props": props, "children": children}:
            yield from (str(props[name]) for name in ("title", "label") if name in props)
            for child in children:
                yield from texts(child)


def shown(part: Any) -> str:
    """All that people read, a line each."""
    return "\n".join(texts(part))


def find(part: Any, name: str) -> Iterator[dict[str, Any]]:
    """Every component of that *name*."""
    if isinstance(part, dict):
        if part["name"] == name:
            yield part
        for child in part["children"]:
            yield from find(child, name)
