"""The public keys that host tools publish, by which they sign: fetched ahead, kept, and asked for
without waiting.

Whoever proves a visit asks for a key by its name and gets what is known at the moment. Nobody waits
for a key server, and nobody can make us hammer one: a name that is not known has the keys fetched
anew in the background, once a minute at most, whoever asks for whatever. Where the keys cannot be
fetched, the last ones serve for a day.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from context_sidecar.core.clock import Clock
from context_sidecar.core.errors import SourceError
from context_sidecar.core.host import Published, nothing_published
from context_sidecar.core.http import Connection
from context_sidecar.core.reasons import Reason
from context_sidecar.core.source import Limits
from context_sidecar.engine.door.http import open_http
from context_sidecar.proof.key_sets import read_key_set

LOOKED_AT_EVERY = timedelta(hours=1)
"""How long a key that is published no more may still serve."""

PAUSE = timedelta(minutes=1)
GOOD_FOR = timedelta(days=1)
_LIMITS = Limits(timeout=timedelta(seconds=5), concurrency=1)
_LONGEST = 64 * 1024

log = structlog.get_logger()

Keys = Mapping[str, Sequence[str]]
Start = Callable[[Callable[[], None]], None]


def _in_background(job: Callable[[], None]) -> None:
    threading.Thread(target=job, name="published-keys", daemon=True).start()


class PublishedKeys:
    """The keys at every address that somebody has asked for.

    Args:
        clock: gives the present.
        allow_private: whether an address may be one of our own network, and without TLS.
        start: begins a job that nobody waits for.
    """

    def __init__(
        self, clock: Clock, *, allow_private: bool = False, start: Start = _in_background
    ) -> None:
        self._clock, self._allow_private, self._start = clock, allow_private, start
        self._sets: dict[str, _KeySet] = {}

    def at(self, url: str) -> Published:
        """Return what gives the keys that are published at *url*, if it is any, by their names."""
        if not url:
            return nothing_published
        return self._sets.setdefault(url, _KeySet(self._read, url, self._clock, self._start)).called

    def look(self) -> None:
        """Fetch all keys that somebody has asked for, and wait for them."""
        for each in tuple(self._sets.values()):
            each.look()

    def _read(self, url: str) -> Keys:
        address = urlsplit(url)
        door = open_http(
            Connection(f"{address.scheme}://{address.netloc}", max_bytes=_LONGEST),
            _LIMITS,
            allow_private=self._allow_private,
            clock=self._clock,
        )
        try:
            keys = read_key_set(door.get(address.path).json())
        finally:
            door.close()
        if not keys:
            raise SourceError(Reason.BAD_RESPONSE, "no key that could be used")
        return keys


class _KeySet:
    """The keys at one address."""

    def __init__(self, read: Callable[[str], Keys], url: str, clock: Clock, start: Start) -> None:
        self._read, self._url, self._clock, self._start = read, url, clock, start
        self._fetching = threading.Lock()  # so that no older answer comes after a newer one
        self._lock = threading.Lock()  # guards when they were last asked for
        self._asked_at: datetime | None = None
        self._known: tuple[Keys, datetime] | None = None  # and when they were published so

    def called(self, name: str) -> Sequence[str]:
        """Return the keys of this *name* that are known and may still serve."""
        keys = self._serving()
        if name not in keys and self._is_time():
            self._start(self.look)
        return keys.get(name, ())

    def look(self) -> None:
        """Fetch the keys; where that fails, the ones before stay."""
        with self._fetching:
            with self._lock:
                now = self._asked_at = self._clock()
            try:
                self._known = self._read(self._url), now
            except SourceError as error:
                log.warning("keys_not_read", url=self._url, why=str(error))

    def _serving(self) -> Keys:
        if self._known is None:
            return {}
        keys, published_at = self._known
        return keys if self._clock() - published_at < GOOD_FOR else {}

    def _is_time(self) -> bool:
        """Whether the keys were not asked for lately; if so, they are now."""
        with self._lock:
            now = self._clock()
            if self._asked_at is not None and now - self._asked_at < PAUSE:
                return False
            self._asked_at = now
            return True
