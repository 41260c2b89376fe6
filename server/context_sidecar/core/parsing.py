"""From what a source wrote to a typed value, strictly: what does not parse is said to be so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from types import MappingProxyType

from context_sidecar.core.currencies import MINOR_DIGITS
from context_sidecar.core.errors import UnrecognisedError
from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.moments import moment
from context_sidecar.core.values import Item, Items, Link, Money, Person, Value
from context_sidecar.core.written_numbers import (
    EXACT,
    shifted,
    without_percent_sign,
    written_number,
)


def parse(field: Field, raw: object, currency: object = None) -> Value | None:
    """Return the value of *field* that *raw* stands for; None where the source says there is none.

    Args:
        field: the contract that *raw* must keep to.
        raw: what the field's path found.
        currency: what the field's `currency_path` found, for money.

    Raises:
        UnrecognisedError: *raw* does not fit the declared type, dialect or vocabulary.
    """
    if _is_none(raw):
        return None
    if field.type is FieldType.MONEY:
        return _money(field, raw, currency)
    return PARSERS[field.type](field, raw)


def _is_none(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _text(field: Field, raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise UnrecognisedError("not a text")
    try:
        return str(raw)
    except ValueError as error:  # a number of thousands of digits
        raise UnrecognisedError("not a text") from error


def _part(field: Field, raw: object) -> str:
    """A part of a person, a link or an item; every part may be absent."""
    return "" if raw is None else _text(field, raw)


def _choice(field: Field, raw: object) -> str:
    code = _text(field, raw).strip()
    if code not in field.choices:
        raise UnrecognisedError("not in the list of choices")
    return code


def _number(field: Field, raw: object) -> Decimal:
    """A comma is one of texts: what is a number already has no way of being written. Millionths
    are some of both."""
    comma = field.dialect == "comma" and isinstance(raw, str)
    found = written_number(_text(field, raw).strip(), comma=comma)
    if found and field.dialect == "micros":
        found = shifted(found.normalize(EXACT), -6)  # without the zeros of the millionths
    return found or found.copy_abs()  # nobody means a zero below zero


def _percent(field: Field, raw: object) -> Decimal:
    """A percent sign may follow a number; one that has it is no fraction."""
    bare = without_percent_sign(raw) if isinstance(raw, str) else None
    if bare is not None and field.dialect == "fraction":
        raise UnrecognisedError("a percent sign, where fractions are declared")
    number = _number(field, raw if bare is None else bare)
    return shifted(number, 2) if field.dialect == "fraction" else number


def _money(field: Field, raw: object, currency: object) -> Money | None:
    by_program = isinstance(raw, Mapping)
    if isinstance(raw, Mapping):
        if "amount" not in raw:
            raise UnrecognisedError("no amount")
        currency = raw.get("currency", currency)
        raw = raw["amount"]
    if _is_none(raw):
        return None
    code = str(currency or field.currency).upper()
    if not re.fullmatch("[A-Z]{3}", code):
        raise UnrecognisedError("an amount without a currency")
    if not by_program and not field.dialect and _may_be_grouped(raw, code):
        raise UnrecognisedError(
            "a point before three digits: say whether dialect is point or comma"
        )
    amount = _number(field, raw)
    if field.dialect == "minor":
        amount = shifted(amount, -MINOR_DIGITS.get(code, 2))
    return Money(amount, code)


def _may_be_grouped(raw: object, code: str) -> bool:
    """Whether people may have written *raw* who set thousands apart by a point. Who gives an amount
    with its currency is a program, and means a fraction by it."""
    return isinstance(raw, str) and bool(
        MINOR_DIGITS.get(code, 2) < len("000") and re.fullmatch(r"\s*[+-]?\d{1,3}\.\d{3}\s*", raw)
    )


def _date(field: Field, raw: object) -> date:
    """A midnight is how spreadsheets, databases and epochs hand out dates: one of the zone that was
    declared, or of that which the text names. Any other time is of another day somewhere."""
    try:
        found = moment(raw, field.dialect)
    except UnrecognisedError as error:
        written = field.dialect or "YYYY-MM-DD"
        raise UnrecognisedError(f"not a date ({written})") from error
    days = (_day_from(found, zone) for zone in (field.source.zone, found.tzinfo))
    day = next(filter(None, days), None)
    if day == date.min:
        raise UnrecognisedError("the first day of the calendar, by which programs mean none")
    if day is None:
        raise UnrecognisedError("a time of day that is no midnight in time_zone")
    return day


def _day_from(midnight: datetime, zone: tzinfo | None) -> date | None:
    """Return the day in *zone* that begins with *midnight*, or None where none does."""
    if zone is None or midnight.tzinfo is None:
        return None if midnight.time() != time() or midnight.tzinfo else midnight.date()
    try:
        day = midnight.astimezone(zone).date()
    except OverflowError:  # that day is before the first, or after the last, that there is
        return None
    # Where clocks are set forward at midnight, the day begins at one.
    begins = datetime.combine(day, time(), zone)
    return day if begins.timestamp() == midnight.timestamp() else None


def _datetime(field: Field, raw: object) -> datetime:
    if _is_day(field.dialect, raw):
        raise UnrecognisedError("a day without a time: say type: date")
    found = moment(raw, field.dialect, field.source.zone)
    if found.tzinfo is None:
        raise UnrecognisedError("a time without a time zone")
    if found.date() == date.min:
        raise UnrecognisedError("the first day of the calendar, by which programs mean none")
    return found


def _is_day(dialect: str, raw: object) -> bool:
    """Whether *raw* says no time of day. Midnight in one zone is the day before in others, so that
    it is no midnight."""
    if "%" in dialect:
        return re.search("%[HIcX]", dialect) is None
    return isinstance(raw, str) and not dialect and len(raw.strip()) <= len("YYYY-MM-DD")


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
    if not isinstance(raw, Mapping):
        return Person(_text(field, raw))
    name, email = _part(field, raw.get("name")), _part(field, raw.get("email"))
    if not name and not email:
        raise UnrecognisedError("not a person")
    return Person(name or email, email)


def _link(field: Field, raw: object) -> Link:
    label: object = None
    url = raw
    if isinstance(raw, Mapping):
        url, label = raw.get("url"), raw.get("label")
    if not isinstance(url, str) or not is_web_address(url):
        raise UnrecognisedError("not a web address")
    return Link(url, _part(field, label))


def is_web_address(url: str) -> bool:
    """Whether *url* may become a link: http or https, nothing that hides or breaks out, and no
    user name, which makes one host look like another."""
    address = re.fullmatch(r"https?://[^\s/?#@\"'<>\\]+([/?#][^\s\"'<>\\]*)?", url)
    return address is not None and url.isprintable()


def _list(field: Field, raw: object) -> Items:
    total: object = None
    if isinstance(raw, Mapping) and "items" in raw:
        total = raw.get("total")
        raw = raw["items"]
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise UnrecognisedError("not a list")
    items = tuple(_item(field, entry) for entry in raw)
    counted = total if isinstance(total, int) and not isinstance(total, bool) else 0
    return Items(items, max(counted, len(items)))


def _item(field: Field, raw: object) -> Item:
    if not isinstance(raw, Mapping):
        return Item(_text(field, raw))
    parts = {
        name: _part(field, raw.get(name)) for name in ("id", "title", "status", "priority", "url")
    }
    return Item(
        title=parts["title"] or parts["id"],
        id=parts["id"],
        status=parts["status"],
        priority=parts["priority"],
        created_at=_item_time(field, raw.get("created_at")),
        updated_at=_item_time(field, raw.get("updated_at")),
        url=parts["url"] if is_web_address(parts["url"]) else "",
    )


def _item_time(field: Field, raw: object) -> datetime | None:
    """A time whose zone nobody tells is none: the item then has no age."""
    if _is_none(raw):
        return None
    found = moment(raw, zone=field.source.zone)
    return found if found.tzinfo else None


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
