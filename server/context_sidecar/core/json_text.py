"""JSON, read so that nothing in it is lost: a name that stands twice in an object, or a number with
more digits than a float has, would silently become something else."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from decimal import Decimal, DecimalException
from typing import Any


class JsonRefused(ValueError):
    """It is JSON to others, and its text says what cannot be meant."""


def number(text: str) -> float | str:
    """Return the number with a fraction that *text* writes; as its text, where a float would be
    another one."""
    found = float(text)
    return found if math.isfinite(found) and _is_exactly(found, text) else text


def parse_json(text: str | bytes, fraction: Callable[[str], object] = number) -> Any:
    """Return what *text* says. RFC 8259, with its names unique (section 4).

    Args:
        text: the document; bytes are of UTF-8, UTF-16 or UTF-32.
        fraction: makes a number of a text with a point or an exponent.

    Raises:
        JsonRefused: an object has two values under one name, or a number is none.
        ValueError: it is no JSON.
        RecursionError: it is nested too deep.
    """
    return json.loads(text, parse_float=fraction, parse_constant=_refuse, object_pairs_hook=_unique)


def _is_exactly(found: float, text: str) -> bool:
    try:
        return Decimal(repr(found)) == Decimal(text)
    except DecimalException:  # an exponent of thousands of digits
        return False


def _refuse(constant: str) -> None:
    raise JsonRefused(f"{constant} is no JSON")


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise JsonRefused("one name twice in an object")
    return found
