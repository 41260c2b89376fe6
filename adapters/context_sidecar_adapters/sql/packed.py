"""JSON that a database keeps as text."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from context_sidecar import Reason, Row, SourceError, parse_json


def unpacked(row: Row, columns: Collection[str]) -> Row:
    """Return *row* with the texts in *columns* read as JSON.

    Raises:
        SourceError: BAD_RESPONSE, one of them is none.
    """
    return {**row, **{name: _json(name, row[name]) for name in columns}}


def _json(name: str, value: object) -> Any:
    if not isinstance(value, str):  # none, or JSON that the driver has read already
        return value
    try:
        return parse_json(value)
    except (ValueError, RecursionError):
        pass
    raise SourceError(Reason.BAD_RESPONSE, f"column {name} does not hold JSON")
