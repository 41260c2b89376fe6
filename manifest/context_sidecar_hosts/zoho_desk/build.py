"""Builds the extension that an admin uploads to Zoho: no more places and parameters than the
configuration needs, and the same bytes every time.

The form of plugin-manifest.json is that of zoho.com/desk/extensions/guide, "Plugin Manifest", and
of Zoho's own toolkit (npm zoho-extension-toolkit 1.0.24), by which a test validates and packs what
is built here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from context_sidecar import Configuration, Install, PackageFile
from context_sidecar.hosting.app_pages import FILES
from context_sidecar.hosting.packaging import templates
from context_sidecar.languages import LANGUAGES

PLACES = ("ticket", "contact", "account")
PANELS = ("rightpanel", "subtab", "lefttab")
"""Where on a page of Zoho Desk a widget can stand."""

HEADER = "X-Context-Sidecar"

_PACKAGE = Path(__file__).parent / "package"


def build(configuration: Configuration, install: Install) -> list[PackageFile]:
    """Return the extension's files.

    Raises:
        ValueError: what Zoho would refuse about it.
    """
    shown = [one for one in PLACES if configuration.card_for(f"{install.host}/{one}")]
    if not shown:
        raise ValueError("no card is declared for a place in Zoho Desk")
    url = urlsplit(configuration.public_url)
    if url.scheme != "https":
        raise ValueError("Zoho sends requests by https only; see public_url")
    panel = str(install.settings.get("panel") or PANELS[0])
    made = {
        "plugin-manifest.json": _json(
            _manifest(configuration.brand.name, shown, panel, f"{url.scheme}://{url.netloc}")
        ),
        "resources.json": _json({}),
        "app/js/install.js": _install(configuration, install),
    }
    made |= {
        f"app/translations/{language}.json": _json({"name": configuration.brand.name})
        for language in LANGUAGES
    }
    made |= {
        f"app/{'css' if name.endswith('.css') else 'js'}/{name}": content
        for name, content in FILES.items()
    }
    made |= templates(_PACKAGE)
    return [PackageFile(path, content) for path, content in sorted(made.items())]


def _manifest(name: str, shown: Sequence[str], panel: str, origin: str) -> dict[str, Any]:
    return {
        "locale": list(LANGUAGES),
        "service": "DESK",
        "storage": False,
        "type": "org",
        # Zoho's servers ask us; the browser asks nobody.
        "whiteListedDomains": [origin],
        "cspDomains": {"connect-src": []},
        "modules": {"widgets": [_widget(name, one, panel) for one in shown]},
        "zohoAuthorisation": {},
        "connectors": [],
        "config": [
            {
                "displayName": "Secret of Context Sidecar",
                "description": "The secret of this install in sidecar.yaml.",
                "name": "secret",
                "type": "text",
                "mandatory": True,
                "userdefined": True,
                "secure": True,
            }
        ],
        "moduleSupport": False,
    }


def _widget(name: str, place: str, panel: str) -> dict[str, str]:
    return {
        "location": f"desk.{place}.detail.{panel}",
        "url": "/app/widget.html",
        # No two widgets have one name.
        "name": f"{name} {place}",
        "logo": "/app/img/logo.png",
        "icon": "/app/img/icon.png",
    }


def _install(configuration: Configuration, install: Install) -> bytes:
    """What the extension's page is told about this install. Zoho fills the secret in, in its own
    servers; the page has the parameter's name alone."""
    said = {
        "url": f"{configuration.public_url.rstrip('/')}/hosts/{install.id}",
        "headers": {HEADER: "{{secret}}", "Content-Type": "application/json"},
    }
    return f"window.contextSidecarInstall = {json.dumps(said, indent=2)};\n".encode()


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()
