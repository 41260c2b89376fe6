"""Builds the app that an admin uploads to Freshdesk: no more places and parameters than the
configuration needs, and the same bytes every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from context_sidecar import Configuration, Install, PackageFile
from context_sidecar.hosting.app_pages import FILES
from context_sidecar.hosting.packaging import templates

from context_sidecar_hosts.freshdesk.rules import broken

PLACES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "ticket": ("support_ticket", ("ticket_sidebar", "new_ticket_requester_info")),
    "requester": ("support_ticket", ("ticket_requester_info",)),
    "contact": ("support_contact", ("contact_sidebar",)),
}
"""Freshworks' modules and their locations by the type of record that they show."""

ENGINES: Mapping[str, str] = {"node": "18.20.8", "fdk": "9.7.4"}
"""What Freshworks' own skeletons of an app name (f58dc92)."""

TEMPLATE = "getContext"
"""How the app calls the one request that it makes."""

_PACKAGE = Path(__file__).parent / "package"


def build(configuration: Configuration, install: Install) -> list[PackageFile]:
    """Return the app's files.

    Raises:
        ValueError: what Freshworks would refuse about it.
    """
    shown = [one for one in PLACES if configuration.card_for(f"{install.host}/{one}")]
    if not shown:
        raise ValueError("no card is declared for a place in Freshdesk")
    address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
    made = {
        "manifest.json": _json(_manifest(shown)),
        "config/requests.json": _json(_requests(address)),
        "config/iparams.json": _json(_parameters()),
        "README.md": b"# Context Sidecar\n\nShows the customer behind a ticket or a contact.\n",
    }
    made |= {
        f"app/{'styles' if name.endswith('.css') else 'scripts'}/{name}": content
        for name, content in FILES.items()
    }
    made |= templates(_PACKAGE)
    files = [PackageFile(path, content) for path, content in sorted(made.items())]
    if mistakes := broken(files):
        raise ValueError("\n".join(mistakes))
    return files


def _manifest(shown: list[str]) -> dict[str, Any]:
    page = {"url": "index.html", "icon": "styles/images/icon.svg"}
    modules: dict[str, Any] = {"common": {"requests": {TEMPLATE: {}}}}
    for module, locations in (PLACES[one] for one in shown):
        places = modules.setdefault(module, {"location": {}})["location"]
        places |= dict.fromkeys(locations, page)
    return {"platform-version": "3.0", "modules": modules, "engines": dict(ENGINES)}


def _requests(address: str) -> dict[str, Any]:
    """The one request that the app makes. Freshworks fills the secret in; the app's page cannot."""
    url = urlsplit(address)
    schema = {
        "protocol": url.scheme,
        "method": "POST",
        "host": url.netloc,
        "path": url.path,
        "headers": {
            "Authorization": "Bearer <%= iparam.secret %>",
            "Content-Type": "application/json",
        },
    }
    # A repetition is harmless, and hides a restart of ours.
    return {TEMPLATE: {"schema": schema, "options": {"maxAttempts": 2, "retryDelay": 500}}}


def _parameters() -> dict[str, Any]:
    return {
        "secret": {
            "display_name": "Secret of Context Sidecar",
            "description": "The secret of this install in sidecar.yaml.",
            "type": "text",
            "required": True,
            "secure": True,
        }
    }


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()
