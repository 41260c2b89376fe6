"""The names that paths read in the items of lists, told from the paths alone: `[].due` is the name
`due` in each item of the root's list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import jmespath
from jmespath.visitor import Visitor

from context_sidecar.core.shape import EACH, name_of

if TYPE_CHECKING:
    from jmespath.visitor import _TreeNode

_Way = tuple[str, ...]


@cache
def names_in_items(path: str, within: str = "") -> frozenset[str]:
    """Return the names that *path* reads in the items of lists; read in each item of the list that
    *within* leads to, where that is said."""
    start = _Reached(frozenset({()}))
    if within:
        start = _elements(_Following().visit(jmespath.compile(within).parsed, start))
    following = _Following()
    following.visit(jmespath.compile(path).parsed, start)
    return frozenset(name_of(way) for way in following.reads if EACH in way)


def names_of_part(path: str, part: str) -> frozenset[str]:
    """Return the names that the items of the list at *path* have *part* under, a path into each:
    that list may be counted (`items`, beside `total`)."""
    return names_in_items(part, path) | names_in_items(part, f"({path}).items")


@dataclass(frozen=True, slots=True)
class _Reached:
    """Where an expression leads: the ways to it, or, where it is `listed` from elsewhere, those to
    each of it; none to what it has made itself."""

    ways: frozenset[_Way] = field(default_factory=frozenset)
    listed: bool = False


def _elements(reached: _Reached) -> _Reached:
    if reached.listed:
        return _Reached(reached.ways)
    return _Reached(frozenset((*way, EACH) for way in reached.ways))


def _either(reached: Iterable[_Reached]) -> _Reached:
    return _Reached(frozenset[_Way]().union(*(one.ways for one in reached)))


class _Following(Visitor):
    """Follows an expression from where it starts, and notes what it `reads`."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: set[_Way] = set()

    def visit_literal(self, node: _TreeNode, start: _Reached) -> _Reached:
        """Follow what makes something new of its parts, if it has any."""
        for child in node["children"]:
            self.visit(child, start)
        return _Reached()

    visit_comparator = visit_not_expression = visit_key_val_pair = visit_literal
    visit_multi_select_list = visit_multi_select_dict = visit_literal

    def visit_field(self, node: _TreeNode, start: _Reached) -> _Reached:
        found = frozenset((*way, node["value"]) for way in start.ways)
        self.reads |= found
        return _Reached(found)

    def visit_identity(self, node: _TreeNode, start: _Reached) -> _Reached:
        return start

    visit_current = visit_identity

    def visit_subexpression(self, node: _TreeNode, start: _Reached) -> _Reached:
        for child in node["children"]:
            start = self.visit(child, start)
        return start

    visit_pipe = visit_index_expression = visit_subexpression

    def visit_or_expression(self, node: _TreeNode, start: _Reached) -> _Reached:
        return _either([self.visit(child, start) for child in node["children"]])

    visit_and_expression = visit_or_expression

    def visit_index(self, node: _TreeNode, start: _Reached) -> _Reached:
        return _elements(start)

    def visit_slice(self, node: _TreeNode, start: _Reached) -> _Reached:
        return _Reached(_elements(start).ways, listed=True)

    def visit_flatten(self, node: _TreeNode, start: _Reached) -> _Reached:
        inner = self.visit(node["children"][0], start)
        return _Reached(frozenset((*way, EACH) for way in inner.ways), listed=True)

    def visit_projection(self, node: _TreeNode, start: _Reached) -> _Reached:
        first, each, *conditions = node["children"]
        elements = _elements(self.visit(first, start))
        for condition in conditions:
            self.visit(condition, elements)
        return _Reached(self.visit(each, elements).ways, listed=True)

    visit_filter_projection = visit_projection

    def visit_value_projection(self, node: _TreeNode, start: _Reached) -> _Reached:
        self.visit(node["children"][0], start)
        return _Reached()

    def visit_function_expression(self, node: _TreeNode, start: _Reached) -> _Reached:
        """Follow what a function is given; an expression among it is for each of a list."""
        plain = (one for one in node["children"] if one["type"] != "expref")
        given: list[_Reached] = [self.visit(one, start) for one in plain]
        each = _either(map(_elements, given))
        for one in node["children"]:
            if one["type"] == "expref":
                self.visit(one["children"][0], each)
        match node["value"]:
            case "max_by" | "min_by":
                return each
            case "reverse" | "sort_by" if len(given) == 1:
                return given[0]
            case "not_null":
                return _either(given)
        return _Reached()
