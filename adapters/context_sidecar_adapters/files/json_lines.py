"""The rows of JSON Lines: an object on each line (https://jsonlines.org)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from context_sidecar import JsonRefused, Reason, SourceError, parse_json

from context_sidecar_adapters.files.table import ABSENT


def rows_of(text: str, always: Collection[str] | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the names of all properties, in the order in which they first stand there, and a row
    for each object. A property that an object lacks is `ABSENT`; where the writer leaves out nulls,
    it is null in an object that has what it has *always*. Numbers with a fraction stay exact.

    Raises:
        SourceError: BAD_RESPONSE, a line is no object.
    """
    objects = list(_objects(text))
    names = list(dict.fromkeys(name for one in objects for name in one))
    return names, [
        tuple(one.get(name, missing) for name in names)
        for one, missing in ((one, _missing(one, always)) for one in objects)
    ]


def _missing(one: Mapping[str, Any], always: Collection[str] | None) -> object:
    """What a property is that the object *one* lacks."""
    whole = always is not None and all(one.get(name) is not None for name in always)
    return None if whole else ABSENT


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    # Not splitlines(), which cuts where JSON does not: at U+2028 within a text, for example.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _object(line, number)


def _object(line: str, number: int) -> Mapping[str, Any]:
    fault = "not a JSON object, or only its beginning"
    try:
        found = parse_json(line, Decimal)
    except (ValueError, RecursionError) as error:
        fault = str(error) if isinstance(error, JsonRefused) else fault
    else:
        if isinstance(found, dict):
            return found
    raise SourceError(
        Reason.BAD_RESPONSE,
        f"line {number}: {fault}",
        remedy="Have every line hold one whole object, with no list around them and each name once "
        "in it (https://jsonlines.org). If the file is of another kind, set `format`.",
    )
