"""The files that a page loads, under an address that changes with their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

_MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All files by name, and the digest of them all.

    Served at `/assets/{digest}/{name}` they can be kept by browsers for ever, and the script's
    modules find each other beside them. `context-card.js` is also wanted at an address that stays,
    for pages that embed the element.
    """

    files: Mapping[str, Asset]
    digest: str

    def url(self, name: str) -> str:
        """Return the path at which the file is served.

        Raises:
            KeyError: there is no such file.
        """
        assert self.files[name]
        return f"/assets/{self.digest}/{name}"


def _read() -> Assets:
    found: dict[str, Asset] = {}
    for entry in sorted((files(__package__) / "assets").iterdir(), key=lambda entry: entry.name):
        suffix = entry.name.rpartition(".")[2]
        found[entry.name] = Asset(entry.read_bytes(), _MEDIA_TYPES[suffix])
    digest = sha256()
    for name, asset in found.items():
        digest.update(f"{name} {len(asset.body)}\n".encode() + asset.body)
    return Assets(found, digest.hexdigest()[:16])


ASSETS = _read()
"""Read once: the files are part of the package."""
