"""Gorgias: a widget in the sidebar of a ticket, filled by an HTTP integration.

Proof: a secret in a header, `X-Context-Sidecar`, that the integration sends with every request.
Gorgias signs nothing: whoever knows the secret can ask for any ticket. Facts from
developers.gorgias.com, "The Integration object" and "The Widget object", docs.gorgias.com, "Connect
external apps to Gorgias", and, for lists and paths in a widget, from widgets that others published.

Record: `ticket` and its id, with `requester_email` and `requester_external_id` of its customer, as
Gorgias fills them into the address that the package gives the integration.

Limits: Gorgias asks when a ticket is created or updated or has a new message, not when somebody
opens it, and shows what it was told until then: the last line says when that was. The widget shows
a text for each name that it was set up with; what is the matter with a value stands in the text. A
hundred failures in a row switch the integration off. Gorgias does not say who looks, and does not
document how long it waits; ours is the card's own deadline.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from context_sidecar import (
    Configuration,
    Host,
    Inbound,
    Install,
    PackageFile,
    Record,
    Visit,
    VisitUnclear,
)
from context_sidecar.hosting.lines import lines, no_lines, titles
from context_sidecar.hosting.sheets import sheet
from context_sidecar.proof import check_secret
from context_sidecar.proof.signed_url import SigningSecret
from marshmallow import Schema

_HEADER = "X-Context-Sidecar"
_ASKS = {
    "ticket": "{{ticket.id}}",
    "email": "{{ticket.customer.email}}",
    "external_id": "{{ticket.customer.external_id}}",
}
_TRIGGERS = ("ticket-created", "ticket-updated", "ticket-message-created")


class Gorgias(Host):
    """A ticket in Gorgias."""

    label = "Gorgias"
    places = ("ticket",)
    keys = ("requester_email", "requester_external_id")
    most_bytes = 64 * 1024

    class Settings(Schema):
        """The secret that the integration shows."""

        secret = SigningSecret(
            required=True,
            metadata={
                "description": "What the integration sends in its header; at least 32 characters.",
                "chosen": True,
            },
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one, accepted too."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the shown secret proves."""
        check_secret(inbound.headers.get(_HEADER.lower(), ""), self.install.secrets("secret"))
        said = {name: _filled(inbound.parameter(name)) for name in _ASKS}
        if not said["ticket"]:
            raise VisitUnclear(
                "the request names no ticket; has the integration the right address?",
                Visit(install=self.install.id, record=None, roles=self.install.roles),
            )
        # An address may be filled in as it stands, and its + is then read as a space.
        keys = {
            "requester_email": said["email"].replace(" ", "+"),
            "requester_external_id": said["external_id"],
        }
        known = {name: value for name, value in keys.items() if value}
        record = Record("gorgias", "ticket", said["ticket"], known)
        return Visit(install=self.install.id, record=record, roles=self.install.roles)

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return the card's lines."""
        [told] = map(sheet, answers)
        return {"card": lines(told, self.fields)}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return a line that says why there is no card."""
        return {"card": no_lines(title, text, self.fields)}

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the bodies of the two requests that set up Gorgias."""
        address = f"{configuration.public_url.rstrip('/')}/hosts/{install.id}"
        query = "&".join(f"{name}={variable}" for name, variable in _ASKS.items())
        shown = titles(configuration, install).items()
        integration = {
            "name": configuration.brand.name,
            "type": "http",
            "http": {
                "url": f"{address}?{query}",
                "method": "GET",
                "headers": {_HEADER: "THE-SECRET"},
                "request_content_type": "application/json",
                "response_content_type": "application/json",
                "triggers": dict.fromkeys(_TRIGGERS, True),
            },
        }
        texts = [{"type": "text", "title": title, "path": name} for name, title in shown]
        card = {"type": "card", "title": "Context", "path": "card", "widgets": texts}
        widget = {
            "type": "http",
            "context": "ticket",
            "integration_id": "THE-INTEGRATION-ID",
            "order": 0,
            "template": {"type": "wrapper", "widgets": [card]},
        }
        return [_file("integration.json", integration), _file("widget.json", widget)]


def _filled(value: str) -> str:
    """What Gorgias has filled in; nothing where it has left the variable's name."""
    return "" if value.startswith("{{") else value.strip()


def _file(path: str, content: object) -> PackageFile:
    return PackageFile(path, f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode())
