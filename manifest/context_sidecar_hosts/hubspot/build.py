"""Builds the project that an admin uploads to HubSpot: no more places, scopes and addresses than
the configuration needs, and the same bytes every time.

The form of each file is that of HubSpot's own example
(github.com/HubSpot/ui-extensions-examples, example-2025-2-project) and of its reference, "App
configuration" and "App cards"; what HubSpot would refuse is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from context_sidecar import Configuration, Install, PackageFile
from context_sidecar.hosting.packaging import templates

OBJECT_TYPES: Mapping[str, str] = {
    "company": "companies",
    "contact": "contacts",
    "deal": "deals",
    "ticket": "tickets",
}
"""The places that a card can be shown in, and how HubSpot's configuration calls their records."""

LOCATIONS: Mapping[str, str] = {
    "sidebar": "crm.record.sidebar",
    "tab": "crm.record.tab",
    "helpdesk": "helpdesk.sidebar",
}
"""Where an admin may put the card. The help desk has tickets only."""

SCOPES: Mapping[str, str] = {
    "company": "crm.objects.companies.read",
    "contact": "crm.objects.contacts.read",
    "deal": "crm.objects.deals.read",
    "ticket": "tickets",
}
"""What lets the app see a kind of record. For tickets HubSpot has no scope to read alone."""

BELONGING: Mapping[str, tuple[str, ...]] = {
    "company": (),
    "contact": ("company",),
    "deal": ("company", "contact"),
    "ticket": ("company", "contact"),
}
"""What the card reads besides the record itself, to say whose it is."""

_PACKAGE = Path(__file__).parent / "package"
_CARDS = "src/app/cards"


def build(configuration: Configuration, install: Install) -> list[PackageFile]:
    """Return the project's files.

    Raises:
        ValueError: what HubSpot would refuse about it.
    """
    shown = [one for one in OBJECT_TYPES if configuration.card_for(f"{install.host}/{one}")]
    if not shown:
        raise ValueError("no card is declared for a place in HubSpot")
    address = urlsplit(configuration.public_url)
    if address.scheme != "https":
        raise ValueError("HubSpot sends requests by https only; see public_url")
    made = {
        "hsproject.json": _json(_project(install)),
        "src/app/app-hsmeta.json": _json(
            _app(configuration, install, shown, f"{address.scheme}://{address.netloc}")
        ),
        f"{_CARDS}/install.ts": _install(configuration, install),
    }
    made |= {
        f"{_CARDS}/{name}-hsmeta.json": _json(card) for name, card in _cards(configuration, shown)
    }
    files = [PackageFile(path, content) for path, content in made.items()]
    files += [PackageFile(*file) for file in templates(_PACKAGE).items()]
    return sorted(files, key=lambda file: file.path)


def _project(install: Install) -> dict[str, Any]:
    # Two installs beside each other are two projects, and within a project names are its own.
    name = f"context-sidecar-{install.id}"
    return {"name": name, "srcDir": "src", "platformVersion": "2025.2"}


def _app(
    configuration: Configuration, install: Install, shown: list[str], origin: str
) -> dict[str, Any]:
    reads = {*shown, *(other for one in shown for other in BELONGING[one] if not install.source)}
    return {
        "uid": "context-sidecar",
        "type": "app",
        "config": {
            "name": configuration.brand.name,
            "description": "Facts about the customer, each with how far to trust it.",
            "distribution": "private",
            "auth": {
                "type": "static",
                "requiredScopes": [SCOPES[one] for one in OBJECT_TYPES if one in reads],
                "optionalScopes": [],
                "conditionallyRequiredScopes": [],
            },
            "permittedUrls": {"fetch": [origin], "iframe": [], "img": []},
            "support": {"supportUrl": origin},
        },
    }


def _cards(configuration: Configuration, shown: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, location in LOCATIONS.items():
        kinds = [one for one in shown if name != "helpdesk" or one == "ticket"]
        if kinds:
            yield (
                name,
                {
                    "uid": f"context-sidecar-{name}",
                    "type": "card",
                    "config": {
                        "name": configuration.brand.name,
                        "description": "Facts about the customer, each with how far to trust it.",
                        "location": location,
                        "entrypoint": f"/{_CARDS.removeprefix('src/')}/Context.tsx",
                        "objectTypes": [OBJECT_TYPES[one] for one in kinds],
                    },
                },
            )


def _install(configuration: Configuration, install: Install) -> bytes:
    """What the card's code is told about this install."""
    address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
    reads = json.dumps(install.source is None)
    return (
        f"export const ADDRESS = {json.dumps(address)};\n"
        "// Whether the card says whose record it is; else our server asks HubSpot itself.\n"
        f"export const READS: boolean = {reads};\n"
    ).encode()


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()
