"""A mapping of the things put in last."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Holds at most *most* things; a new one puts out the one that was put in first.

    Reading takes no lock and changes nothing, so that many threads can at once: that is what an
    LRU cache, which notes every use, does not give.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[K, V] = {}
        self._lock = Lock()
        self.get = self._held.get

    def put(self, key: K, value: V) -> None:
        """Put in *value* under *key*, as the newest."""
        with self._lock:
            self._held.pop(key, None)
            self._held[key] = value
            if len(self._held) > self._most:
                del self._held[next(iter(self._held))]

    def __len__(self) -> int:
        return len(self._held)
