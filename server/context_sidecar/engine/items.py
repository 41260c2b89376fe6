"""Paths read in the items of lists. One item may leave out what another has; a name that is looked
for in some items and is in none of them is another matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import jmespath
from jmespath.visitor import TreeInterpreter

from context_sidecar.core.lost import names_in_lists
from context_sidecar.core.shape import EACH, name_of

if TYPE_CHECKING:
    from jmespath.visitor import _TreeNode

_Way = tuple[str, ...]
_PARENTS = dict, list

ANY = "*"
"""The step of a way that leads to each of an object's values."""


class Seeking(TreeInterpreter):
    """Reads paths in *data*, and notes which names they look for (`sought`), and which of these are
    there (`found`): in items of lists, in some item."""

    def __init__(self, data: object) -> None:
        super().__init__()
        self._data = data
        self._last: _Way = (EACH,)
        self.sought: set[str] = set()
        self.found: set[str] = set()

    @property
    def lacking(self) -> frozenset[str]:
        """The names that were looked for and that are nowhere: in no item of the list, be it one
        that was not looked at."""
        missing = self.sought - self.found
        return frozenset(missing - names_in_lists(self._data) if missing else missing)

    def read(self, path: str, value: object) -> Any:
        """Return what *path* finds in *value*, which is the data or a part of it.

        Raises:
            JMESPathError: a function of *path* cannot be given what is there.
        """
        return self.visit(_parsed(path), value)

    def visit_field(self, node: _TreeNode, value: Any) -> Any:
        """See `TreeInterpreter`."""
        name = node["value"]
        if isinstance(value, Mapping):
            self._last = (*self._places.get(id(value), ()), name)
            self.sought.add(name_of(self._last))
            if name in value:
                self.found.add(name_of(self._last))
        elif value is not None:
            self.sought.add(name_of((*self._last, name)))  # no object, so that it has no names
        return super().visit_field(node, value)

    def visit_value_projection(self, node: _TreeNode, value: Any) -> Any:
        """See `TreeInterpreter`. What one of an object's values has, others may leave out."""
        held = self.visit(node["children"][0], value)
        if isinstance(held, dict):
            way = (*self._places.get(id(held), ()), ANY)
            self._places |= {id(one): way for one in held.values() if isinstance(one, dict)}
        return super().visit_value_projection(node, value)

    @cached_property
    def _places(self) -> dict[int, _Way]:
        return dict(_objects(self._data, ()))


def _objects(data: object, way: _Way) -> Iterator[tuple[int, _Way]]:
    """Yield each object in *data* by its identity, with the way to it."""
    if isinstance(data, dict):
        yield id(data), way
        inner = ((name, one) for name, one in data.items() if isinstance(one, _PARENTS))
    elif isinstance(data, list):
        inner = ((EACH, one) for one in data if isinstance(one, _PARENTS))
    else:
        return
    for name, one in inner:
        yield from _objects(one, (*way, str(name)))


@cache
def _parsed(path: str) -> Any:
    return jmespath.compile(path).parsed
