"""Help Scout's legacy dynamic apps, and the sidebar webhook of FreeScout that asks in their way.

Proof: the tool posts JSON whose `X-HelpScout-Signature` is the HMAC-SHA1 of the body under the
app's secret, in base64. Facts from developer.helpscout.com, "Legacy Dynamic Apps"; that FreeScout's
fork sends the same, from its source. (SHA-1 is broken for signatures that anybody can prepare a
collision for; as an HMAC it is not, and there is no other choice here.)

Record: `conversation` and its id, or `new` for a draft, with `requester_email` (where it is told or
there is one only) and `requester_name`.

Limits: a signature carries no time, so whoever has seen a request can send it again; they get what
its sender got. The answer is HTML within the tool's own page, and stays as it is until the
conversation is opened anew, so the card says when it was seen. Neither tool documents how long it
waits or how much it takes; ours is far below what a sidebar can show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from context_sidecar import Host, Inbound, Record, Visit, Visitor, VisitRefused, VisitUnclear
from context_sidecar.hosting.posted import Posted, read_proven
from context_sidecar.hosting.sheets import sheet
from context_sidecar.proof import check_mac
from context_sidecar.proof.nearby import bodies
from context_sidecar.proof.signed_url import SigningSecret
from marshmallow import Schema

from context_sidecar_hosts.helpscout_legacy.markup import card, notice


class HelpScoutLegacy(Host):
    """A conversation in Help Scout, by a legacy app, or in FreeScout."""

    label = "Help Scout (legacy app) and FreeScout"
    places = ("conversation",)
    keys = ("requester_email", "requester_name")
    most_bytes = 64 * 1024

    class Settings(Schema):
        """The secret by which the app signs."""

        secret = SigningSecret(
            required=True,
            metadata={"description": "The app's secret key; 32 to 40 characters."},
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one, accepted too."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the body's signature proves."""
        if inbound.method != "POST":
            raise VisitRefused("the app is a legacy one, which posts; for a new one use helpscout")
        check_mac(
            inbound.body,
            inbound.headers.get("x-helpscout-signature", ""),
            self.install.secrets("secret"),
            digest="sha1",
            encoding="base64",
            almost=bodies(inbound.body),
        )
        visit = Visit(install=self.install.id, record=None, roles=self.install.roles)
        said = read_proven(inbound.body, visit)
        user, ticket, customer = (said.part(name) for name in ("user", "ticket", "customer"))
        visit = replace(visit, visitor=Visitor(user.text("id"), _name(user)))
        if not ticket and not customer:
            raise VisitUnclear("the request names neither a conversation nor a customer", visit)
        return replace(visit, record=_record(ticket, customer))

    def render(self, answers: Sequence[Mapping[str, Any]], visit: Visit) -> Mapping[str, Any]:
        """Return the card as HTML."""
        [told] = map(sheet, answers)
        return {"html": card(told)}

    def say(self, title: str, text: str, visit: Visit) -> Mapping[str, Any]:
        """Return HTML that says why there is no card."""
        return {"html": notice(title, text)}


def _record(ticket: Posted, customer: Posted) -> Record:
    emails = customer.texts("emails")
    email = customer.text("email") or (emails[0] if len(emails) == 1 else "")
    keys = {"requester_email": email, "requester_name": _name(customer)}
    known = {name: value for name, value in keys.items() if value}
    return Record("helpscout_legacy", "conversation", ticket.text("id") or "new", known)


def _name(person: Posted) -> str:
    return " ".join(filter(None, (person.text("fname"), person.text("lname"))))
