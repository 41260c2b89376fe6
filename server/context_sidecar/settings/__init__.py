"""Marshmallow fields for the settings of adapters and hosts: secrets, durations, addresses.

A setting's metadata may say more: its `description`, and for forms that it is `long`, so that it
takes several lines, or a secret that is `chosen` by us, because the other side is told it.

An adapter declares what it needs, and a mistake in `sidecar.yaml` is found before it runs:

    class Settings(Schema):
        url = Address(required=True)
        token = SecretText(required=True)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jmespath.exceptions import EmptyExpressionError, JMESPathError
from jmespath.functions import Functions
from jmespath.parser import Parser
from marshmallow import Schema, ValidationError, fields

from context_sidecar.core.durations import duration
from context_sidecar.core.secrets import Secret


class Duration(fields.Field[timedelta]):
    """A time span written as `30s`, `5m`, `2h`, `1d` or `2w`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> timedelta:
        try:
            return duration(value)
        except (ValueError, TypeError) as error:
            raise ValidationError("expected a duration such as 30s, 5m, 2h, 1d or 2w") from error


class SecretText(fields.Field[Secret]):
    """A secret: shown nowhere, revealed only where it is sent.

    Args:
        alone: whether nothing beside it says whose data it opens, so that another secret may be
            that of another customer of the vendor. What was read with the old one then counts no
            longer; a renewed secret with a name beside it is the same system.
    """

    def __init__(self, *, alone: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alone = alone

    def is_bare(self, text: str) -> bool:
        """Whether *text*, though it stands where a secret may, is known to hold none."""
        return False

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Secret:
        if isinstance(value, Secret) and value:
            return value
        if not isinstance(value, str) or not value:
            raise ValidationError("expected a secret, best as ${NAME} or ${file:/path}")
        return Secret(value)


class Shaped(fields.String):
    """A text of one form: `pattern` for the whole of it, and `expected`, the words for it."""

    pattern: ClassVar[str]
    expected: ClassVar[str]
    json_schema: ClassVar[Mapping[str, Any]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.json_schema = {"pattern": f"^{cls.pattern}$"}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value):
            raise ValidationError(f"expected {self.expected}")
        return value


class Address(Shaped):
    """A web address without credentials in it: https, or http for machines of one's own."""

    pattern = r"https?://[^\s/@?#]+(/[^\s?#]*)?"
    expected = "a web address such as https://example.com, without a user, query or fragment in it"


class LinkTemplate(Shaped):
    """A web address with `{names}`, after the host, that a row's values fill, quoted; may be
    empty."""

    _rest = r"[^\s{}\"'<>\\]"
    pattern = rf"(https?://[^\s{{}}\"'<>\\/?#]+([/?#]({_rest}|\{{[^{{}}]+\}})*)?)?"
    expected = (
        "a web address such as https://example.com/accounts/{id}, with a host that no value fills"
    )


class Expression(fields.String):
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


class TimeZone(fields.Field[ZoneInfo]):
    """A time zone by its IANA name, such as `Europe/Berlin`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> ZoneInfo:
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
            raise ValidationError("expected a time zone such as UTC or Europe/Berlin") from error


_folder: ContextVar[Path] = ContextVar("folder", default=Path())


@contextmanager
def relative_to(folder: Path) -> Iterator[None]:
    """Take relative paths in settings as relative to *folder*, that of the file they stand in."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def local_path(text: str) -> Path:
    """Return the path that *text* names for the settings that are being loaded."""
    return _folder.get() / Path(text).expanduser()


class LocalPath(fields.Field[Path]):
    """A file on this machine; a relative path starts at the folder of `sidecar.yaml`."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Path:
        if not isinstance(value, str) or not value or "\0" in value:
            raise ValidationError("expected a path such as ./exports/billing.csv")
        return local_path(value)


class Variants(fields.Field[Any]):
    """A mapping whose `type` says which of several schemas the rest of it follows."""

    def __init__(self, schemas: Mapping[str, type[Schema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schemas = schemas

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError("expected a mapping with a `type`")
        chosen = self.schemas.get(str(value.get("type")))
        if chosen is None:
            raise ValidationError({"type": [f"expected one of {', '.join(self.schemas)}"]})
        return chosen().load({name: part for name, part in value.items() if name != "type"})
