"""Amounts as Stripe writes them, and times.

From Stripe's page on currencies: amounts count the smallest unit of a currency. The kroner of
Iceland and the shillings of Uganda have lost theirs, and are still counted in hundredths.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from decimal import Context, Decimal

_EXACT = Context(prec=60)
_WHOLE = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD JOD KWD OMR TND"
_DIGITS = dict.fromkeys(_WHOLE.split(), 0) | dict.fromkeys(_THOUSANDTHS.split(), 3)
"""Digits after the point where it is not 2."""


def money(units: int | Decimal, currency: str) -> dict[str, str]:
    """Return an amount in whole units of its currency."""
    amount, code = worth(units, currency)
    return {"amount": f"{amount:f}", "currency": code}


def worth(units: int | Decimal, currency: str) -> tuple[Decimal, str]:
    """Return an amount in whole units of its currency, and the currency's code."""
    code = currency.upper()
    return _EXACT.scaleb(Decimal(units), -_DIGITS.get(code, 2)), code


def moment(seconds: int | None) -> str | None:
    """Return a time of Stripe's as text."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def day(seconds: int | None, zone: tzinfo) -> str | None:
    """Return the day in *zone* of a time of Stripe's."""
    return None if seconds is None else datetime.fromtimestamp(seconds, zone).date().isoformat()
