"""What a system says when a part of it got lost: it answers 200, and with the same key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from context_sidecar import Http, Response

HOLLOW, GONE, NULL, EMPTY = "all but the key gone", "gone", "null", "an empty object"
KINDS = [HOLLOW, GONE, NULL, EMPTY]
"""How a part is lost: a record but for its key, a property, and what is below one."""

RETYPED = "of another type"
"""A number or a yes or no comes as a text, and a text as a list of it."""

LONGEST = 50_000
"""An answer of more bytes loses nothing: what of its kind can be lost, shorter ones lose."""

EACH = "*"
_VALUE = "__class__"
"""An object with this property is a value, and no parent of any."""


@dataclass(frozen=True)
class Loss:
    """What is lost of the answers to `questions`, which are pages of one list or a single one: what
    is at the end of `way`, the names that lead to it (`*` is each of a list), in the manner `kind`.
    """

    questions: tuple[str, ...]
    way: tuple[str, ...]
    kind: str

    @property
    def place(self) -> str:
        return ".".join(self.way)


@dataclass(frozen=True)
class Said:
    """An answer, as an adapter sees it, that says `body`."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def content(self) -> bytes:
        return json.dumps(self.body).encode()

    def json(self) -> Any:
        return self.body


class Rehearsed:
    """A door that asks each question once, and from then on tells what was said to it, without what
    is lost; a record keeps what says its `key`."""

    def __init__(self, door: Http, key: str) -> None:
        self._door, self._key = door, key
        self._known: dict[str, Response] = {}
        self._asked: list[str] = []
        self._loss: Loss | None = None

    def get(self, path: str, parts: Any = None, **how: Any) -> Response:
        return self._answer("get", path, parts, how)

    def post(self, path: str, parts: Any = None, **how: Any) -> Response:
        return self._answer("post", path, parts, how)

    def forget(self) -> None:
        """Forget what was asked, and not what was said."""
        self._asked.clear()

    def losses(self, kind: str) -> Iterator[Loss]:
        """Yield all that can be lost of what was said since `forget`, in the manner *kind*."""
        alike: dict[tuple[str, tuple[tuple[str, ...], ...]], list[str]] = {}
        for question in dict.fromkeys(self._asked):
            said = self._known[question]
            if isinstance(said, Said) and len(said.content) <= LONGEST:
                ways = tuple(dict.fromkeys(_ways(said.body, kind, self._key)))
                method, path, *_ = json.loads(question)
                alike.setdefault((f"{method} {path}", ways), []).append(question)
        for (_, ways), questions in alike.items():
            yield from (Loss(tuple(questions), way, kind) for way in ways)

    @contextmanager
    def losing(self, loss: Loss) -> Iterator[None]:
        """Take *loss* away from what is said meanwhile."""
        self._loss = loss
        self.forget()
        yield
        self._loss = None
        assert {*loss.questions} & {*self._asked}, "it was not asked again"

    def _answer(self, method: str, path: str, parts: Any, how: dict[str, Any]) -> Response:
        question = json.dumps([method, path, parts, how], default=list, sort_keys=True)
        if question not in self._known:
            self._known[question] = heard(getattr(self._door, method)(path, parts, **how))
        said, loss = self._known[question], self._loss
        self._asked.append(question)
        if loss is None or question not in loss.questions or not isinstance(said, Said):
            return said
        less = _without(said.body, loss.way, loss.kind, self._key)
        return Said(said.status, said.headers, less)


def heard(said: Response) -> Response:
    """Return *said* as `Said`, if it is a success that says JSON."""
    if said.status >= HTTPStatus.MULTIPLE_CHOICES or said.content.lstrip()[:1] not in {b"{", b"["}:
        return said
    return Said(said.status, said.headers, said.json())


def _ways(part: Any, kind: str, key: str, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    match part:
        case dict():
            if kind == HOLLOW and {} != _keys(part, key) != part:
                yield way
            for name, inner in part.items():
                if _can_be(inner, kind):
                    yield (*way, name)
                yield from _ways(inner, kind, key, (*way, name))
        case list():
            for inner in part:
                yield from _ways(inner, kind, key, (*way, EACH))


def _can_be(part: Any, kind: str) -> bool:
    """Whether *part* can be lost in the manner *kind*: of a list it is no loss to be empty."""
    parent = isinstance(part, dict) and _VALUE not in part
    plain = isinstance(part, str | int | float)
    able = {GONE: True, NULL: parent or isinstance(part, list), EMPTY: parent, RETYPED: plain}
    return able.get(kind, False)


def _without(part: Any, way: tuple[str, ...], kind: str, key: str) -> Any:
    if not way:
        if kind == RETYPED:
            return _retyped(part)
        return {HOLLOW: lambda: _keys(part, key), NULL: lambda: None, EMPTY: dict}[kind]()
    first, *rest = way
    if first == EACH and isinstance(part, list):
        return [_without(one, tuple(rest), kind, key) for one in part]
    if not isinstance(part, dict) or first not in part:
        return part
    if kind == GONE and not rest:
        return {name: one for name, one in part.items() if name != first}
    return {**part, first: _without(part[first], tuple(rest), kind, key)}


def _retyped(part: Any) -> Any:
    if isinstance(part, bool | int | float):
        return json.dumps(part)
    return [part] if isinstance(part, str) else part


def _keys(part: Any, key: str) -> Any:
    if not isinstance(part, dict):
        return part
    return {name: one for name, one in part.items() if str(one) == key or name.casefold() == "id"}
