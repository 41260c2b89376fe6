"""What somebody picks to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Unfinished(Exception):
    """Something that must be known was not said; the text says what, and how to say it."""


@dataclass(frozen=True, slots=True)
class PickedSource:
    """A system to read from: what it is called in the file, its adapter, and what was said of its
    settings."""

    id: str
    adapter: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """Where somebody knows that a field is; without a lookup it is in the source's `account`."""

    source: str
    path: str
    lookup: str = ""


@dataclass(frozen=True, slots=True)
class Picks:
    """All that is picked.

    Attributes:
        sources: the systems to read from.
        owner: the one of them that owns accounts; empty for the first that can.
        hosts: the tools that show cards.
        keys: by what other sources know the accounts, by their names, where somebody knows: a key
            that accounts have, or the column of the owner that holds it, or `KEY:COLUMN`.
        found: where fields are, by name, where somebody knows.
        without: the ready-made fields and cards that are not wanted.
        team: who owns it all: an id, a name, and an address that is told of failures.
        currency: of amounts that name none (ISO 4217).
    """

    sources: tuple[PickedSource, ...]
    owner: str = ""
    hosts: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    team: tuple[str, str, str] = ("revops", "Revenue Operations", "mailto://revops@example.com")
    public_url: str = "http://localhost:8710"
    locale: str = "en"
    time_zone: str = "UTC"
    currency: str = "EUR"
