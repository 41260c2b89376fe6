"""JMESPath that takes nothing for granted.

The language has null for a name that does not exist, in the items of a list, too; it takes every
text for true, "false" as well, and says of a text and a number that they are not equal. By either
a renamed or retyped property would be a none, or another count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import jmespath
from context_sidecar import Reason, SourceError
from jmespath.visitor import TreeInterpreter

if TYPE_CHECKING:
    from jmespath.visitor import _TreeNode


def read(expression: str, row: object) -> Any:
    """Return what *expression* reads of *row*. What stands before `||` may be left out.

    Raises:
        SourceError: SCHEMA_CHANGED, *row* lacks a name, at any depth, or has something else there.
    """
    return _Strict(expression).of(row)


def holds(condition: str, row: object) -> bool:
    """Return whether *condition* holds for *row*: what is asked for its truth is true or false,
    what is compared is of one type, and null is compared with null alone.

    Raises:
        SourceError: SCHEMA_CHANGED, that cannot be told of *row*.
    """
    found = _Condition(condition).of(row)
    if not isinstance(found, bool):
        raise _untold(condition)
    return found


def _untold(expression: str) -> SourceError:
    return SourceError(Reason.SCHEMA_CHANGED, f"a row of which {expression} cannot be told")


class _Strict(TreeInterpreter):
    def __init__(self, expression: str) -> None:
        super().__init__()
        self._expression = expression
        self._optional = False

    def of(self, row: object) -> Any:
        return self.visit(jmespath.compile(self._expression).parsed, row)

    def visit_field(self, node: _TreeNode, value: Any) -> Any:
        name = node["value"]
        if isinstance(value, Mapping) and name in value:
            return value[name]
        if value is None or self._optional:
            return None
        raise SourceError(Reason.SCHEMA_CHANGED, f"a row lacks {name} in {self._expression}")

    def visit_or_expression(self, node: _TreeNode, value: Any) -> Any:
        first, second = node["children"]
        found = self._visited(first, value, optional=True)
        return self.visit(second, value) if found in (None, "", [], {}) or found is False else found

    def visit_and_expression(self, node: _TreeNode, value: Any) -> Any:
        """Return the second where the first is true; that is looked for even before `||`."""
        first, second = node["children"]
        return self._truth(first, value) and self.visit(second, value)

    def _truth(self, node: _TreeNode, value: Any) -> bool:
        found = self._visited(node, value, optional=False)
        if not isinstance(found, bool):
            raise _untold(self._expression)
        return found

    def _visited(self, node: _TreeNode, value: Any, *, optional: bool) -> Any:
        before, self._optional = self._optional, optional
        found = self.visit(node, value)
        self._optional = before
        return found


class _Condition(_Strict):
    def visit_not_expression(self, node: _TreeNode, value: Any) -> bool:
        return not self._truth(node["children"][0], value)

    def visit_and_expression(self, node: _TreeNode, value: Any) -> bool:
        first, second = (self._truth(child, value) for child in node["children"])
        return first and second

    def visit_comparator(self, node: _TreeNode, value: Any) -> Any:
        one, other = (self.visit(child, value) for child in node["children"])
        literals = [child["value"] for child in node["children"] if child["type"] == "literal"]
        if None not in literals and _kind(one) is not _kind(other):
            raise _untold(self._expression)
        return super().visit_comparator(node, value)

    def visit_function_expression(self, node: _TreeNode, value: Any) -> Any:
        given = [self.visit(child, value) for child in node["children"]]
        match node["value"], given:
            case "to_string", [one] if _kind(one) not in {str, float}:
                raise _untold(self._expression)
            case "contains", [held, one]:
                kinds = {_kind(each) for each in held} if isinstance(held, list) else {str}
                if _kind(one) not in (kinds or {str}):
                    raise _untold(self._expression)
        return super().visit_function_expression(node, value)


def _kind(value: object) -> type | None:
    """Return the type of *value* as JSON has it, numbers being of one."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float
    return type(value)
