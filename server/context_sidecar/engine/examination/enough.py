"""What an adapter says of itself to be enough for reading: its paragraph under Scope."""

from __future__ import annotations

import inspect
import re
import sys

from context_sidecar.core.adapter import Adapter

_SCOPE = re.compile(r"^Scope  +(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def scope_of(adapter: Adapter) -> str:
    """Return what *adapter* says under Scope, in one line; "" where it says nothing, or is of an
    admin's own making. A recipe says it of its class, code of its module."""
    kind = type(adapter)
    if kind.ready_by_name:
        return ""
    told = (inspect.getdoc(place) or "" for place in (kind, sys.modules.get(kind.__module__)))
    found = next(filter(None, map(_SCOPE.search, told)), None)
    return " ".join(found[1].split()) if found else ""
