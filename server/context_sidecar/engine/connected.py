"""Since when a source's answers count that a person has connected, here or by another process."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from threading import Lock

from context_sidecar.core.clock import Clock
from context_sidecar.store.grants import Grants

LOOKED_AT_EVERY = timedelta(seconds=5)
"""How soon it is known here that a source was connected by another process."""

SETTLED_IN = 3 * LOOKED_AT_EVERY
"""More than it takes until every process has noticed that: until then one may ask as whom it was
connected before, and keep what it was told."""

OnConnect = Callable[[str, datetime], object]
"""Is told of a source that was connected, and since when its answers count."""


class Connected:
    """Notices which sources were connected.

    Args:
        grants: what people have granted us.
        sources: the ids of those that are declared.
        clock: gives the present.
        on_connect: is told of each: when it is noticed, also of one that was connected before this
            process began, and once more when every process has noticed it.
    """

    def __init__(
        self, grants: Grants, sources: Collection[str], clock: Clock, on_connect: OnConnect
    ) -> None:
        self._grants, self._sources = grants, sources
        self._clock, self._on_connect = clock, on_connect
        self._lock = Lock()
        self._noticed: dict[str, tuple[float, bool]] = {}

    def look(self) -> None:
        """Notice what has changed since the last look.

        Raises:
            GrantsOutOfReach: the database does not answer.
        """
        with self._lock:
            given, now = self._grants.given(), self._clock()
            settled = {
                source: datetime.fromtimestamp(at, UTC) + SETTLED_IN
                for source, at in given.items()
                if source in self._sources
            }
            noticed = {source: (given[source], at <= now) for source, at in settled.items()}
            before, self._noticed = self._noticed, noticed
        for source, state in noticed.items():
            if before.get(source) != state:
                self._on_connect(source, min(now, settled[source]))
