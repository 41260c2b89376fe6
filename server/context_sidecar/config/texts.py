"""Marshmallow fields for the texts of `sidecar.yaml`: names, places, addresses.

A field's `json_schema` says to editors what the field checks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields

from context_sidecar.settings import Shaped

JsonSchema = Mapping[str, Any]


class Text(fields.String):
    """A text with something in it."""

    json_schema: ClassVar[JsonSchema] = {"pattern": r"\S"}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs)).strip()
        if not text:
            raise self.make_error("null")
        return text


class Answer(Text):
    """A text that answers a question; a placeholder such as `TBD` answers none."""

    placeholders = re.compile(r"(tbd|todo|tba|fixme|xxx|n/?a|none|\W*)\.*", re.IGNORECASE)
    json_schema: ClassVar[JsonSchema] = {
        "pattern": r"\w",
        "not": {"pattern": r"^([tT][bB][dDaA]|[tT][oO][dD][oO]|[nN]/?[aA])\.*$"},
    }

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if self.placeholders.fullmatch(text):
            raise self.make_error("null")
        return text


class Name(Shaped):
    """The name that the file gives to a thing of its own."""

    pattern = "[a-z][a-z0-9_-]{0,62}"
    expected = "a name of lower-case letters, digits, - and _, beginning with a letter"


class Reference(Text):
    """The name of something declared elsewhere in the file; there must be such a thing."""

    json_schema = Name.json_schema


class Place(Shaped):
    """A place that a card can be shown at: a host and the type of its record."""

    pattern = "[a-z][a-z0-9_]*/[a-z][a-z0-9_.-]*"
    expected = "a place such as zendesk/ticket"


class Currency(Shaped):
    """A currency by its code (ISO 4217)."""

    pattern = "[A-Z]{3}"
    expected = "a currency code of three letters such as EUR"


class Domain(Shaped):
    """A domain name, in lower case."""

    pattern = r"([a-z0-9-]+\.)+[a-z0-9-]+"
    expected = "a domain such as mail.example"


class WebLink(Shaped):
    """The address of a page that people may open."""

    pattern = r"https?://[^\s\"'<>\\@]+"
    expected = "a web address such as https://wiki.example.com/crm"


class PublicUrl(Shaped):
    """The address at which browsers reach us: https, or http on one's own machine."""

    pattern = r"(https://[^\s/@?#]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?)(/[^\s?#]*)?"
    expected = "an https address such as https://context.example.com (http for localhost only)"

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs)).rstrip("/")


class Origin(Shaped):
    """The exact origin of pages that may frame us (RFC 6454): no path, no wildcard."""

    pattern = r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?"
    expected = "an exact origin such as https://rt.example.com, without path or wildcard"

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        try:
            text = str(super()._deserialize(value, attr, data, **kwargs))
        except ValidationError as error:
            nearest = _origin_in(str(value))
            raise ValidationError(f"{error.messages[0]}{nearest}") from error
        if re.search(r"^https:.*:443$|^http:.*:80$", text):
            raise ValidationError("expected an origin without its scheme's usual port")
        return text


def _origin_in(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return f" (here {origin})" if re.fullmatch(Origin.pattern, origin) else ""
