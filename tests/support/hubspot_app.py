"""The project that an admin uploads to HubSpot, as we build it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from context_sidecar import PackageFile, plugins

from support.build import card, configuration
from support.hosts import install

PLACES = ("hubspot/company", "hubspot/contact", "hubspot/deal", "hubspot/ticket")


def project(
    *where: str, public_url: str = "https://context.example.com", **changes: Any
) -> list[PackageFile]:
    """Build the project of an install with *changes*, with a card in each place of *where*."""
    cards = [card(id=place, where=(place,)) for place in where]
    shown = configuration(*cards, public_url=public_url)
    return list(plugins.host("hubspot").package(shown, install("hubspot", **changes)))


def written(files: list[PackageFile], folder: Path) -> Path:
    """Write *files* into *folder*; return where the card's code is."""
    for file in files:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    return folder / "src/app/cards"
