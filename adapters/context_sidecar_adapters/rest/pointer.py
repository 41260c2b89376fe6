"""Where in the body of a post a page's arguments go: at its top, or where a JSON Pointer leads."""

from __future__ import annotations

from typing import Any


def is_pointer(name: str) -> bool:
    """Whether *name* is a JSON Pointer (RFC 6901), such as /params/1."""
    return name.startswith("/")


def leads(body: Any, pointer: str) -> bool:
    """Whether there is something in *body* where *pointer* leads."""
    for part in _parts(pointer):
        step = _step(body, part)
        if step is None:
            return False
        body = body[step]
    return True


def put(body: Any, name: str, value: str | int) -> None:
    """Put *value* into *body*: under *name*, or in place of what is where it leads."""
    *way, last = _parts(name) if is_pointer(name) else (name,)
    for part in way:
        body = body[_step(body, part)]
    body[last if isinstance(body, dict) else int(last)] = value


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def _step(body: Any, part: str) -> str | int | None:
    if isinstance(body, dict) and part in body:
        return part
    if isinstance(body, list) and part.isdecimal() and int(part) < len(body):
        return int(part)
    return None
