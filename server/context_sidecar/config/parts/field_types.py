"""What each type of field needs beside it, and what it cannot have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from babel.core import get_global

from context_sidecar.config.draft import Draft
from context_sidecar.config.places import Way

_ONLY_FOR: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "choices": ("choice",),
        "words": ("number", "percent"),
        "currency": ("money",),
        "currency_path": ("money",),
        "items": ("list",),
        "records": ("list",),
    }
)
_EPOCHS = ("epoch_seconds", "epoch_milliseconds")
_DIALECTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "number": ("comma", "micros"),
        "percent": ("comma", "fraction"),
        "money": ("comma", "micros", "minor", "point"),
        "boolean": ("digits",),
        "date": _EPOCHS,
        "datetime": _EPOCHS,
    }
)
_SAMPLE = datetime(2026, 11, 23, 21, 42, 37, tzinfo=UTC)


def check(draft: Draft, way: Way, part: Mapping[str, Any]) -> None:
    """Check that the field at *way* has what its type needs, and nothing of another type."""
    kind = part["type"]
    for key, only in _ONLY_FOR.items():
        if key in part and kind not in only:
            types = " or ".join(only)
            draft.findings.mistake(
                (*way, key), f"expected only in a field of type {types}", found="", at_key=True
            )
    if kind == "choice":
        _check_choices(draft, way)
    elif kind == "money":
        _check_money(draft, way, part)
    if "dialect" in part:
        _check_dialect(draft, (*way, "dialect"), kind, part["dialect"])


def _check_choices(draft: Draft, way: Way) -> None:
    if not draft.document.at((*way, "choices")):
        draft.findings.mistake(
            (*way, "choices"), "a field of type choice needs its choices",
            "List what the source holds, and what people read: {ENT: Enterprise}.",
        )  # fmt: skip


def _check_money(draft: Draft, way: Way, part: Mapping[str, Any]) -> None:
    given = [key for key in ("currency", "currency_path") if draft.document.at((*way, key))]
    if len(given) > 1:
        draft.findings.mistake(
            (*way, "currency"), "expected currency or currency_path, not both",
            "An amount whose currency the source does not name is no amount.", found="",
        )  # fmt: skip
    if not given:
        draft.findings.mistake(
            (*way, "currency"), "a field of type money needs its currency",
            "Give currency (such as EUR), or currency_path.",
        )  # fmt: skip
    known = get_global("all_currencies")
    if part.get("currency", "EUR") not in known:
        draft.findings.mistake((*way, "currency"), "expected a currency of ISO 4217")


def _check_dialect(draft: Draft, way: Way, kind: str, dialect: str) -> None:
    known = _DIALECTS.get(kind)
    if known is None:
        draft.findings.mistake(way, f"a field of type {kind} has no dialect", found="", at_key=True)
    elif known is _EPOCHS and "%" in dialect:
        _check_pattern(draft, way, kind, dialect)
    elif dialect not in known:
        also = ", or a pattern such as %d.%m.%Y" if known is _EPOCHS else ""
        draft.findings.unknown(way, f"expected {' or '.join(known)}{also}", known)


def _check_pattern(draft: Draft, way: Way, kind: str, pattern: str) -> None:
    """A pattern must be able to say the whole of what it is for."""
    if "%Z" in pattern:
        draft.findings.mistake(
            way, "expected a pattern without %Z, which reads a zone and forgets it",
            "%z reads +01:00 and Z; else settings.time_zone of the source says the zone.",
        )  # fmt: skip
        return
    try:
        said = datetime.strptime(_SAMPLE.strftime(pattern), pattern)  # noqa: DTZ007  zone or none
    except (ValueError, re.error):
        draft.findings.mistake(way, "expected a pattern that strptime can read")
        return
    if said.date() != _SAMPLE.date():
        draft.findings.mistake(way, "expected a pattern with year, month and day")
    elif kind == "datetime" and said.hour != _SAMPLE.hour:
        draft.findings.mistake(way, "expected a pattern with the time")
