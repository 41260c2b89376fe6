"""Intercom: an app in the details beside a conversation of the Inbox (Canvas Kit).

Proof: Intercom posts JSON whose `X-Body-Signature` is the HMAC-SHA256 of the body under the app's
client secret, in lower-case hexadecimal. The workspace must be the install's own; where none is
declared, the first that proves itself is, from then on. Facts from developers.intercom.com, "Canvas
Kit", and Intercom's own models of it (intercom-client 6.4.0).

Record: `conversation` and its id, or `contact` where a contact is shown by itself, with
`requester_email`, `requester_external_id` and `requester_name` of the contact, and `company_id`
where it belongs to exactly one company (Intercom's id of it). In a conversation with several
people Intercom asks for each of them.

Limits: a signature carries no time, so whoever has seen a request can send it again; they get what
its sender got. Content takes 64 KB. Intercom keeps what it was told on screen until the teammate
comes back to the conversation or presses the button, so the card says when it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from context_sidecar import Host, Inbound, Record, Visit, Visitor, VisitRefused, VisitUnclear
from context_sidecar.hosting.posted import Posted, read_posted
from context_sidecar.hosting.sheets import sheet
from context_sidecar.proof import check_mac
from context_sidecar.proof.nearby import bodies
from context_sidecar.settings import SecretText
from marshmallow import Schema, fields

from context_sidecar_hosts.intercom.canvas import CHECK, card, notice

_KEYS = {
    "requester_email": "email",
    "requester_external_id": "external_id",
    "requester_name": "name",
}


class Intercom(Host):
    """A conversation in Intercom's Inbox."""

    label = "Intercom"
    places = ("conversation", "contact")
    keys = (*_KEYS, "company_id")
    most_bytes = 64 * 1024

    class Settings(Schema):
        """Which workspace, and the secret by which its app is signed."""

        client_secret = SecretText(
            required=True,
            metadata={"description": "The app's client secret, from its Basic Information page."},
        )
        previous_client_secret = SecretText(
            metadata={"description": "The secret before this one, accepted too."}
        )
        workspace_id = fields.String(
            metadata={
                "description": "The workspace's id; learned from the first request where absent."
            }
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the body's signature proves."""
        check_mac(
            inbound.body,
            inbound.headers.get("x-body-signature", ""),
            self.install.secrets("client_secret"),
            almost=bodies(inbound.body),
        )
        said = read_posted(inbound.body)
        self._check_workspace(said)
        contact, admin = said.part("contact"), said.part("admin")
        visit = Visit(
            install=self.install.id,
            record=None,
            visitor=Visitor(admin.text("id"), admin.text("name")),
            roles=self.install.roles,
            locale=said.part("context").text("locale"),
            again=said.text("component_id") == CHECK,
        )
        if record := _record(said, contact):
            return replace(visit, record=record)
        raise VisitUnclear("the request names neither a conversation nor a contact", visit)

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return the card as a canvas."""
        [told] = map(sheet, answers)
        return card(told)

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return a canvas that says why there is no card."""
        return notice(title, text)

    def _check_workspace(self, said: Posted) -> None:
        workspace = said.text("workspace_id") or said.text("app_id")
        if not workspace:
            raise VisitRefused("the request names no workspace")
        self.check_own("workspace_id", "workspace", workspace, "the request is of workspace")


def _record(said: Posted, contact: Posted) -> Record | None:
    conversation = said.part("conversation").text("id")
    conversation = conversation or said.part("context").text("conversation_id")
    keys = {name: contact.text(theirs) for name, theirs in _KEYS.items()}
    companies = contact.part("companies").parts("data")
    if len(companies) == 1:
        keys["company_id"] = companies[0].text("id")
    known = {name: value for name, value in keys.items() if value}
    if conversation:
        return Record("intercom", "conversation", conversation, known)
    person = contact.text("id")
    return Record("intercom", "contact", person, known) if person else None
