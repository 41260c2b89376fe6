"""An HTTP answer, read whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from context_sidecar.core.errors import SourceError
from context_sidecar.core.reasons import Reason

DEEPEST = 64
"""Levels of JSON. Deeper answers are no data but an attack on whoever walks through them."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, read whole. `where` is the call that it answers, for error texts: the method
    and the path as the adapter wrote it, without the keys that were filled in."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    where: str

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            SourceError: BAD_RESPONSE, it is none, or nested too deep.
        """
        try:
            found = json.loads(self.content, parse_constant=_refuse)
        except (ValueError, RecursionError):
            found = _NO_JSON
        if found is _NO_JSON or is_deep(found):
            kind = self.headers.get("content-type", "").partition(";")[0]
            size = len(self.content)
            raise SourceError(
                Reason.BAD_RESPONSE, f"{self.where}: not JSON ({kind or 'no type'}, {size} bytes)"
            )
        return found


_NO_JSON = object()


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def is_deep(data: object) -> bool:
    """Whether lists and mappings in *data* are nested deeper than `DEEPEST` levels."""
    level = [data]
    for _ in range(DEEPEST):
        inner: list[object] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.values()
            elif isinstance(value, list):
                inner += value
        if not inner:
            return False
        level = inner
    return any(isinstance(value, dict | list) for value in level)
