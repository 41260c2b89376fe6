"""Salesforce: a Canvas app beside accounts, contacts, cases and opportunities.

Proof: Salesforce opens the frame by a form POST whose `signed_request` is an envelope under the
app's consumer secret (HMAC-SHA256; the algorithm that it names selects nothing). It must be of the
install's own organization; where none is declared, the first that proves itself is, from then on.
An envelope has no time of Salesforce's own (`issuedAt` is "for internal use only"), so our
component in Salesforce puts one in, and a nonce: Salesforce signs both as parameters of the app.
An envelope is good once, and for ten minutes. Facts from the Canvas Developer Guide, "Signed
Request Authentication", "CanvasRequest", "Environment" and "User".

Record: `account`, `contact`, `case` or `opportunity` and its Salesforce id, as our component says
it (`parameters`), or as Salesforce itself does (`record`, on page layouts). Salesforce signs what a
script in its page asks it to, so this is a lookup key and no more. An account says `account_id`,
which is its own id; whose the others are the install's source knows. The adapter `salesforce` names
it alike, and gives `account_name`, `requester_email` and `requester_name` too.

Limits: Canvas has no Lightning Web Component of its own, so the component is an Aura one
(`force:canvasApp`); Salesforce does not promise that a frame in it grows with the card, so an admin
can set its height. The envelope holds a token for Salesforce's API: it is neither kept nor logged.
Salesforce has no dark look for such a frame.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from types import MappingProxyType
from urllib.parse import parse_qsl

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
)
from context_sidecar.hosting.posted import Posted
from context_sidecar.proof import check_recent, open_envelope, use_once
from context_sidecar.proof.times import milliseconds
from context_sidecar.settings import SecretText
from marshmallow import Schema, fields, validate

from context_sidecar_hosts.salesforce.build import OBJECTS, build

WINDOW = timedelta(minutes=10)
_ID = r"[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?"
_NONCE = r"[\w-]{16,64}"


class Salesforce(Host):
    """An account, contact, case or opportunity in Salesforce."""

    label = "Salesforce"
    places = tuple(OBJECTS)
    keys = ("account_id",)
    keys_by_place = MappingProxyType(dict.fromkeys(OBJECTS, ()) | {"account": keys})
    signs_record = False

    class Settings(Schema):
        """Which organization, and the secret by which it signs for the app."""

        client_secret = SecretText(
            metadata={
                "description": "The app's consumer secret; no visit is accepted without it, and it "
                "exists only once the app is deployed."
            }
        )
        previous_client_secret = SecretText(
            metadata={"description": "The secret before this one, accepted too."}
        )
        organization_id = fields.String(
            validate=validate.Regexp(
                rf"^{_ID}$", error="expected an id of 15 or 18 characters, such as 00D5g00000ABCdE"
            ),
            metadata={
                "description": "The organization's id; learned from the first visit where absent."
            },
        )
        contact_email = fields.Email(
            metadata={"description": "Whom Salesforce names as the app's contact."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the form's envelope proves; its record is what a script says."""
        if inbound.method != "POST":
            raise VisitRefused("Salesforce signs only the POST that opens the frame")
        secrets = self.install.secrets("client_secret")
        text = _envelope(inbound.body)
        context = Posted(open_envelope(text, secrets)).part("context")
        environment, user = context.part("environment"), context.part("user")
        said = environment.part("parameters")
        record = self._record(environment)
        signed_at = milliseconds(said.text("at"))
        check_recent(signed_at, inbound.received_at, WINDOW)
        if not re.fullmatch(_NONCE, said.text("nonce")):
            raise VisitRefused("the envelope has no nonce; is it of our own component?")
        self._check_organization(context.part("organization").text("organizationId"))
        signature = text.partition(".")[0]
        use_once(self.memory, self.install.id, signature, signed_at + WINDOW)
        return Visit(
            install=self.install.id,
            record=record,
            visitor=Visitor(user.text("userId"), user.text("fullName")),
            roles=self.install.roles,
            locale=user.text("language"),
            theme="light",
            time_zone=user.text("timeZone"),
        )

    @classmethod
    def needs(cls, install: Install) -> Sequence[str]:
        """Say that the app's secret is not known yet: it exists only once the app is deployed."""
        if install.secrets("client_secret"):
            return ()
        return ("Set client_secret to the app's; INSTALL.md says where Salesforce shows it.",)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the project with the app, and the component that shows it."""
        return build(configuration, install)

    def _record(self, environment: Posted) -> Record:
        said, own = environment.part("parameters"), environment.part("record")
        kind = own.part("attributes").text("type") or said.text("objectApiName")
        number = own.text("Id") or said.text("recordId")
        if kind.lower() not in self.places or not re.fullmatch(_ID, number):
            raise VisitRefused("the envelope names no record that a card can stand beside")
        keys = dict.fromkeys(self.keys_of(kind.lower()), number)
        return Record(self.install.host, kind.lower(), number, keys)

    def _check_organization(self, organization: str) -> None:
        if not re.fullmatch(_ID, organization):
            raise VisitRefused("the envelope names no organization")
        # The last three of 18 characters follow from the others.
        own = organization[:15]
        expected = self.own("organization_id", "organization", own)[:15]
        if own != expected:
            raise VisitRefused(f"the envelope is of organization {own}, not of {expected}")


def _envelope(body: bytes) -> str:
    found = [
        value for name, value in parse_qsl(body.decode("ascii", "replace"))
        if name == "signed_request"
    ]  # fmt: skip
    if len(found) != 1:
        raise VisitRefused("the form has no signed_request; is the app's access method Post?")
    return found[0]
