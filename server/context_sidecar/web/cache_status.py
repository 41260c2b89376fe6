"""How each source's part of an answer was had: the `Cache-Status` header (RFC 9211).

One member a source: `hit` where nothing was asked for this answer, `fwd` where it was; `ttl` is for
how many seconds the oldest of its values is fresh still (negative: has been stale); `detail` is the
reason of a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from context_sidecar.core.context import Context
from context_sidecar.core.reading import Reading, State

_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*")


@dataclass(frozen=True, slots=True)
class Member:
    """One source's part: its name and how it was had, and until when it is fresh (seconds since
    1970)."""

    text: str
    fresh_until: int | None = None

    @property
    def forwarded(self) -> bool:
        """Whether the source was asked for this very answer."""
        return "; fwd=" in self.text


def members(context: Context, asked_at: datetime, *, forced: bool = False) -> tuple[Member, ...]:
    """Return each source's part in *context*, which was asked for at *asked_at*; none of what could
    not be asked for."""
    told = (reading for reading in context.readings if not reading.lacks)
    ordered = sorted(told, key=_source)
    return tuple(
        _member(source, tuple(readings), asked_at, forced=forced)
        for source, readings in groupby(ordered, key=_source)
    )


def header(parts: Iterable[Member], now: int) -> str:
    """Return the header's value at *now*, whole seconds since 1970."""
    return ", ".join(
        part.text if part.fresh_until is None else f"{part.text}; ttl={part.fresh_until - now}"
        for part in parts
    )


def _source(reading: Reading) -> str:
    return reading.field.source.id


def _member(
    source: str, readings: tuple[Reading, ...], asked_at: datetime, *, forced: bool
) -> Member:
    name = source if _TOKEN.fullmatch(source) else '"' + re.sub(r"[^ !#-\[\]-~]", "?", source) + '"'
    parts = [name, _way(readings, asked_at, forced=forced)]
    reasons = [reading.reason for reading in readings if reading.reason]
    if reasons:
        parts.append(f"detail={reasons[0]}")
    ages = [int(reading.stale_at.timestamp()) for reading in readings if reading.stale_at]
    return Member("; ".join(parts), min(ages) if len(ages) == len(readings) else None)


def _way(readings: tuple[Reading, ...], asked_at: datetime, *, forced: bool) -> str:
    arrived = any(each.confirmed_at and each.confirmed_at >= asked_at for each in readings)
    if arrived:
        return "fwd=request; stored" if forced else "fwd=miss; stored"
    if any(each.state is State.PENDING for each in readings):
        return "fwd=miss"
    if any(each.settling for each in readings):
        return "fwd=request" if forced else "fwd=stale"
    return "hit"
