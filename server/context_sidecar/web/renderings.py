"""Answers in their final bytes, kept for as long as nothing on them changes.

What is here is handed out again without a question to the engine, so an answer is kept only if it
is complete, and forgotten with the first change of anything that it shows, and after half a minute
in any case: somebody who looks keeps the engine's attention on what they look at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from context_sidecar.core.configuration import CacheLimits
from context_sidecar.core.context import Context
from context_sidecar.web.cache_status import Member

KEPT_FOR = timedelta(seconds=30)
_LONGEST = KEPT_FOR.total_seconds()
BYTES = CacheLimits().rendering_bytes

CHANGES = 20_000
"""How many changes are remembered: more than there usually are while an answer is kept. One that is
forgotten counts as one of every older answer."""

_OVERHEAD, _PER_PART = 1_700, 300
"""Bytes that an answer takes besides its body, and for each part of it. Measured: `make bench`."""

Part = tuple[str, str, str]
"""What a reading is made from: a source, a lookup, and the account's key there."""


class Reply(NamedTuple):
    """A response: its status as a number and as a line, its headers and its body."""

    code: int
    status: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass(slots=True)
class Repeat:
    """The response that was last made of a rendering, and for what: a time in whole seconds since
    1970, and an `If-None-Match`. Both in one, so that threads never see one without the other."""

    made: tuple[tuple[int, str], Reply] | None = None


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Rendering:
    """An answer in one representation and one language.

    `fingerprint` is the same for answers that say the same at different times. `good_until` is in
    seconds since 1970; `mark` is the count of changes before it was made.
    """

    body: bytes
    media_type: str
    encoding: str
    language: str
    etag: str
    fingerprint: bytes
    complete: bool
    good_until: float
    members: tuple[Member, ...] = ()
    parts: frozenset[Part] = frozenset()
    mark: int = 0
    repeat: Repeat = field(default_factory=Repeat, init=False, compare=False, repr=False)

    @property
    def repeatable(self) -> bool:
        """Whether others may be given it as it is: it is complete, and tells nothing of how it
        was come by that is true of its first answer only."""
        return self.complete and not any(member.forwarded for member in self.members)


class Renderings:
    """The renderings of late, at most *size* bytes of them, and the last *changes*."""

    def __init__(self, size: int = BYTES, changes: int = CHANGES) -> None:
        self._kept: LRUCache[Hashable, Rendering] = LRUCache(size, getsizeof=_size)
        self._changed: OrderedDict[Part, int] = OrderedDict()
        self._sources: dict[str, int] = {}
        self._changes = changes
        self._count = 0
        self._forgotten = 0
        self._lock = Lock()

    def mark(self) -> int:
        """Return the count of changes so far; take it before asking the engine."""
        return self._count

    def changed(self, source: str, lookup: str, key: str) -> None:
        """Note that what is known of *key* in a source's lookup has changed."""
        with self._lock:
            self._count += 1
            self._changed[source, lookup, key] = self._count
            self._changed.move_to_end((source, lookup, key))
            if len(self._changed) > self._changes:
                self._forgotten = self._changed.popitem(last=False)[1]

    def source_changed(self, source: str) -> None:
        """Note that anything of *source* may have changed, as it was taken for another."""
        with self._lock:
            self._count += 1
            self._sources[source] = self._count

    def everything_changed(self) -> None:
        """Note that anything may have changed, such as which account a record belongs to."""
        with self._lock:
            self._count += 1
            self._forgotten = self._count

    def good(self, rendering: Rendering, now: float) -> bool:
        """Whether *rendering* may be handed out at *now*."""
        mark = rendering.mark
        # One that is good for longer than any was made before the clock was set back.
        if not 0 < rendering.good_until - now <= _LONGEST or mark < self._forgotten:
            return False
        if mark == self._count:
            return True
        return all(self._changed_at(part) <= mark for part in rendering.parts)

    def _changed_at(self, part: Part) -> int:
        return max(self._changed.get(part, 0), self._sources.get(part[0], 0))

    def last(self, key: Hashable) -> Rendering | None:
        """Return what was kept last under *key*, good or not."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, rendering: Rendering) -> None:
        """Keep *rendering* under *key*."""
        with self._lock:
            if _size(rendering) <= self._kept.maxsize:
                self._kept[key] = rendering

    @property
    def size(self) -> float:
        """How many bytes are kept."""
        return self._kept.currsize


def parts_of(context: Context) -> frozenset[Part]:
    """Return what the readings of *context* are made from."""
    account = context.account
    if account is None:
        return frozenset()
    fields = [reading.field for reading in context.readings]
    return frozenset(
        (field.source.id, field.lookup, account.key(field.source.key) or "") for field in fields
    )


def _size(rendering: Rendering) -> int:
    return len(rendering.body) + _OVERHEAD + _PER_PART * len(rendering.parts)
