"""A typed value in words, and in JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

from babel.numbers import format_currency, format_decimal, format_percent

from context_sidecar.core.field import Field, FieldType
from context_sidecar.core.values import Item, Items, Link, Money, Person, Value, plain
from context_sidecar.wording.times import ago, clock, day, distance, local, rfc3339, span
from context_sidecar.wording.visible import encodable, link, unbroken, visible
from context_sidecar.wording.words import Words

_RAW_SHOWN = 80

_WORTH_TELLING = timedelta(minutes=1)

_DIGITS = 2_000
"""Enough to format any number that a field can hold, exactly."""


def display(words: Words, field: Field, value: Value, now: datetime) -> str:
    """Return *value* as people read it."""
    if isinstance(value, date):
        return _date(words, value, now)
    if isinstance(value, bool | Decimal | Money | Items):
        return _measure(words, field, value, now)
    return visible(_name(field, value)) or words.text("None")


def _name(field: Field, value: str | Person | Link) -> str:
    match value:
        case Person():
            return value.name
        case Link():
            return value.label or value.url
        case _:
            return field.choices.get(value, value)


def _measure(
    words: Words, field: Field, value: bool | Decimal | Money | Items, now: datetime
) -> str:
    with localcontext(prec=_DIGITS):
        match value:
            case bool():
                return words.text("Yes") if value else words.text("No")
            case Money():
                return format_currency(value.amount, value.currency, locale=words.locale)
            case Items():
                return _total(words, value, now)
            case Decimal():
                number = _number(words, field, value)
                word = field.word_for(value)
                return words.text("{word} ({number})", word=word, number=number) if word else number


def _number(words: Words, field: Field, value: Decimal) -> str:
    if field.type is not FieldType.PERCENT:
        return format_decimal(value, locale=words.locale)
    return format_percent(round(value, 2) / 100, locale=words.locale, decimal_quantization=False)


def _total(words: Words, value: Items, now: datetime) -> str:
    total = format_decimal(value.total, locale=words.locale)
    opened = [item.created_at for item in value.items if item.created_at]
    if not opened or len(opened) < value.total or now - min(opened) < _WORTH_TELLING:
        return total
    return words.text("{total} (up to {age} old)", total=total, age=span(words, now - min(opened)))


def _date(words: Words, value: date, now: datetime) -> str:
    today = local(words, now).date()
    if not isinstance(value, datetime):
        return words.text(
            "{date} ({distance})",
            date=day(words, value),
            distance=unbroken(distance(words, value, today)),
        )
    on = local(words, value).date()
    just_gone = on == today and value <= now
    return words.text(
        "{date}, {time} ({distance})",
        date=day(words, on),
        time=clock(words, value),
        distance=unbroken(ago(words, value, now) if just_gone else distance(words, on, today)),
    )


def raw_text(raw: object) -> str:
    """Return what a source really wrote, as short text."""
    text = raw if isinstance(raw, str) else json.dumps(plain(raw), ensure_ascii=False)
    return visible(text, _RAW_SHOWN)


def as_json(words: Words, value: Value | None, now: datetime) -> Any:
    """Return *value* as the answer carries it: exact, numbers as decimal text, times in UTC."""
    match value:
        case Decimal():
            return f"{value:f}"
        case Money():
            return {"amount": f"{value.amount:f}", "currency": value.currency}
        case date():
            return rfc3339(value) if isinstance(value, datetime) else value.isoformat()
        case Person() | Link():
            return {name: encodable(part) for name, part in asdict(value).items()}
        case Items():
            items = [_item(words, item, now) for item in value.items]
            return {"total": value.total, "items": items}
    return encodable(value) if isinstance(value, str) else value


def _priority(words: Words, text: str) -> str:
    """A mere number does not say what it is."""
    return words.text("priority {number}", number=text) if text.isdecimal() else text


def _item(words: Words, item: Item, now: datetime) -> dict[str, Any]:
    return {
        "id": encodable(item.id),
        "title": visible(item.title),
        "status": visible(item.status),
        "priority": _priority(words, visible(item.priority)),
        "created_at": rfc3339(item.created_at),
        "updated_at": rfc3339(item.updated_at),
        "age": ago(words, item.created_at, now) if item.created_at else "",
        "url": link(item.url),
        "here": "",
    }
