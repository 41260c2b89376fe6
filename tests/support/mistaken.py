"""A system that looks up another account than the one that it is asked for, and answers 200."""

from __future__ import annotations

from typing import Any

from context_sidecar import Http, Response

from support.lost import Said, heard

OWN, NAMELESS, SWAPPED = "under its own key", "without a key", "under the key that was asked for"
"""What the other account's rows say that they are."""


class Mistaken:
    """A door that answers a question about `asked`, a key that stands for nothing else, with what
    there is of the account `other`. It is `misled` once it has."""

    def __init__(self, door: Http, asked: str, other: str, kind: str) -> None:
        self._door, self._asked, self._other, self._kind = door, asked, other, kind
        self.misled = False

    def get(self, path: str, parts: Any = None, **how: Any) -> Response:
        return self._answer(self._door.get, path, parts, how)

    def post(self, path: str, parts: Any = None, **how: Any) -> Response:
        return self._answer(self._door.post, path, parts, how)

    def _answer(self, ask: Any, path: str, parts: Any, how: dict[str, Any]) -> Response:
        misread = self._misread([path, parts, how])
        self.misled |= misread != [path, parts, how]
        said = heard(ask(misread[0], misread[1], **misread[2]))
        if not isinstance(said, Said):
            return said
        return Said(said.status, said.headers, self._told(said.body))

    def _misread(self, asked: Any) -> Any:
        match asked:
            case str():
                return asked.replace(self._asked, self._other)
            case dict():
                return {name: self._misread(one) for name, one in asked.items()}
            case list() | tuple():
                return [self._misread(one) for one in asked]
        return asked

    def _told(self, said: Any) -> Any:
        match said:
            case dict():
                kept = said.items()
                if self._kind == NAMELESS:
                    kept = [(name, one) for name, one in kept if not self._is_key(one)]
                return {name: self._told(one) for name, one in kept}
            case list():
                return [self._told(one) for one in said]
        if self._kind == SWAPPED and self._is_key(said):
            return type(said)(self._asked)
        return said

    def _is_key(self, said: Any) -> bool:
        plain = isinstance(said, str | int) and not isinstance(said, bool)
        return plain and str(said).casefold() == self._other.casefold()
