"""Keys in addresses: filled in so that they can never steer where a call goes.

A signed request is not a safe one: a key comes from a record that a customer may have written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

from context_sidecar.core.errors import Unasked
from context_sidecar.core.reasons import Reason

_PLACE = re.compile(r"\{(\w+)\}")
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f]")
_DECODINGS = 3
"""Proxies on the way may decode more than once."""


def fill(path: str, parts: Mapping[str, str] | None) -> str:
    """Return *path* with each `{name}` replaced by the part of that name, quoted whole.

    Raises:
        Unasked: a part would steer the address whatever its quotes.
        KeyError: there is no part of that name.
    """
    if parts is None:
        return path
    return _PLACE.sub(lambda place: _quoted(place[1], parts[place[1]]), path)


def _quoted(name: str, value: str) -> str:
    try:
        quoted = quote(value, safe="")
    except UnicodeEncodeError:  # a lone surrogate
        quoted = ""
    if not quoted or _steers(value):
        raise Unasked(Reason.BAD_RESPONSE, f"a key that cannot stand in an address ({name})")
    return quoted


def _steers(value: str) -> bool:
    for _ in range(_DECODINGS):
        if _UNSENDABLE.search(value) or {".", ".."} & set(re.split(r"[/\\]", value)):
            return True
        value = unquote(value)
    return False
