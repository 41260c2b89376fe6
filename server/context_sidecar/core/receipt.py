"""Proof of what a card said to somebody, without keeping what it said.

Whoever copies a card's summary gets a code with it. What is kept under the code is who saw which
record when, how far each value was to be trusted, and a salted digest of each line: enough to tell
later whether a text with that code is what was shown, and nothing to read a value from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from context_sidecar.core.reading import State

CODE_BITS = 40

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_CODE = re.compile(f"[{_DIGITS}]{{8}}")
_DECORATION = " \t>*-\u2022\u2013\u2014"
"""What mail and ticketing tools put before lines that are quoted or listed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a summary: of which field it tells and how far that was to be trusted, both empty
    for a line that tells of none; both clocks; and the line's digest."""

    digest: str
    field: str = ""
    state: State | None = None
    as_of: datetime | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was shown: to whom, through which install, about which record and account (empty where
    there was not exactly one), on which card, when."""

    code: str
    made_at: datetime
    install: str
    place: str
    record_id: str
    visitor: str
    account_id: str
    card: str
    salt: str
    lines: tuple[Line, ...]

    def added(self, text: str) -> tuple[str, ...]:
        """Return the lines of *text* that were not shown: added, or altered."""
        shown = {line.digest for line in self.lines}
        return tuple(line for line in said(text) if digest(self.salt, line) not in shown)

    def lacking(self, text: str) -> tuple[Line, ...]:
        """Return the lines that were shown and are not in *text*: left out, or altered."""
        there = {digest(self.salt, line) for line in said(text)}
        return tuple(line for line in self.lines if line.digest not in there)


def code_of(number: int) -> str:
    """Return *number* (of `CODE_BITS` bits) as a code that can be read out loud: `7F3K-Q2MD`.

    The digits are Crockford's base 32, in which no two are mistaken for each other.
    """
    digits = "".join(_DIGITS[number >> shift & 31] for shift in range(CODE_BITS - 5, -1, -5))
    return f"{digits[:4]}-{digits[4:]}"


def read_code(text: str) -> str | None:
    """Return the code that somebody wrote, as `code_of` writes it; None where it is none."""
    digits = re.sub(r"[\s-]", "", text).upper().translate(_MISREAD)
    return f"{digits[:4]}-{digits[4:]}" if _CODE.fullmatch(digits) else None


def digest(salt: str, line: str) -> str:
    """Return the digest of one line, whatever white space and quote marks it has gone through."""
    return sha256(f"{salt}\n{_folded(line)}".encode(errors="replace")).hexdigest()


def said(text: str) -> Iterable[str]:
    """Return the lines of *text* that say something."""
    return filter(_folded, text.splitlines())


def _folded(line: str) -> str:
    return " ".join(line.lstrip(_DECORATION).split())
