"""An HTTP answer, read whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from context_sidecar.core.errors import SourceError
from context_sidecar.core.json_text import JsonRefused, parse_json
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
            SourceError: BAD_RESPONSE, it is none, says two things at once, or is nested too deep.
        """
        fault = "not JSON"
        try:
            found = parse_json(self.content)
        except (ValueError, RecursionError) as error:
            fault += f" that can be meant: {error}" if isinstance(error, JsonRefused) else ""
        else:
            if not is_deep(found):
                return found
        kind = self.headers.get("content-type", "").partition(";")[0] or "no type"
        told = f"{self.where}: {fault} ({kind}, {len(self.content)} bytes)"
        raise SourceError(Reason.BAD_RESPONSE, told)


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
