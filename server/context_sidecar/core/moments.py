"""Moments as sources write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType

from context_sidecar.core.errors import UnrecognisedError


def moment(raw: object, dialect: str = "", zone: tzinfo | None = None) -> datetime:
    """Return the moment that *raw* names in *dialect*: ISO 8601 by default, `epoch_seconds`,
    `epoch_milliseconds`, or a strptime pattern. Where *raw* names no time zone it is in *zone*, and
    without one it has none: no zone is guessed.

    Raises:
        UnrecognisedError: *raw* names no moment in that dialect, or one outside the calendar.
    """
    try:
        found = _DIALECTS[dialect](raw) if dialect in _DIALECTS else _by_pattern(raw, dialect)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        if found.tzinfo:
            found.astimezone(UTC)  # it may lie before the first day or after the last there is
    except (ValueError, TypeError, OverflowError, OSError, re.error) as error:
        raise UnrecognisedError("not a time as declared") from error
    return found


def _iso(raw: object) -> datetime:
    if not isinstance(raw, str):
        raise TypeError("not a text")
    return datetime.fromisoformat(raw)


def _epoch(unit: float) -> Callable[[object], datetime]:
    def read(raw: object) -> datetime:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise TypeError("not a number")
        if isinstance(raw, str) and not re.fullmatch(r"-?\d{1,18}(\.\d+)?", raw, re.ASCII):
            raise ValueError("not a number")
        return datetime.fromtimestamp(float(raw) / unit, UTC)

    return read


def _by_pattern(raw: object, pattern: str) -> datetime:
    if "%Z" in pattern:
        raise ValueError("strptime reads the name of a zone, and then forgets it")
    return datetime.strptime(str(raw), pattern)  # noqa: DTZ007  with a zone where the pattern has %z


_DIALECTS: Mapping[str, Callable[[object], datetime]] = MappingProxyType(
    {"": _iso, "epoch_seconds": _epoch(1), "epoch_milliseconds": _epoch(1000)}
)
