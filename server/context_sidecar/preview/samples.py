"""Made-up values, as a source would write them: what keeps to a field's contract, and what does
not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from context_sidecar.core.field import Field, FieldType
from context_sidecar.wording import Words
from context_sidecar.wording.times import local

ADDRESS = "https://example.com/"
"""Where made-up links lead; RFC 2606 keeps it free for examples."""

_ANY_CURRENCY = "EUR"
_AHEAD = timedelta(days=109)
_ITEM_AGES = (timedelta(hours=2), timedelta(days=1, hours=4), timedelta(days=12))

_SIZES = {
    FieldType.NUMBER: Decimal(72),
    FieldType.PERCENT: Decimal(72),
    FieldType.MONEY: Decimal(12_400),
    FieldType.LIST: Decimal(len(_ITEM_AGES)),
}


def kept(words: Words, field: Field, now: datetime) -> object:
    """Return a raw value of the declared type, and of the declared choices."""
    if field.type in _SIZES:
        return number(field, _SIZES[field.type], now)
    match field.type:
        case FieldType.CHOICE:
            return next(iter(field.choices))
        case FieldType.DATE | FieldType.DATETIME:
            return moment(words, field, now + _AHEAD)
        case FieldType.PERSON:
            return {"name": "Robin Sample", "email": "robin@example.com"}
        case FieldType.LINK:
            return {"url": ADDRESS, "label": words.text("Sample page")}
    return True if field.type is FieldType.BOOLEAN else words.text("Sample text")


def broken(words: Words, field: Field) -> object:
    """Return a raw value that is outside the declared type and the declared choices."""
    text = words.text("Sample text")
    return [text, text] if field.type in _TAKE_ANY_TEXT else text


_TAKE_ANY_TEXT = {FieldType.TEXT, FieldType.PERSON}


def number(field: Field, size: Decimal, now: datetime) -> object:
    """Return a raw number, amount or list of this *size*."""
    if field.type is FieldType.MONEY:
        return {"amount": str(size), "currency": field.currency or _ANY_CURRENCY}
    if field.type is FieldType.LIST:
        return [_item(index, now) for index in range(int(size))]
    return str(size)


def moment(words: Words, field: Field, when: datetime) -> object:
    """Return a raw date or time, the date being that of *when* where the reader is."""
    there = local(words, when)
    whole: date = there if field.type is FieldType.DATETIME else there.date()
    return whole.isoformat()


def _item(index: int, now: datetime) -> object:
    opened = now - _ITEM_AGES[index % len(_ITEM_AGES)]
    return {
        "id": str(index + 1),
        "title": f"Sample {index + 1}",
        "status": "open",
        "priority": "normal",
        "created_at": opened.isoformat(),
        "url": ADDRESS,
    }
