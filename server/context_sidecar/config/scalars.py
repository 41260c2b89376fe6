"""Marshmallow fields for the other single values of `sidecar.yaml`: amounts, spans, switches.

A field's `json_schema` says to editors what the field checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError, fields

from context_sidecar.config.texts import JsonSchema
from context_sidecar.core.durations import spelled
from context_sidecar.settings import Duration


class Span(Duration):
    """A duration within bounds."""

    def __init__(
        self, shortest: timedelta = timedelta(seconds=1),
        longest: timedelta = timedelta(weeks=520), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.shortest = shortest
        self.longest = longest

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> timedelta:
        span = super()._deserialize(value, attr, data, **kwargs)
        if not self.shortest <= span <= self.longest:
            bounds = f"{spelled(self.shortest)} to {spelled(self.longest)}"
            raise ValidationError(f"expected a duration from {bounds}")
        return span


class Whole(fields.Integer):
    """A whole number within bounds."""

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.most = most

    @property
    def json_schema(self) -> JsonSchema:
        """The bounds, for editors."""
        return {"minimum": self.least, "maximum": self.most}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, str):  # as it comes from outside
            whole = re.fullmatch(r"[0-9]{1,18}", value) is not None
        if not whole or not self.least <= int(value) <= self.most:
            single = self.least == self.most
            bounds = (
                f"{self.least}" if single else f"a whole number from {self.least} to {self.most}"
            )
            raise ValidationError(f"expected {bounds}")
        return int(value)


class Switch(fields.Boolean):
    """True or false, and nothing that might mean one of them."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):  # as it comes from outside
            return bool(value == "true")
        raise ValidationError("expected true or false")


class Scalar(fields.Field[str | int | float | bool]):
    """A single value of any kind."""

    json_schema: ClassVar[JsonSchema] = {"type": ["string", "number", "boolean"]}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str | int | float | bool:
        if not isinstance(value, str | int | float | bool):
            raise ValidationError("expected a text, a number, true or false")
        return value


class Rate(fields.Field[tuple[int, timedelta]]):
    """A number of calls in a time: `100/min`, `5/s`, `10000/day`."""

    periods: ClassVar[Mapping[str, timedelta]] = {
        "s": timedelta(seconds=1),
        "min": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "day": timedelta(days=1),
    }
    json_schema: ClassVar[JsonSchema] = {
        "type": "string",
        "pattern": "^[1-9][0-9]{0,8}/(s|min|h|day)$",
    }

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[int, timedelta]:
        number, _, period = value.partition("/") if isinstance(value, str) else ("", "", "")
        if not re.fullmatch("[1-9][0-9]{0,8}", number) or period not in self.periods:
            raise ValidationError("expected a rate such as 5/s, 100/min, 2000/h or 10000/day")
        return int(number), self.periods[period]


class Size(fields.Field[int]):
    """A number of bytes: `512KB`, `64MB`, `1GB`, in powers of 1024."""

    units: ClassVar[Mapping[str, int]] = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}
    json_schema: ClassVar[JsonSchema] = {"type": "string", "pattern": "^[1-9][0-9]{0,5}(KB|MB|GB)$"}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        found = re.fullmatch("([1-9][0-9]{0,5})(KB|MB|GB)", value) if _is_text(value) else None
        if not found:
            raise ValidationError("expected a size such as 512KB, 64MB or 1GB")
        return int(found[1]) * self.units[found[2]]


class Bound(fields.Decimal):
    """A number as the key of a mapping."""

    json_schema: ClassVar[JsonSchema] = {"pattern": r"^-?[0-9]{1,18}(\.[0-9]{1,9})?$"}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Decimal:
        if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", str(value)):
            raise ValidationError("expected a number")
        return Decimal(str(value))


class Day(fields.Field[date]):
    """A day: `2027-03-01`."""

    json_schema: ClassVar[JsonSchema] = {"type": "string", "format": "date"}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise ValidationError("expected a day such as 2027-03-01") from None


class Several(fields.List[Any]):
    """A list with at least one entry and no entry twice; a single text stands for a list of one."""

    json_schema: ClassVar[JsonSchema] = {"minItems": 1, "uniqueItems": True}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        if value in ("", []):
            raise self.make_error("null")
        entries = super()._deserialize([value] if _is_text(value) else value, attr, data, **kwargs)
        if again := dict(_repeated(entries)):
            raise ValidationError(again)
        return entries


def _repeated(entries: list[Any]) -> Iterable[tuple[int, list[str]]]:
    for index, entry in enumerate(entries):
        if entry in entries[:index]:
            yield index, ["expected each only once"]


def _is_text(value: object) -> bool:
    return isinstance(value, str)
