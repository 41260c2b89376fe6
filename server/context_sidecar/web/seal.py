"""The keys that seal visits' tokens: made here, kept in the data folder, replaced by themselves."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from context_sidecar.core.clock import Clock

NEW_KEY_EVERY = timedelta(days=7)
OLD_KEY_KEPT = timedelta(days=1)
"""How long a replaced key still opens what it closed: longer than any token lives."""

_LOOK_EVERY = timedelta(hours=1)


class Seal:
    """Closes and opens small secrets with keys from *file*, one a line: when it was made (seconds
    since 1970), and the key. The newest closes; each opens what it closed.

    The file is made where there is none, readable by its owner only.
    """

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self._lock = Lock()
        self._look_again = datetime.min.replace(tzinfo=UTC)
        self._ring = MultiFernet([Fernet(Fernet.generate_key())])

    def close(self, content: bytes) -> str:
        """Return *content*, sealed: text that may stand in a header."""
        return self._keys().encrypt(content).decode()

    def open(self, sealed: str) -> bytes:
        """Return what was closed.

        Raises:
            cryptography.fernet.InvalidToken: none of the keys opens it.
        """
        if not sealed.isascii():
            raise InvalidToken
        return self._keys().decrypt(sealed)

    def _keys(self) -> MultiFernet:
        now = self._clock()
        with self._lock:
            if now >= self._look_again:
                self._ring = MultiFernet([Fernet(key) for _, key in self._current(now)])
                self._look_again = now + _LOOK_EVERY
            return self._ring

    def _current(self, now: datetime) -> list[tuple[float, str]]:
        keys = self._read()
        if not keys or keys[0][0] <= (now - NEW_KEY_EVERY).timestamp():
            keys.insert(0, (now.timestamp(), Fernet.generate_key().decode()))
        # A key was in use until the one before it in the list was made.
        limit = (now - OLD_KEY_KEPT).timestamp()
        kept = [key for index, key in enumerate(keys) if index == 0 or keys[index - 1][0] > limit]
        if kept != self._read():
            self._write(kept)
        return kept

    def _read(self) -> list[tuple[float, str]]:
        if not self._file.exists():
            return []
        lines = self._file.read_text("ascii").splitlines()
        return sorted(
            ((float(made), key) for made, _, key in (line.partition(" ") for line in lines)),
            reverse=True,
        )

    def _write(self, keys: list[tuple[float, str]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # mkstemp gives 0600 from the start; the rename shows readers one whole file or the other.
        handle, draft = tempfile.mkstemp(dir=self._file.parent, prefix=self._file.name)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.writelines(f"{made} {key}\n" for made, key in keys)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(self._file)
