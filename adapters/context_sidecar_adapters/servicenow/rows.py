"""Rows as the Table API gives them, each value both as it is stored and as it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from context_sidecar import Row

NAME = re.compile(r"[a-z]\w*(\.[a-z]\w*)*", re.ASCII)
"""A column, or one of what it refers to: `primary_contact.email`."""

TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
DURATIONS_FROM = "1970"
"""How a duration is written: as the moment so long after the beginning of that year."""


def read(row: Mapping[str, Any]) -> Row:
    """Return the values of *row* by column, times as ISO 8601, and below `display` what is shown;
    what is empty is null."""
    values = {name: _readable(**cell) for name, cell in row.items()}
    return {
        **values,
        "display": {name: cell["display_value"] or None for name, cell in row.items()},
    }


def _readable(value: str, display_value: str | None, **_: Any) -> str | None:
    if not TIME.fullmatch(value):
        return value or None
    if value.startswith(DURATIONS_FROM) and DURATIONS_FROM not in (display_value or ""):
        return display_value or None
    return f"{value.replace(' ', 'T')}+00:00"


def nested(row: Row) -> Row:
    """Return *row* with what belongs to a reference below it: `primary_contact.email`."""
    return {**_nested(row), "display": _nested(row["display"])}


def _nested(values: Row) -> dict[str, Any]:
    roots = {name.partition(".")[0] for name in values if "." in name}
    tree: dict[str, Any] = {root: {} for root in roots}
    for name, value in values.items():
        *way, last = name.split(".")
        branch = tree
        for step in way:
            branch = branch.setdefault(step, {})
        if not isinstance(branch.get(last), dict):
            branch[last] = value
    return tree
