"""From YAML's nodes to plain data, as JSON has it: no date, no sexagesimal, no `no` for false."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from context_sidecar.config.outside import Outside
from context_sidecar.config.places import Place, Spot, Way, dotted
from context_sidecar.core.errors import ConfigurationError, Mistake

Entry = tuple[Node, Node]
"""A mapping's key and value."""

_TAG = "tag:yaml.org,2002:"
_MOST_NODES = 20_000
_DEEPEST = 50


class Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes and constructs nothing. Plain scalars mean what they mean in JSON.

    That is YAML 1.2's core schema, made stricter where a number could be a code: `007` and `1e3`
    are texts. A key is always a text.
    """

    def __init__(self, stream: str) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)


for _kind, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]{0,17})", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}", list("-+0123456789")),
    ("merge", r"<<", ["<"]),
):
    Loader.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_pattern})\Z"), _first)


_FROM_TEXT: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        _TAG + "null": lambda _: None,
        _TAG + "bool": lambda text: {"true": True, "false": False}[text.lower()],
        _TAG + "int": int,
        _TAG + "float": float,
    }
)


class Tree:
    """Grows plain data from a node, and notes where each part of it stands."""

    def __init__(self, file: str, outside: Outside) -> None:
        self.file = file
        self.outside = outside
        self.spots: dict[Way, Spot] = {}
        self.texts: dict[Way, str] = {}
        self.origins: dict[Way, tuple[str, ...]] = {}
        self.values: dict[Way, tuple[str, ...]] = {}
        self.broken: set[Way] = set()
        self.mistakes: list[Mistake] = []
        self._left = _MOST_NODES

    def grow(self, node: Node, way: Way = (), key: Node | None = None) -> Any:
        """Return the data of *node*, which stands at *way*.

        Raises:
            ConfigurationError: it is too large, or too deep.
        """
        self.spots[way] = Spot(_place(node), _place(key or node))
        self._left -= 1
        if self._left < 0 or len(way) > _DEEPEST:
            # Aliases can make a small file endless.
            self._mistake(node, way, "expected fewer or flatter settings", "Unroll the aliases.")
            raise ConfigurationError(tuple(self.mistakes))
        match node:
            case MappingNode():
                return self._mapping(node, way)
            case SequenceNode():
                return [self.grow(child, (*way, i)) for i, child in enumerate(node.value)]
            case _:
                return self._scalar(node, way)

    def _mapping(self, node: MappingNode, way: Way) -> dict[str, Any]:
        own: dict[str, Entry] = {}
        merged: dict[str, Entry] = {}
        for key, child in node.value:
            if key.tag == _TAG + "merge":
                self._merge(child, way, merged, (node,))
            elif not isinstance(key, ScalarNode) or Reader.NON_PRINTABLE.search(key.value):
                self._mistake(key, way, "expected a text as key")
            elif key.value in own:
                line = _place(own[key.value][0]).line
                problem = f"expected each key once, it stands in line {line} already"
                self._mistake(key, (*way, key.value), problem)
            else:
                own[key.value] = (key, child)
        entries = merged | own
        return {name: self.grow(child, (*way, name), key) for name, (key, child) in entries.items()}

    def _merge(
        self, node: Node, way: Way, into: dict[str, Entry], within: tuple[Node, ...]
    ) -> None:
        """`<<: *base` takes over the keys of the mappings named; earlier ones win."""
        for part in node.value if isinstance(node, SequenceNode) else [node]:
            if not isinstance(part, MappingNode) or part in within:
                self._mistake(part, (*way, "<<"), "expected another mapping to merge")
                continue
            for key, child in part.value:
                if key.tag == _TAG + "merge":
                    self._merge(child, way, into, (*within, part))
                elif isinstance(key, ScalarNode):
                    into.setdefault(key.value, (key, child))

    def _scalar(self, node: Node, way: Way) -> Any:
        self.texts[way] = node.value
        if node.tag in {_TAG + "str", _TAG + "merge"}:
            return self._filled(node, way)
        try:
            return _FROM_TEXT[node.tag](node.value)
        except (KeyError, ValueError):  # a tag that is written out: !!python/name, !!int x
            self._mistake(node, way, "expected a plain value without a tag")
            self.broken.add(way)
            return None

    def _filled(self, node: Node, way: Way) -> str:
        filled = self.outside.fill(node.value)
        self.texts[way] = filled.text
        if filled.origins:
            self.origins[way] = filled.origins
            self.values[way] = filled.values
        for problem in filled.problems:
            self._mistake(node, way, str(problem), problem.remedy)
            self.broken.add(way)
        if Reader.NON_PRINTABLE.search(filled.text):
            self._mistake(node, way, "expected text without control characters")
            self.broken.add(way)
        return filled.text

    def _mistake(self, node: Node, way: Way, expected: str, hint: str = "") -> None:
        place = _place(node)
        self.mistakes.append(
            Mistake(self.file, place.line, place.column, dotted(way), "", expected, hint)
        )


def _place(node: Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
