"""The ready-made fields and cards, as the files beside this one declare them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from context_sidecar.core.family import Family

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ReadyField:
    """A ready-made field: its declaration but for where it is, the families of systems that are
    asked for it, in order, and whether nobody misses it where none has it."""

    name: str
    families: tuple[Family, ...]
    declared: Mapping[str, Any]
    extra: bool


@dataclass(frozen=True, slots=True)
class ReadyCard:
    """A ready-made card: its declaration but for its places, and the record types that it is shown
    beside."""

    name: str
    beside: tuple[str, ...]
    declared: Mapping[str, Any]


@cache
def ready_fields() -> Mapping[str, ReadyField]:
    """Return the ready-made fields by name, in the order in which people ask for them."""
    return {
        name: ReadyField(name, tuple(map(Family, said.pop("from"))), said, said.pop("extra", False))
        for name, said in _read("fields.yaml").items()
    }


@cache
def ready_cards() -> Mapping[str, ReadyCard]:
    """Return the ready-made cards by name; of two for one place the first has it."""
    return {
        name: ReadyCard(name, tuple(said.pop("beside")), said)
        for name, said in _read("cards.yaml").items()
    }


def _read(name: str) -> Mapping[str, dict[str, Any]]:
    found: Mapping[str, dict[str, Any]] = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return found
