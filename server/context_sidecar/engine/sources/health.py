"""How a source is doing, for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass

from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.engine.sources.breaker import Circuit


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is doing: whether calls flow, why it or one of its lookups waits for a person,
    how many keys wait, how many calls are under way, and what the vendor says is left."""

    source: Source
    circuit: Circuit
    blocked: Reason | None
    waiting: int
    under_way: int
    left: tuple[Standing, ...] = ()
