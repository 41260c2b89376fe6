"""What is secret, sealed before it is stored.

The key comes from the environment, best from where the backup of the database does not go, or else
from a file beside the database that only we may read.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from context_sidecar.core.errors import SidecarError

VARIABLE = "SIDECAR_INSTALLS_KEY"
"""The environment's variable with the key, or several with blanks between: the first seals, each
opens what it sealed."""

FILE = "installs-key"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class VaultRefused(SidecarError):
    """A key that cannot be used, or something sealed that none of the keys opens."""


class Vault:
    """Seals and opens with *keys* (Fernet: AES-128-CBC with HMAC-SHA256); the first one seals."""

    def __init__(self, keys: Sequence[str]) -> None:
        ring = [_fernet(key) for key in keys]
        self._first, self._ring = ring[0], MultiFernet(ring)

    def close(self, owner: str, content: Mapping[str, Any]) -> str:
        """Return *content*, sealed for *owner*: as another's it does not open."""
        return self._ring.encrypt(json.dumps([owner, content], default=str).encode()).decode()

    def open(self, owner: str, sealed: str) -> dict[str, Any]:
        """Return what was sealed for *owner*.

        Raises:
            VaultRefused: it was sealed with another key, or for somebody else.
        """
        try:
            whose, content = json.loads(self._ring.decrypt(sealed))
        except InvalidToken:
            raise VaultRefused("it was sealed with another key") from None
        if whose != owner:
            raise VaultRefused("it was sealed for somebody else")
        return dict(content)

    def again(self, sealed: str) -> str | None:
        """Return the same, sealed with the first key; None where that has sealed it.

        Raises:
            VaultRefused: it was sealed with another key than those here.
        """
        with suppress(InvalidToken):
            self._first.decrypt(sealed)
            return None
        try:
            return self._ring.rotate(sealed).decode()
        except InvalidToken:
            raise VaultRefused("it was sealed with another key") from None


def open_vault(folder: Path, environment: Mapping[str, str]) -> Vault:
    """Return the vault of the deployment whose data is in *folder*; its key is made where there is
    none.

    Raises:
        VaultRefused: the key is none, or others may read its file.
    """
    given = environment.get(VARIABLE, "")
    return Vault(_split(given) or _kept(folder / FILE))


def _split(text: str) -> list[str]:
    return [key for key in re.split(r"[\s,]+", text) if key]


def _kept(file: Path) -> list[str]:
    if not file.exists():
        _make(file)
    if file.stat().st_mode & _OTHERS:
        raise VaultRefused(
            f"Others than its owner may read {file}. Take that away: chmod 600 {file}"
        )
    try:
        keys = _split(file.read_text("ascii"))
    except UnicodeDecodeError:
        keys = []
    if not keys:
        raise VaultRefused(f"There is no key in {file}. Bring it back from your backup.")
    return keys


def _make(file: Path) -> None:
    """Make a key, unless another process is first: a file that is there is whole."""
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as new:
            new.write(f"{Fernet.generate_key().decode()}\n")
            new.flush()
            os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        Path(draft).unlink()


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise VaultRefused(
            f"A key in {VARIABLE}, or in {FILE}, is none. Make one: python -c "
            "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        ) from None
