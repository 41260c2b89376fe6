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

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from context_sidecar import (
    Configuration,
    Host,
    Inbound,
    Install,
    PackageFile,
    Record,
    Visit,
    Visitor,
    VisitRefused,
    VisitUnclear,
)
from context_sidecar.posted import Posted, read_posted
from context_sidecar.proof import check_secret
from context_sidecar.sheets import sheet
from context_sidecar.signed_url import SigningSecret
from marshmallow import Schema, fields, validate

from context_sidecar_hosts.zoho_desk.build import HEADER, PANELS, PLACES, build

_LONGEST_KEY = 200
_LONGEST_ID = 40


class ZohoDesk(Host):
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
    most_bytes = 256 * 1024
    signs_record = False

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

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the shown secret proves; its record is what the page says."""
        if inbound.method != "POST":
            raise VisitRefused("the extension posts what it asks")
        shown = inbound.headers.get(HEADER.lower(), "")
        check_secret(shown, self.install.secrets("secret"))
        visit = Visit(install=self.install.id, record=None, roles=self.install.roles)
        try:
            said = read_posted(inbound.body)
        except VisitRefused as unread:
            raise VisitUnclear(str(unread), visit) from unread
        visit = replace(
            visit,
            visitor=Visitor(said.text("user")[:_LONGEST_ID]),
            locale=said.text("locale"),
            time_zone=said.text("zone"),
            again=said.flag("again"),
        )
        return replace(visit, record=self._record(said, visit))

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return the card as plain parts, which the extension's page draws."""
        [told] = map(sheet, answers)
        return {"sheet": asdict(told)}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return a heading and a sentence, which the page shows in the card's place."""
        return {"notice": {"title": title, "text": text}}

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the private extension, with a widget for each card that declares a place."""
        return build(configuration, install)

    def _record(self, said: Posted, visit: Visit) -> Record:
        kind, number = said.text("type"), said.text("id")
        is_id = number.isascii() and number.isdigit() and len(number) <= _LONGEST_ID
        if kind not in self.places or not is_id:
            raise VisitUnclear("the request names no record that a card can stand beside", visit)
        keys = said.part("keys")
        found = {name: keys.text(name).strip()[:_LONGEST_KEY] for name in self.keys}
        known = {name: value for name, value in found.items() if value}
        return Record(self.install.host, kind, number, known)
