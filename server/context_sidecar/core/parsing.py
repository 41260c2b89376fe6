"""From what a source wrote to a typed value, strictly: what does not parse is said to be so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.values import Item, Items, Link, Money, Person, Value


class UnrecognisedError(ValueError):
    """The value is outside the field's declared type or vocabulary; it is shown raw, as such."""


_NO_MINOR_UNIT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"

MINOR_DIGITS = MappingProxyType(
    dict.fromkeys(_NO_MINOR_UNIT.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)
)
"""Digits after the point where it is not 2 (ISO 4217)."""


def parse(field: Field, raw: object, currency: object = None) -> Value | None:
    """Return the value of *field* that *raw* stands for; None where the source says there is none.

    Args:
        field: the contract that *raw* must keep to.
        raw: what the field's path found.
        currency: what the field's `currency_path` found, for money.

    Raises:
        UnrecognisedError: *raw* does not fit the declared type, dialect or vocabulary.
    """
    if raw is None or raw == "":
        return None
    if field.type is FieldType.MONEY:
        return _money(field, raw, currency)
    return PARSERS[field.type](field, raw)


def _text(field: Field, raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise UnrecognisedError("not a text")
    return str(raw)


def _choice(field: Field, raw: object) -> str:
    code = _text(field, raw)
    if code not in field.choices:
        raise UnrecognisedError("not in the list of choices")
    return code


def _number(field: Field, raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float | Decimal):
        raise UnrecognisedError("not a number")
    text = str(raw).strip()
    if field.dialect == "comma":
        text = text.replace(".", "").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?", text, re.ASCII):
        raise UnrecognisedError("not a number")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise UnrecognisedError("not a number") from error


def _percent(field: Field, raw: object) -> Decimal:
    number = _number(field, raw)
    return number * 100 if field.dialect == "fraction" else number


def _money(field: Field, raw: object, currency: object) -> Money:
    if isinstance(raw, Mapping):
        currency = raw.get("currency", currency)
        raw = raw.get("amount")
    code = str(currency or field.currency).upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise UnrecognisedError("an amount without a currency")
    amount = _number(field, raw)
    if field.dialect == "minor":
        amount = amount.scaleb(-MINOR_DIGITS.get(code, 2))
    return Money(amount, code)


def _date(field: Field, raw: object) -> date:
    if isinstance(raw, str) and not field.dialect:
        try:
            # A date with a time at midnight is how spreadsheets and databases hand out dates.
            return date.fromisoformat(re.sub(r"[T ]00:00(:00(\.0+)?)?(Z|[+-]00:?00)?$", "", raw))
        except ValueError as error:
            raise UnrecognisedError("not a date (YYYY-MM-DD)") from error
    return _moment(field, raw).date()


def _datetime(field: Field, raw: object) -> datetime:
    moment = _moment(field, raw)
    if moment.tzinfo is None:
        raise UnrecognisedError("a time without a time zone")
    return moment


def _moment(field: Field, raw: object) -> datetime:
    return moment(raw, field.dialect)


def moment(raw: object, dialect: str = "") -> datetime:
    """Return the moment that *raw* names in *dialect*: ISO 8601 by default, `epoch_seconds`,
    `epoch_milliseconds`, or a strptime pattern. It has no time zone where *raw* names none.

    Raises:
        UnrecognisedError: *raw* names no moment in that dialect.
    """
    try:
        return _DIALECTS.get(dialect, _by_pattern(dialect))(raw)
    except (ValueError, TypeError, OverflowError, OSError) as error:
        raise UnrecognisedError("not a time as declared") from error


def iso_datetime(raw: object) -> datetime:
    """Return the moment that an ISO 8601 text names; `Z`, `+0000` and `+00:00` are the same."""
    if not isinstance(raw, str):
        raise TypeError("not a text")
    return datetime.fromisoformat(raw)


def _epoch(unit: float) -> Callable[[object], datetime]:
    def moment(raw: object) -> datetime:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise TypeError("not a number")
        return datetime.fromtimestamp(float(raw) / unit, UTC)

    return moment


def _by_pattern(pattern: str) -> Callable[[object], datetime]:
    def moment(raw: object) -> datetime:
        # The pattern may name a zone; a mere date has none.
        found = datetime.strptime(str(raw), pattern)  # noqa: DTZ007
        return found if found.tzinfo or "%H" not in pattern else found.replace(tzinfo=UTC)

    return moment


_DIALECTS: dict[str, Callable[[object], datetime]] = {
    "": iso_datetime,
    "epoch_seconds": _epoch(1),
    "epoch_milliseconds": _epoch(1000),
}


def _boolean(field: Field, raw: object) -> bool:
    known = {True: True, False: False, "true": True, "false": False}
    if field.dialect == "digits":
        known |= {1: True, 0: False, "1": True, "0": False}
    elif isinstance(raw, int) and not isinstance(raw, bool):
        raise UnrecognisedError("not a boolean")
    key = raw.casefold() if isinstance(raw, str) else raw
    if not isinstance(key, bool | int | str) or key not in known:
        raise UnrecognisedError("not a boolean")
    return known[key]


def _person(field: Field, raw: object) -> Person:
    if isinstance(raw, Mapping):
        name = str(raw.get("name") or raw.get("email") or "")
        if name:
            return Person(name, str(raw.get("email") or ""))
    elif isinstance(raw, str):
        return Person(raw)
    raise UnrecognisedError("not a person")


def _link(field: Field, raw: object) -> Link:
    label: object = ""
    url = raw
    if isinstance(raw, Mapping):
        url, label = raw.get("url"), raw.get("label")
    if not isinstance(url, str) or not is_web_address(url):
        raise UnrecognisedError("not a web address")
    return Link(url, str(label or ""))


def is_web_address(url: str) -> bool:
    """Whether *url* may become a link: http or https, nothing that hides or breaks out."""
    return re.fullmatch(r"https?://[^\s\"'<>\\\x00-\x1f\x7f]+", url) is not None


def _list(field: Field, raw: object) -> Items:
    total: object = None
    if isinstance(raw, Mapping) and "items" in raw:
        total = raw.get("total")
        raw = raw["items"]
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise UnrecognisedError("not a list")
    items = tuple(_item(entry) for entry in raw)
    return Items(items, total if isinstance(total, int) and total >= len(items) else len(items))


def _item(raw: object) -> Item:
    if isinstance(raw, str):
        return Item(raw)
    if not isinstance(raw, Mapping):
        raise UnrecognisedError("not a list of items")
    url = str(raw.get("url") or "")
    return Item(
        title=str(raw.get("title") or raw.get("id") or ""),
        id=str(raw.get("id") or ""),
        status=str(raw.get("status") or ""),
        priority=str(raw.get("priority") or ""),
        created_at=_item_time(raw.get("created_at")),
        updated_at=_item_time(raw.get("updated_at")),
        url=url if is_web_address(url) else "",
    )


def _item_time(raw: object) -> datetime | None:
    if raw is None or raw == "":
        return None
    try:
        found = iso_datetime(raw)
    except (ValueError, TypeError) as error:
        raise UnrecognisedError("a list item with an unreadable time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


PARSERS: Mapping[FieldType, Callable[[Field, object], Value]] = MappingProxyType(
    {
        FieldType.TEXT: _text,
        FieldType.CHOICE: _choice,
        FieldType.NUMBER: _number,
        FieldType.PERCENT: _percent,
        FieldType.DATE: _date,
        FieldType.DATETIME: _datetime,
        FieldType.BOOLEAN: _boolean,
        FieldType.PERSON: _person,
        FieldType.LINK: _link,
        FieldType.LIST: _list,
    }
)
