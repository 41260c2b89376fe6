"""How many calls of a source a lookup takes, measured where it can be."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Cost:
    """What asking took: so many `keys` in so many `asks`, of at most `batch` each, took so many
    `calls` by HTTP (none where it is spoken to in another way), `seconds` all in all. `alike` says
    that an ask is known to take as many, whatever it is about."""

    keys: int
    asks: int
    batch: int
    calls: int
    seconds: float
    alike: bool = False

    @property
    def per_ask(self) -> float:
        """Seconds that one ask took."""
        return self.seconds / self.asks

    def of_thousand(self) -> tuple[int, int]:
        """Return how many calls a thousand accounts take, at least and at most.

        They differ where one ask of a part of a batch took several calls: that may be so many for
        each ask, or for each account.
        """
        each = max(1.0, self.calls / self.asks)
        least = ceil(ceil(THOUSAND / self.batch) * each)
        full = self.keys == self.asks * self.batch
        if self.alike or full or self.calls <= self.asks:
            return least, least
        return least, max(least, ceil(THOUSAND * self.calls / self.keys))

    def said(self, at_once_from: int = 0, kept_up_by: int = 0) -> str:
        """Say it in a few words, without a full stop. From *at_once_from* accounts on, if that is
        not 0, they are read at once in the background, or answered from an index that so many calls
        have *kept_up_by*."""
        least, most = self.of_thousand()
        number = f"{least:,}" if least == most else f"{least:,} to {most:,}"
        taken = f"1,000 accounts take {number} {'call' if most == 1 else 'calls'}"
        if not at_once_from:
            return taken
        many = f"{taken} one by one; {at_once_from} or more that nobody waits for"
        if not kept_up_by:
            return f"{many} are read at once"
        return f"{many} take {kept_up_by} for what has changed, beside those that prove nones"
