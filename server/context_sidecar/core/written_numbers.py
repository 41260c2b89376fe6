"""Numbers as they are written, read to the last digit."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from context_sidecar.core.errors import UnrecognisedError

EXACT = Context(prec=400)
"""More digits than a number that is read can have, so that moving its point loses none."""

_POINT = re.compile(r"[+-]?\d{1,100}(\.\d{1,100})?([eE][+-]?\d{1,2})?", re.ASCII)
_COMMA = re.compile(r"[+-]?(\d{1,100}|\d{1,3}(\.\d{3}){1,30})(,\d{1,100})?", re.ASCII)


def written_number(text: str, *, comma: bool) -> Decimal:
    """Return the number that *text* is; with *comma* that is what its fraction follows.

    Raises:
        UnrecognisedError: it is none.
    """
    if comma:
        if not _COMMA.fullmatch(text):
            raise UnrecognisedError("not a number with a decimal comma")
        text = text.replace(".", "").replace(",", ".")
    if not _POINT.fullmatch(text):
        raise UnrecognisedError("not a number")
    return Decimal(text)


def without_percent_sign(text: str) -> str | None:
    """Return what the percent sign follows that *text* ends with; None where it has none."""
    bare = text.rstrip()
    return bare[:-1].rstrip() if bare.endswith("%") else None


def shifted(number: Decimal, places: int) -> Decimal:
    """Return *number* times ten to the power of *places*."""
    return EXACT.scaleb(number, places)
