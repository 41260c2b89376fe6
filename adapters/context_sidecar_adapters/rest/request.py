"""A declared request: where a key goes, and what it can never become.

A key is filled into places that hold it as it is: a part of the path (quoted by the door), a whole
parameter, a whole value in a JSON body, or in a longer text, such as a query language's: between
quotes, or without them where it is a number. A key that could leave its place is not sent at all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from context_sidecar import Adapter, Response

from context_sidecar_adapters.rest.pointer import put

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]+)\}")
_QUOTED = re.compile(r"""(["'])\{keys?\}\1""")
_IN_TEXT = re.compile(rf"{_QUOTED.pattern}|\{{(?:names|keys?)\}}")
_BARE = re.compile(r"\{keys?\}")
_LEAVES_QUOTES = re.compile(r"[\"'\\\x00-\x1f\x7f]")
_PLAIN = re.compile(r"[\w@:+-][\w.@:+-]*")
NUMBER = "[1-9][0-9]*"
NUMBERS = {NUMBER, "[0-9]+"}
"""The forms of keys that may stand in a longer text without quotes."""

_WHOLE = frozenset({"{key}", "{keys}", "{names}"})


@dataclass(frozen=True, slots=True)
class Blanks:
    """What fills the placeholders: `{key}` (the only one of `keys`), `{keys}` and `{names}`."""

    keys: Sequence[str] = ()
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """One declared call. `lists_as` is how `{keys}` and `{names}` are sent where they are a whole
    value: `comma` (one text) or `each` (a repeated parameter, a list in JSON)."""

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    lists_as: str = "comma"

    def send(
        self,
        adapter: Adapter,
        blanks: Blanks,
        page: Mapping[str, str | int] | None = None,
        accept: Collection[int] = (),
    ) -> Response:
        """Make the call; *page* goes where the call's own arguments are."""
        parts = {name: ",".join(blanks.keys) for name in _PLACEHOLDER.findall(self.path)}
        params = _params(self.params, blanks, self.lists_as)
        if self.method == "get":
            params |= {name: str(value) for name, value in (page or {}).items()}
            return adapter.http.get(self.path, parts, params=params, accept=accept)
        body = _fill(self.json, blanks, self.lists_as)
        for name, value in (page or {}).items():
            put(body, name, value)
        return adapter.http.post(self.path, parts, params=params, json=body, accept=accept)

    @property
    def placeholders(self) -> frozenset[str]:
        """The names of all placeholders in it."""
        return frozenset(
            name for text in [self.path, *self._values()] for name in _PLACEHOLDER.findall(text)
        )

    @property
    def addresses(self) -> bool:
        """Whether the path itself names the key, so that the answer cannot be for another."""
        return "{key}" in self.path

    def can_send(self, key: str) -> bool:
        """Whether *key* stays where it is put."""
        if "{keys}" in self.path and not _PLAIN.fullmatch(key):
            return False
        if "," in key and self.lists_as == "comma" and "{keys}" in self._values():
            return False
        if self._bare and not re.fullmatch(NUMBER, key):
            return False
        return not (any(map(_QUOTED.search, self._values())) and _LEAVES_QUOTES.search(key))

    def mistakes(self, form: str) -> Iterator[str]:
        """Say what is wrong with its placeholders; *form* is what keys are declared to be like."""
        for name in sorted(self.placeholders - {"key", "keys", "names"}):
            yield (
                f"{{{name}}} is no placeholder; there are {{key}}, {{keys}} and {{names}} (put "
                "blanks inside braces that are meant as they are)"
            )
        if "{names}" in self.path:
            yield "{names} cannot stand in the path"
        if self._bare and form not in NUMBERS:
            yield (
                "inside a longer text, {key} and {keys} stand between quotes: "
                f"customer = '{{key}}'; or a key is a number: form: '{NUMBER}'"
            )

    @property
    def _bare(self) -> bool:
        """Whether a key stands in a longer text without quotes."""
        longer = (text for text in self._values() if text not in _WHOLE)
        return any(_BARE.search(_QUOTED.sub("", text)) for text in longer)

    def _values(self) -> list[str]:
        return [*_strings(self.params), *_strings(self.json)]


def _strings(template: object) -> Iterator[str]:
    if isinstance(template, str):
        yield template
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from _strings(value)
    elif isinstance(template, list):
        for value in template:
            yield from _strings(value)


def _params(
    template: Mapping[str, Any], blanks: Blanks, lists_as: str
) -> dict[str, str | Sequence[str]]:
    filled = {name: _fill(value, blanks, lists_as) for name, value in template.items()}
    return {
        name: [_plain(one) for one in value] if isinstance(value, list) else _plain(value)
        for name, value in filled.items()
    }


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fill(template: object, blanks: Blanks, lists_as: str) -> Any:
    if isinstance(template, str):
        return _fill_text(template, blanks, lists_as)
    if isinstance(template, Mapping):
        return {name: _fill(value, blanks, lists_as) for name, value in template.items()}
    if isinstance(template, list):
        return [_fill(value, blanks, lists_as) for value in template]
    return template


def _fill_text(template: str, blanks: Blanks, lists_as: str) -> str | list[str]:
    lists = {"{keys}": blanks.keys, "{names}": blanks.names}
    if template == "{key}":
        return blanks.keys[0]
    if template in lists:
        return list(lists[template]) if lists_as == "each" else ",".join(lists[template])

    def fill(place: re.Match[str]) -> str:
        quote = place[1] or ""
        if place[0] == "{names}":
            return ",".join(blanks.names)
        return ",".join(f"{quote}{key}{quote}" for key in blanks.keys)

    return _IN_TEXT.sub(fill, template)
