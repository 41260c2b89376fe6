"""How a source is doing, for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass

from context_sidecar.core.quota import Standing
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Source
from context_sidecar.engine.failing import Failing
from context_sidecar.engine.sources.allowance import spares
from context_sidecar.engine.sources.breaker import Circuit
from context_sidecar.engine.sources.indexes import Unindexed
from context_sidecar.engine.sources.pace import Slowed


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is doing: whether calls flow, why it or one of its lookups waits for a person,
    how many keys wait, how many calls are under way, what the vendor says is left, and
    how it is slower than usual, if it is. `remedy` is what the person does for whom it waits, where
    more is known than the reason. `failing` is what fails of it just now, `unindexed` what cannot
    be kept up by what changes."""

    source: Source
    circuit: Circuit
    blocked: Reason | None
    waiting: int
    under_way: int
    left: tuple[Standing, ...] = ()
    slowed: Slowed | None = None
    remedy: str = ""
    failing: tuple[Failing, ...] = ()
    unindexed: tuple[Unindexed, ...] = ()

    @property
    def spares(self) -> bool:
        """Whether each quota for long leaves something for what nobody waits for."""
        return spares(self.left)
