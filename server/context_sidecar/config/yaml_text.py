"""Data as the text of a YAML file: each value in one line, or in as many as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


def in_one_line(value: Any) -> str:
    """Return *value* in one line: `{ENT: Enterprise, PRO: Professional}`."""
    return _dumped(value, flow=True)


def in_lines(value: Any) -> str:
    """Return *value* with what is in it indented below it."""
    return _dumped(value, flow=False)


def _dumped(value: Any, *, flow: bool) -> str:
    text = yaml.safe_dump(
        _plain(value), default_flow_style=flow, sort_keys=False, allow_unicode=True, width=10_000
    )
    return str(text).removesuffix("...\n").rstrip("\n")


def _plain(value: Any) -> Any:
    """Return *value* made of what YAML knows."""
    match value:
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value
