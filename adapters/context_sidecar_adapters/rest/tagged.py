"""Values that an API writes as objects, such as {"__class__": "date", "year": 2027}, as texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from context_sidecar import Reason, SourceError

PLACE = re.compile(r"\{(\w+)(?::(\d))?\}")


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object whose property `by` is one of `texts` stands for a value: for that text, with
    `{name}` for another of its properties, and `{name:2}` for one of at least two digits."""

    by: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    def plain(self, body: Any) -> Any:
        """Return *body* with texts in place of all such objects.

        Raises:
            SourceError: SCHEMA_CHANGED, one lacks a property of its text.
        """
        if not self.by:
            return body
        if isinstance(body, list):
            return [self.plain(part) for part in body]
        if not isinstance(body, Mapping):
            return body
        kind = body.get(self.by)
        if isinstance(kind, str) and kind in self.texts:
            return PLACE.sub(lambda place: _written(body, place), self.texts[kind])
        return {name: self.plain(part) for name, part in body.items()}


def _written(body: Mapping[str, Any], place: re.Match[str]) -> str:
    value = body.get(place[1])
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise SourceError(Reason.SCHEMA_CHANGED, f"a value without {place[1]}")
    return str(value).zfill(int(place[2] or 0))
