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
from marshmallow import Schema

from context_sidecar_hosts.freshdesk.build import PLACES, build

_LONGEST_KEY = 200
_LONGEST_ID = 40


class Freshdesk(Host):
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
    signs_record = False

    class Settings(Schema):
        """The secret that Freshworks sends along."""

        secret = SigningSecret(
            required=True,
            metadata={"description": "What the app's installation holds; at least 32 characters."},
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one, accepted too."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the shown secret proves; its record is what the page says."""
        if inbound.method != "POST":
            raise VisitRefused("the app posts what it asks")
        scheme, _, shown = inbound.headers.get("authorization", "").partition(" ")
        check_secret(shown if scheme == "Bearer" else "", self.install.secrets("secret"))
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
        """Return the card as plain parts, which the app's page draws."""
        [told] = map(sheet, answers)
        return {"sheet": asdict(told)}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return a heading and a sentence, which the app's page shows in the card's place."""
        return {"notice": {"title": title, "text": text}}

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the custom app, with a place for each card that declares one."""
        return build(configuration, install)

    def _record(self, said: Posted, visit: Visit) -> Record:
        kind, number = said.text("type"), said.text("id")
        is_id = number.isascii() and number.isdigit() and len(number) <= _LONGEST_ID
        if kind not in self.places or not (is_id or (kind, number) == ("ticket", "new")):
            raise VisitUnclear("the request names no record that a card can stand beside", visit)
        keys = said.part("keys")
        found = {name: keys.text(name).strip()[:_LONGEST_KEY] for name in self.keys}
        known = {name: value for name, value in found.items() if value}
        return Record(self.install.host, kind, number, known)
