"""Builds what an admin copies into Pipedrive's Developer Hub: it takes no file for a custom panel,
only a form (pipedrive.readme.io, "Custom panels"), so each panel is a mapping of the form's fields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from context_sidecar import Configuration, Install, PackageFile

PLACES = ("deal", "person", "organization")

LONGEST_NAME = 30
LONGEST_DESCRIPTION = 150


def build(configuration: Configuration, install: Install) -> list[PackageFile]:
    """Return the forms' fields, and the app's own.

    Raises:
        ValueError: what Pipedrive would refuse about them.
    """
    address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
    shown = {
        place: card for place in PLACES if (card := configuration.card_for(f"pipedrive/{place}"))
    }
    if not shown:
        raise ValueError("no card is declared for a place in Pipedrive")
    if urlsplit(address).scheme != "https":
        raise ValueError("Pipedrive frames https only; see public_url")
    # It asks for no scope: what the card knows of a record comes by a source, with its own key.
    panels = [
        {
            "Panel name": card.title,
            "Panel description": "Facts about the customer, each with how far to trust it.",
            "iFrame URL": address,
            "Pipedrive location": f"{place.capitalize()} details",
        }
        for place, card in shown.items()
    ]
    said = {"App name": configuration.brand.name, "Scopes": [], "Custom panels": panels}
    if mistakes := [wrong for panel in panels for wrong in _broken(panel)]:
        raise ValueError("\n".join(mistakes))
    text = f"{json.dumps(said, indent=2, ensure_ascii=False)}\n"
    return [PackageFile("developer-hub.json", text.encode())]


def _broken(panel: dict[str, str]) -> Iterator[str]:
    for field, longest in (
        ("Panel name", LONGEST_NAME),
        ("Panel description", LONGEST_DESCRIPTION),
    ):
        if len(panel[field]) > longest:
            yield f"{field}: {panel[field]!r} is longer than {longest} characters"
