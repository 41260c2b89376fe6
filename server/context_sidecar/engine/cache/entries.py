"""What is known, in memory: the most recently used, bounded in number and in bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from cachetools import Cache, LRUCache

from context_sidecar.core.causes import NONE, Cause, Particulars
from context_sidecar.core.observation import Fetch, Found, NoMatch, Observation, Remnant, Several
from context_sidecar.core.reasons import Reason

Entry = tuple[tuple[str, str, str], str]
"""A question's address, and the key that it was asked for."""

OVERHEAD = 560
"""Bytes that an entry takes besides the observation: what names and holds it, and its places in the
cache's three dictionaries, which are half empty at times. Measured: `make bench`."""

_SMALL = 512
"""Bytes up to which Python itself allots memory, in steps of 16. Beyond, the C library does, in the
same steps, and notes the length beside (8 bytes)."""

_EVERYBODYS = frozenset(map(id, (*Fetch, *Reason, *Cause, NONE, None, True, False)))
"""What is there anyway."""

_MADE_OF_PARTS = (Observation, Found, NoMatch, Several, Remnant, Particulars)


class _Kept(NamedTuple):
    observation: Observation
    weight: int


class Entries:
    """A least recently used cache of observations.

    Args:
        most: the number of entries.
        most_bytes: how much memory they may take together.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        weight_of = attrgetter("weight")
        self._kept: LRUCache[Entry, _Kept] = LRUCache(most_bytes, getsizeof=weight_of)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """The memory that the entries take together."""
        return int(self._kept.currsize)

    def get(self, entry: Entry) -> Observation | None:
        """Return what is known of *entry*, which counts as used now."""
        kept = self._kept.get(entry)
        return kept.observation if kept else None

    def of(self, address: tuple[str, str, str]) -> Iterator[tuple[str, Observation]]:
        """Give all that is known at *address*, by key, none of which counts as used."""
        for entry in list(self._kept):
            if entry[0] == address:
                yield entry[1], Cache.__getitem__(self._kept, entry).observation

    def put(self, entry: Entry, observation: Observation) -> None:
        """Keep *observation*, in place of what has not been used for longest. One that is larger
        than everything may be together is not kept."""
        kept = _Kept(observation, weight(entry, observation))
        if kept.weight > self._kept.maxsize:
            self._kept.pop(entry, None)
            return
        self._kept[entry] = kept
        while len(self._kept) > self._most:
            self._kept.popitem()


def weight(entry: Entry, observation: Observation) -> int:
    """Return the bytes that *observation* takes in memory as *entry*: everything that it is made
    of, each thing once, and `OVERHEAD`. The question's address is shared by all its entries.

    It is close to what a process really grows by, and rather more than less.
    """
    size, seen = OVERHEAD, set(_EVERYBODYS)
    rest: list[object] = [entry[1], observation]
    while rest:
        one = rest.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        taken = sys.getsizeof(one)
        size += (taken + 15 if taken <= _SMALL else taken + 23) & ~15
        if isinstance(one, dict):
            rest += one.keys()
            rest += one.values()
        elif isinstance(one, list | tuple):
            rest += one
        elif isinstance(one, _MADE_OF_PARTS):
            rest += [getattr(one, name) for name in one.__slots__]
    return size * 17 // 16  # memory that was given back is not all of use to what comes next
