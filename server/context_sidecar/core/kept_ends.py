"""What a deployment has kept of when its credentials end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from context_sidecar.core.grant import Grant


@dataclass(frozen=True, slots=True)
class ToldEnd:
    """When a credential ends, as its system told: that with the fingerprint *credential*."""

    credential: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class KeptEnds:
    """What is kept, by source: what people have granted, and what systems told."""

    grants: Mapping[str, Grant] = field(default_factory=dict)
    told: Mapping[str, ToldEnd] = field(default_factory=dict)
