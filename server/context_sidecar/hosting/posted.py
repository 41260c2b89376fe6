"""What a host posts as JSON: read without trust, so that nothing in it is of an unexpected kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from context_sidecar.core.errors import VisitRefused, VisitUnclear
from context_sidecar.core.record import Visit


class Posted:
    """An object of a host's JSON. What is absent, or of another kind than asked for, is empty."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self._said = said

    def part(self, name: str) -> Posted:
        """Return the object called *name*."""
        part = self._said.get(name)
        return Posted(part if isinstance(part, Mapping) else {})

    def parts(self, name: str) -> list[Posted]:
        """Return the objects in the list called *name*."""
        found = self._said.get(name)
        found = found if isinstance(found, list) else []
        return [Posted(one) for one in found if isinstance(one, Mapping)]

    def texts(self, name: str) -> list[str]:
        """Return the texts in the list called *name*."""
        found = self._said.get(name)
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def text(self, name: str) -> str:
        """Return the text, or whole number as text, called *name*."""
        value = self._said.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            return ""
        return str(value)

    def known(self, names: Iterable[str], longest: int) -> dict[str, str]:
        """Return the texts with these *names* that there are, each cut to *longest* characters."""
        found = {name: self.text(name).strip()[:longest] for name in names}
        return {name: text for name, text in found.items() if text}

    def names(self) -> list[str]:
        """Return what is named in the object."""
        return [name for name in self._said if isinstance(name, str)]

    def flag(self, name: str) -> bool:
        """Return whether *name* is true."""
        return self._said.get(name) is True

    def __bool__(self) -> bool:
        return bool(self._said)


def read_posted(body: bytes) -> Posted:
    """Return the object that *body* is as JSON.

    Raises:
        VisitRefused: it is none.
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise VisitRefused("the body is no JSON") from error
    if not isinstance(said, Mapping):
        raise VisitRefused("the body is no JSON object")
    return Posted(said)


def read_proven(body: bytes, visit: Visit) -> Posted:
    """Return the object that the *body* of a request is as JSON that has proven *visit* already.

    Raises:
        VisitUnclear: it is none.
    """
    try:
        return read_posted(body)
    except VisitRefused as unread:
        raise VisitUnclear(str(unread), visit) from unread
