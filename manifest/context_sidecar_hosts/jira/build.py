"""Builds the app that an admin deploys to Forge: no more places, scopes and addresses than the
configuration needs, and the same bytes every time.

The form of the manifest is that of Atlassian's reference ("Jira issue context", "Jira issue panel",
"Jira issue glance", "Remotes", "Permissions"); Atlassian's own validator takes it whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from context_sidecar import Configuration, Install, PackageFile
from context_sidecar.hosting.packaging import templates

PLACE = "issue"

MODULES: Mapping[str, str] = {
    "context": "jira:issueContext",
    "panel": "jira:issuePanel",
    "glance": "jira:issueGlance",
}
"""Where an admin may put the card on an issue: among the fields on the right, below the description
once somebody asks for it, or over the whole right side."""

READING = "read:jira-work"
"""What lets the card say whose an issue is, as far as the person who looks may read it."""

UNREGISTERED = "ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000"
"""Stands where `forge register` writes the app's own id."""

_PACKAGE = Path(__file__).parent / "package"
_CARD, _ICONS, _REMOTE = "card", "icons", "context-sidecar"


def build(configuration: Configuration, install: Install) -> list[PackageFile]:
    """Return the app's files.

    Raises:
        ValueError: what Atlassian would refuse about it.
    """
    card = configuration.card_for(f"{install.host}/{PLACE}")
    if card is None:
        raise ValueError("no card is declared for a place in Jira")
    if urlsplit(configuration.public_url).scheme != "https":
        raise ValueError("Atlassian sends requests by https only; see public_url")
    manifest = yaml.safe_dump(
        _manifest(configuration, install, card.title), sort_keys=False, allow_unicode=True
    )
    files = [
        PackageFile("manifest.yml", manifest.encode()),
        PackageFile("src/frontend/install.js", _install(configuration, install)),
    ]
    files += [PackageFile(*file) for file in templates(_PACKAGE).items()]
    return sorted(files, key=lambda file: file.path)


def _manifest(configuration: Configuration, install: Install, title: str) -> dict[str, Any]:
    address = urlsplit(configuration.public_url)
    shown: Sequence[str] = install.settings.get("show_as") or ["context", "panel"]  # type: ignore[assignment]  # as the host's settings have it
    return {
        "modules": {
            **{
                MODULES[one]: [_module(one, title, configuration.brand.name)]
                for one in MODULES
                if one in shown
            },
            "endpoint": [{"key": _REMOTE, "remote": _REMOTE}],
        },
        "resources": [
            {"key": _CARD, "path": "src/frontend/index.jsx"},
            {"key": _ICONS, "path": "icons"},
        ],
        "remotes": [
            {
                "key": _REMOTE,
                "baseUrl": f"{address.scheme}://{address.netloc}",
                "operations": ["compute", "storage"],
                # Receipts say who has seen what, and when.
                "storage": {"inScopeEUD": True},
            }
        ],
        "permissions": {"scopes": [] if install.source else [READING]},
        "app": {
            "id": install.settings.get("app_id") or UNREGISTERED,
            "runtime": {"name": "nodejs22.x"},
        },
    }


def _module(name: str, title: str, brand: str) -> dict[str, Any]:
    # A panel has a title alone, which stands in the menu that it is chosen from.
    called = {"title": title} if name == "panel" else {"title": brand, "label": title}
    return {
        "key": f"context-sidecar-{name}",
        "resource": _CARD,
        "render": "native",
        "resolver": {"endpoint": _REMOTE},
        **called,
        "icon": f"resource:{_ICONS};card.svg",
    }


def _install(configuration: Configuration, install: Install) -> bytes:
    """What the card's code is told about this install."""
    path = f"{urlsplit(configuration.public_url).path.rstrip('/')}/hosts/{install.id}"
    reads = json.dumps(install.source is None)
    return (
        f"export const PATH = {json.dumps(path)};\n"
        "// Whether the card says whose issue it is; else our server asks Jira itself.\n"
        f"export const READS = {reads};\n"
    ).encode()
