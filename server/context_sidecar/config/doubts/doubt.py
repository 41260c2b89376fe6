"""A doubt, and how doubts become warnings."""

from __future__ import annotations

from dataclasses import dataclass

from context_sidecar.config.places import Way


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something possible that is probably not meant: where, what, and what to do about it."""

    way: Way
    problem: str
    remedy: str = ""
