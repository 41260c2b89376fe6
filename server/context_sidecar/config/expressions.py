"""A marshmallow field for paths into what a source returns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jmespath.exceptions import EmptyExpressionError, JMESPathError
from jmespath.functions import Functions
from jmespath.parser import Parser
from marshmallow import ValidationError, fields


class JmesPath(fields.String):
    """A JMESPath expression, every function of which exists."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            tree = Parser().parse(text).parsed
        except EmptyExpressionError as error:
            raise self.make_error("null") from error
        except JMESPathError as error:
            raise ValidationError(f"expected a JMESPath expression{_remedy(text)}") from error
        for function in _functions(tree):
            if function not in Functions.FUNCTION_TABLE:
                raise ValidationError(
                    f"expected a JMESPath expression, there is no function {function}()"
                )
        return text


def _functions(node: Mapping[str, Any]) -> Iterator[str]:
    if node["type"] == "function_expression":
        yield node["value"]
    for child in node["children"]:
        if isinstance(child, Mapping):
            yield from _functions(child)


def _remedy(text: str) -> str:
    if re.fullmatch(r"[\w #%&/()+:-]+", text):
        return f"; a name with special characters stands in quotes: '\"{text}\"'"
    return ""
