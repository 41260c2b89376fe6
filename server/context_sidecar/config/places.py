"""Where in the file a setting stands, and how the way to it is written."""

from __future__ import annotations

from dataclasses import dataclass

Way = tuple[str | int, ...]
"""The keys and indexes that lead from the top of the file to a setting."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line and a column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a setting stands: its value, and the key that leads to it. An entry of a list has no
    key, so there both are the same."""

    value: Place
    key: Place


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """A setting that may hold a secret.

    `alone` says that it alone says whose data it opens, `bare` that what stands there is known to
    hold no secret, such as an address without a password.
    """

    alone: bool = False
    bare: bool = False


TOP = Place(1, 1)

_LONGEST = 60


def shown(text: str) -> str:
    """Return *text* short, in one line, with nothing in it that a terminal would obey."""
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in short)


def dotted(way: Way) -> str:
    """Write *way* as people say it: `cards.ticket.attention[0].when`."""
    text = ""
    for step in way:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{shown(step)}" if text else shown(step)
    return text or "(file)"
