"""Paths read in the items of lists. One item may leave out what another has; a name that is looked
for in some items and is in none of them is another matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.visitor import TreeInterpreter

from context_sidecar.core.shape import EACH, name_of

if TYPE_CHECKING:
    from jmespath.visitor import _TreeNode

_Way = tuple[str, ...]
_PARENTS = dict, list


class Seeking(TreeInterpreter):
    """Reads paths in *data*, and notes which names they look for in the items of its lists
    (`sought`), and which of these some item has (`found`)."""

    def __init__(self, data: object) -> None:
        super().__init__()
        self._data = data
        self._last: _Way = (EACH,)
        self.sought: set[str] = set()
        self.found: set[str] = set()

    @property
    def lacking(self) -> frozenset[str]:
        """The names that were looked for and that not one item has."""
        return frozenset(self.sought - self.found)

    def read(self, path: str, value: object) -> Any:
        """Return what *path* finds in *value*, which is the data or a part of it.

        Raises:
            JMESPathError: a function of *path* cannot be given what is there.
        """
        return self.visit(_parsed(path), value)

    def visit_field(self, node: _TreeNode, value: Any) -> Any:
        """See `TreeInterpreter`."""
        name = node["value"]
        way = self._places.get(id(value))
        if way is not None:
            self._last = (*way, name)
            self.sought.add(name_of(self._last))
            if name in value:
                self.found.add(name_of(self._last))
        elif value is not None and not isinstance(value, Mapping):
            self.sought.add(name_of((*self._last, name)))  # no object, so that it has no names
        return super().visit_field(node, value)

    @cached_property
    def _places(self) -> Mapping[int, _Way]:
        return dict(_items(self._data, ()))


def _items(data: object, way: _Way) -> Iterator[tuple[int, _Way]]:
    """Yield each object that is in an item of a list by its identity, with the way to it."""
    if isinstance(data, dict):
        if EACH in way:
            yield id(data), way
        inner = ((name, one) for name, one in data.items() if isinstance(one, _PARENTS))
    elif isinstance(data, list):
        inner = ((EACH, one) for one in data if isinstance(one, _PARENTS))
    else:
        return
    for name, one in inner:
        yield from _items(one, (*way, str(name)))


@cache
def _parsed(path: str) -> Any:
    return jmespath.compile(path).parsed
