"""What a value can be, once it is known to be what the contract says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217), exact."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a name, and an e-mail address where it is known."""

    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An address on the web (https, or http) and the words for it."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a list: a ticket, an invoice. Every part may be empty."""

    title: str
    id: str = ""
    status: str = ""
    priority: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    url: str = ""


ITEM_PARTS = tuple(part.name for part in fields(Item))


@dataclass(frozen=True, slots=True)
class Items:
    """A list, and how many there are in all where the source sent only the first."""

    items: tuple[Item, ...]
    total: int


Value = str | Decimal | bool | date | datetime | Money | Person | Link | Items


def plain(data: object) -> object:
    """Return *data* made only of what JSON is made of, so that it can be stored and compared.

    Decimals, dates and times become text in their standard form; nothing becomes a float that was
    not one.

    Raises:
        TypeError: *data* holds something without a standard text, such as bytes.
    """
    match data:
        case None | bool() | int() | float() | str():
            return data
        case Decimal():
            return str(data)
        case datetime() | date():
            return data.isoformat()
        case Mapping():
            return {str(key): plain(value) for key, value in data.items()}
        case list() | tuple():
            return [plain(value) for value in data]
    raise TypeError(f"a {type(data).__name__} cannot be stored as an answer")
