"""Amounts as Stripe writes them, and times.

From Stripe's page on currencies: amounts count the smallest unit of a currency. The kroner of
Iceland and the shillings of Uganda have lost theirs, and are still counted in hundredths.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Context, Decimal

_EXACT = Context(prec=60)
_WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD JOD KWD OMR TND"
_DIGITS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)
"""Digits after the point where it is not 2."""

Amount = tuple[Decimal, str]
"""Smallest units, and the currency as Stripe writes it."""


def money(units: int | Decimal, currency: str) -> dict[str, str]:
    """Return an amount in whole units of its currency."""
    code = currency.upper()
    amount = _EXACT.scaleb(Decimal(units), -_DIGITS.get(code, 2))
    return {"amount": f"{amount:f}", "currency": code}


def total(amounts: Collection[Amount]) -> dict[str, dict[str, str] | None]:
    """Return the sum of *amounts* as a `sum`: null where there are none, and nothing at all where
    they are of several currencies."""
    currencies = {currency for _, currency in amounts}
    if len(currencies) > 1:
        return {}
    return {"sum": money(sum(units for units, _ in amounts), currencies.pop()) if amounts else None}


def moment(seconds: int | None) -> str | None:
    """Return a time of Stripe's as text."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def day(seconds: int | None) -> str | None:
    """Return the day, in UTC, of a time of Stripe's."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()
