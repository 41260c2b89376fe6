"""Zoho Desk: an extension beside tickets, contacts and accounts.

Proof: Zoho signs nothing. The extension's page asks Zoho to send a request on, and Zoho's servers
fill a secure parameter of the installation, which no browser is given, into its header
`X-Context-Sidecar`. So a request proves that this installation, in the hands of somebody who is
signed in to that Zoho Desk, has asked. Facts from zoho.com/desk/extensions/guide, "Plugin Manifest"
(`config`, `whiteListedDomains`), from published types of the client, and, for what stands in the
place of a secure parameter (`{{secret}}`), from published extensions.

Record: `ticket`, `contact` and `account`, as the extension's page says them; Zoho vouches for none
of it, nor for who looks (`user`), so the record is a lookup key and no more, and the user's id
tells colleagues apart and proves nobody. Of its customer it says `requester_email`,
`requester_name`, `contact_id`, `account_id`, `account_name` and `account_domain`, where Zoho's page
knows them.

Limits: Zoho says neither how long it waits nor how much it takes; ours is far below what a panel
can show. What is on screen stays there, so the card says when it was seen, and has a button that
asks again.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

from context_sidecar import (
    Configuration,
    Inbound,
    Install,
    PackageFile,
)
from context_sidecar.hosting.app_pages.host import AppPageHost
from context_sidecar.proof.signed_url import SigningSecret
from marshmallow import Schema, fields, validate

from context_sidecar_hosts.zoho_desk.build import HEADER, PANELS, PLACES, build

_LONGEST_KEY = 200
_LONGEST_ID = 40


class ZohoDesk(AppPageHost):
    """A ticket, contact or account in Zoho Desk."""

    label = "Zoho Desk"
    places = PLACES
    icons = MappingProxyType({"app/img/logo.png": 128, "app/img/icon.png": 128})
    keys = (
        "requester_email",
        "requester_name",
        "contact_id",
        "account_id",
        "account_name",
        "account_domain",
    )
    keys_by_place = MappingProxyType(
        {"ticket": keys[:-1], "contact": keys[:-1], "account": keys[-3:]}
    )
    most_bytes = 256 * 1024

    class Settings(Schema):
        """The secret that Zoho sends along, and where on a page the card stands."""

        secret = SigningSecret(
            required=True,
            metadata={
                "description": "What the extension's installation holds; at least 32 characters."
            },
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one, accepted too."}
        )
        panel = fields.String(
            load_default=PANELS[0],
            validate=validate.OneOf(PANELS),
            metadata={"description": "Where on a page the card stands."},
        )

    def shown(self, inbound: Inbound) -> str:
        """Return the secret in the header that Zoho fills in."""
        return inbound.headers.get(HEADER.lower(), "")

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the private extension, with a widget for each card that declares a place."""
        return build(configuration, install)
