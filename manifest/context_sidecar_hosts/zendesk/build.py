"""Builds the app that an admin uploads to Zendesk: no more places and settings than the
configuration needs, and the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from context_sidecar import Configuration, Install, PackageFile
from context_sidecar.hosting.packaging import templates

from context_sidecar_hosts.zendesk.rules import broken

LOCATIONS: Mapping[str, tuple[str, ...]] = {
    "ticket": ("ticket_sidebar", "new_ticket_sidebar"),
    "user": ("user_sidebar",),
    "organization": ("organization_sidebar",),
}
"""Zendesk's locations by the type of record that they show."""

_PACKAGE = Path(__file__).parent / "package"


def build(configuration: Configuration, install: Install) -> list[PackageFile]:
    """Return the app's files.

    Raises:
        ValueError: what Zendesk would refuse about it.
    """
    manifest = json.dumps(_manifest(configuration, install), indent=2, ensure_ascii=False)
    files = [PackageFile("manifest.json", f"{manifest}\n".encode())]
    files += [
        PackageFile(path, _named(path, content, configuration.brand.name))
        for path, content in templates(_PACKAGE).items()
    ]
    if mistakes := broken(files):
        raise ValueError("\n".join(mistakes))
    return files


def _named(path: str, content: bytes, name: str) -> bytes:
    """Return a file's content; in the app's texts with the deployment's own name."""
    if not path.startswith("translations/"):
        return content
    words = json.loads(content)
    words["app"]["name"] = name
    return f"{json.dumps(words, indent=2, ensure_ascii=False)}\n".encode()


def _manifest(configuration: Configuration, install: Install) -> dict[str, Any]:
    shown = [
        location
        for kind, locations in LOCATIONS.items()
        if configuration.card_for(f"{install.host}/{kind}")
        for location in locations
    ]
    # Zendesk fills in the setting, so that one app serves a test server and the real one.
    url = f"{{{{setting.sidecar_url}}}}/hosts/{install.id}"
    return {
        "name": configuration.brand.name,
        "author": {"name": configuration.brand.name, "url": configuration.public_url},
        "version": version("context-sidecar"),
        "frameworkVersion": "2.0",
        "defaultLocale": "en",
        "private": True,
        "signedUrls": True,
        "location": {"support": {location: {"url": url} for location in shown}},
        "parameters": [
            {
                "name": "sidecar_url",
                "type": "url",
                "required": True,
                "default": configuration.public_url.rstrip("/"),
            }
        ],
    }
