"""Freshdesk: an app of the Freshworks platform beside tickets, new tickets, requesters, contacts.

Proof: Freshworks signs nothing. The app's page asks Freshworks to send a request template on, and
Freshworks' servers fill a secret of the installation (a secure parameter, which no browser is
given) into its `Authorization: Bearer …`. So a request proves that the app of this installation, in
the hands of somebody who is signed in to that Freshdesk, has asked. Facts from
developers.freshworks.com, "Request method" and "Installation parameters", and from the platform's
own notes (github.com/freshworks-developers/marketplace, f58dc92, request-method-docs.md).

Record: `ticket` (its id is `new` while it is being written), `requester` and `contact`, as the
app's page says them; Freshworks vouches for none of it, nor for who looks (`user`), so the record
is a lookup key and no more, and the user's id tells colleagues apart and proves nobody. Of its
customer it says `requester_email`, `requester_name`, `requester_external_id`, `company_id`,
`company_name` and `company_domain`, where there is one of each.

Limits: 50 requests a minute for an account, 6 MB and 15 seconds for an answer; a page is at most
700 pixels high. Freshdesk has no place in sight on a company's page. What is on screen stays there,
so the card says when it was seen, and has a button that asks again.
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
from marshmallow import Schema

from context_sidecar_hosts.freshdesk.build import PLACES, build

_LONGEST_KEY = 200
_LONGEST_ID = 40


class Freshdesk(AppPageHost):
    """A ticket, its requester, or a contact in Freshdesk."""

    label = "Freshdesk"
    places = tuple(PLACES)
    icons = MappingProxyType({"app/styles/images/icon.svg": 64})
    keys = (
        "requester_email",
        "requester_name",
        "requester_external_id",
        "company_id",
        "company_name",
        "company_domain",
    )
    most_bytes = 6_291_456

    class Settings(Schema):
        """The secret that Freshworks sends along."""

        secret = SigningSecret(
            required=True,
            metadata={"description": "What the app's installation holds; at least 32 characters."},
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one, accepted too."}
        )

    def shown(self, inbound: Inbound) -> str:
        """Return the secret in the header that Freshworks fills in."""
        scheme, _, shown = inbound.headers.get("authorization", "").partition(" ")
        return shown if scheme == "Bearer" else ""

    def is_id(self, kind: str, text: str) -> bool:
        """Whether *text* is an id; that of a ticket that is being written is `new`."""
        return (kind, text) == ("ticket", "new") or super().is_id(kind, text)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the custom app, with a place for each card that declares one."""
        return build(configuration, install)
