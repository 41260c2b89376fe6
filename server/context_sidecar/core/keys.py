"""The keys that rows name: texts, however a source writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping


def key_text(value: object) -> str | None:
    """Return a row's key as the text by which it is asked for: `12` is `"12"`, and blanks around a
    key are no part of it. None where *value* is no key."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is None or isinstance(value, bool | float | Mapping | list | tuple | bytes):
        return None
    return str(value).strip() or None


def is_number(key: str) -> bool:
    """Whether *key* is written as systems write the numbers that they give to records: many take
    `014` for 14, and answer with that, which is another key."""
    return re.fullmatch("[1-9][0-9]*", key) is not None
