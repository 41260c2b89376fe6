"""What is known, in memory: the most recently used, bounded in number and in bytes."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from cachetools import LRUCache

from context_sidecar.core.observation import Found, Observation, Several

Entry = tuple[tuple[str, str, str], str]
"""A question's address, and the key that it was asked for."""

OVERHEAD = 700
"""Bytes that an entry takes besides its answer: the observation, its times, and its places in the
cache's dictionaries."""


class Entries:
    """A least recently used cache of observations.

    Args:
        most: the number of entries.
        most_bytes: how much memory they may take together, as `weight` estimates it.
    """

    def __init__(self, most: int, most_bytes: int) -> None:
        self._most = most
        self._kept: LRUCache[Entry, Observation] = LRUCache(most_bytes, getsizeof=weight)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """The memory that the entries take together."""
        return int(self._kept.currsize)

    def get(self, entry: Entry) -> Observation | None:
        """Return what is known of *entry*, which counts as used now."""
        return self._kept.get(entry)

    def put(self, entry: Entry, observation: Observation) -> None:
        """Keep *observation*, in place of what has not been used for longest. One that is larger
        than everything may be together is not kept."""
        if weight(observation) > self._kept.maxsize:
            self._kept.pop(entry, None)
            return
        self._kept[entry] = observation
        while len(self._kept) > self._most:
            self._kept.popitem()


def weight(observation: Observation) -> int:
    """Return the bytes that *observation* takes in memory, roughly."""
    size = OVERHEAD
    if isinstance(observation.answer, Found):
        size += _weight(observation.answer.data) + sys.getsizeof(observation.answer.link)
    elif isinstance(observation.answer, Several):
        size += _weight(list(observation.answer.candidates))
    return size + sum(_weight(left.value) + OVERHEAD for left in observation.remnants.values())


def _weight(data: object) -> int:
    size = sys.getsizeof(data)
    if isinstance(data, Mapping):
        size += sum(_weight(key) + _weight(value) for key, value in data.items())
    elif isinstance(data, list):
        size += sum(map(_weight, data))
    return size
