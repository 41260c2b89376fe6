"""A Forge app of ours in Jira: its tokens as Atlassian signs them, its files as we build them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jwt
from context_sidecar import Inbound, PackageFile, plugins

from support.build import card, configuration
from support.clock import START
from support.hosts import FORGE_APP, inbound, install
from support.keys import key

SITE = "d0d52620-3203-4cfa-8db5-f2587155f0dd"
NOW = int(START.timestamp())

# As in Atlassian's documents, "Forge Remote essentials", for a panel on an issue.
CLAIMS = {
    "app": {
        "id": FORGE_APP,
        "version": "16",
        "appVersion": "16.0.1",
        "installationId": "ari:cloud:ecosystem::installation/0a3a7799-53ae-4a5b-9e7e-03338980abb5",
        "apiBaseUrl": f"https://api.atlassian.com/ex/jira/{SITE}",
        "environment": {
            "type": "PRODUCTION",
            "id": "ari:cloud:ecosystem::environment/8db33809-1f32-48bb-8c52-5877dab48107/aa911f10",
        },
        "module": {"type": "jira:issueContext", "key": "context-sidecar-context"},
    },
    "context": {
        "localId": "4654fa12-4c7c-4792-95a9-6019edb27953",
        "cloudId": SITE,
        "moduleKey": "context-sidecar-context",
        "siteUrl": "https://acme.atlassian.net",
        "extension": {
            "type": "jira:issueContext",
            "issue": {"key": "SUP-12", "id": "10042", "type": "Support", "typeId": "10001"},
            "project": {"id": "10000", "key": "SUP", "type": "service_desk"},
        },
    },
    "principal": "655362:312d3308-8954-42b0-aa38-771a10c88656",
    "aud": FORGE_APP,
    "iss": "forge/invocation-token",
    "iat": NOW,
    "nbf": NOW,
    "exp": NOW + 25,
    "jti": "d8a496253ec8c18a54631e4c82cbedd5d0ae8570",
}
SAID = {
    "issue": {"key": "SUP-12"},
    "keys": {"requester_email": "ana@acme.example", "organization_name": "Acme"},
    "locale": "de_DE",
    "zone": "Europe/Berlin",
    "again": False,
}
URL = "https://context.example.com/hosts/jira-support"


def token(
    claims: dict[str, Any] | None = None,
    *,
    signer: str = "one",
    kid: str | None = "one",
    **more: Any,
) -> str:
    """An invocation token with *claims*, whatever they are."""
    headers = {"kid": kid} if kid is not None else {}
    content = json.dumps(CLAIMS if claims is None else claims).encode()
    return jwt.PyJWS().encode(content, key(signer), algorithm="RS256", headers=headers | more)


def asked(text: str, said: Any = None, url: str = URL, **more: Any) -> Inbound:
    """What Atlassian sends on."""
    body = json.dumps(SAID if said is None else said).encode()
    headers = {"authorization": f"Bearer {text}", "content-type": "application/json"}
    return inbound(url, method="POST", body=body, headers=headers, **more)


def project(
    *where: str, public_url: str = "https://context.example.com", **changes: Any
) -> Sequence[PackageFile]:
    """Build the app of an install with *changes*, with a card in each place of *where*."""
    cards = [card(id=place, where=(place,)) for place in where or ("jira/issue",)]
    shown = configuration(*cards, public_url=public_url)
    return plugins.host("jira").package(shown, install("jira", **changes))


def written(files: Sequence[PackageFile], folder: Path) -> Path:
    """Write *files* into *folder*; return where the card's code is."""
    for file in files:
        place = folder / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.content)
    return folder / "src/frontend"
