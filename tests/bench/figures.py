"""What is promised, what was measured, and whether the one holds against the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    """One figure's promise: at most *bound*, or at least, or exactly, in *unit*."""

    what: str
    bound: float
    unit: str = ""
    sense: str = "at most"

    def kept(self, values: Sequence[float]) -> bool:
        """Whether it holds: a count every time, anything else at the median of all runs, because
        a busy machine can make any one of them worse."""
        if self.sense == "exactly":
            return all(value == self.bound for value in values)
        middle = median(values)
        return middle >= self.bound if self.sense == "at least" else middle <= self.bound

    def __str__(self) -> str:
        return f"{self.sense} {number(self.bound)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Figure:
    """A value measured in one run; `note` says what it is made of."""

    promise: Promise
    value: float
    note: str = ""


class Lacking(Exception):
    """What a bench needs and this machine has not."""


@dataclass
class Results:
    """All figures of all runs, by promise, in the order in which they came."""

    figures: dict[Promise, list[Figure]] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)

    def add(self, figure: Figure) -> None:
        """Take in one figure."""
        self.figures.setdefault(figure.promise, []).append(figure)

    @property
    def kept(self) -> bool:
        """Whether every promise that was measured is kept."""
        return all(row["kept"] for row in self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each promise, made of what JSON is made of."""
        return [
            {
                "promise": promise.what,
                "bound": str(promise),
                "unit": promise.unit,
                "min": min(values),
                "median": median(values),
                "max": max(values),
                "runs": len(values),
                "kept": promise.kept(values),
                "note": figures[-1].note,
            }
            for promise, figures in self.figures.items()
            for values in [[figure.value for figure in figures]]
        ]


def number(value: float) -> str:
    """Write a figure with as many digits as say something."""
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:.3g}"


def part(values: Sequence[float], share: float) -> float:
    """Return the value below which *share* of the others lie."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def milliseconds(values: Sequence[float]) -> str:
    """Say where some times in seconds lie."""
    return ", ".join(
        f"{name} {1000 * part(values, share):.1f} ms"
        for name, share in (("least", 0), ("median", 0.5), ("p99", 0.99))
    )
