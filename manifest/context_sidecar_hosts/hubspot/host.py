"""HubSpot: an app card beside companies, contacts, deals and tickets.

Proof: the card is our own code, which HubSpot runs; HubSpot's servers send its requests on, and
sign method, address, body and time in milliseconds with the app's client secret
(`X-HubSpot-Signature-v3`, HMAC-SHA256 in base64), at most five minutes old. HubSpot adds who asks
to the address: `portalId`, the account's number, and `userId`. The account must be the install's
own; where none is declared, the first that proves itself is, from then on. The card says both too
(`portal`, `user`), and where the two disagree the request is refused. Facts from
developers.hubspot.com, "Validating requests" and "Fetching data for UI extensions"; the proxy's
behaviour from HubSpot's own double of it (@hubspot/ui-extensions-dev-server 2.1.2).

Record: `company`, `contact`, `deal` or `ticket` and its id in the address, as the card says it.
HubSpot signs the request and not that this record is on screen: it is a lookup key and no more.
What the record says of its customer comes in the body, so that no log of addresses on the way
keeps it: `company_id`, `company_domain` and `company_name` of the company, or of the one that the
record belongs to (its primary one, where there are several), `requester_email` and
`requester_name` of the contact, or of the only one. The adapter `hubspot` names them alike; where
the install has it as its source, the card reads nothing and HubSpot is asked.

Limits: 1 MB and 15 seconds for an answer, 20 requests of an app at once for an account. HubSpot
asks again by itself after a failed connection or a 5xx, with the same signature, so a signature is
good for its five minutes and not for one use. Anything but a 200 reaches people as an error of
HubSpot's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from context_sidecar import (
    Configuration,
    Inbound,
    Install,
    PackageFile,
    Record,
    Visit,
    Visitor,
    VisitRefused,
    VisitUnclear,
)
from context_sidecar.hosting.posted import read_proven
from context_sidecar.hosting.sheets import SheetHost
from context_sidecar.proof import check_request
from context_sidecar.settings import SecretText
from marshmallow import Schema, fields, validate

from context_sidecar_hosts.hubspot.build import OBJECT_TYPES, build

WINDOW = timedelta(minutes=5)
_LONGEST_KEY = 200


class HubSpot(SheetHost):
    """A company, contact, deal or ticket in HubSpot."""

    label = "HubSpot"
    places = tuple(OBJECT_TYPES)
    keys = ("company_id", "company_domain", "company_name", "requester_email", "requester_name")
    keys_by_place = MappingProxyType(dict.fromkeys(OBJECT_TYPES, keys) | {"company": keys[:3]})
    most_bytes = 1_000_000
    signs_record = False

    class Settings(Schema):
        """Which HubSpot account, and the secret by which it signs for the app."""

        client_secret = SecretText(
            metadata={
                "description": "The app's client secret; no visit is accepted without it, and it "
                "exists only once the app is uploaded."
            }
        )
        previous_client_secret = SecretText(
            metadata={"description": "The secret before this one, accepted too."}
        )
        portal_id = fields.String(
            validate=validate.Regexp(
                r"^[0-9]+$", error="expected the account's number, such as 12345678"
            ),
            metadata={
                "description": "The HubSpot account's number; learned from the first visit where "
                "absent."
            },
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the signature proves; its record is what the card says."""
        check_request(
            inbound,
            inbound.headers.get("x-hubspot-signature-v3", ""),
            inbound.headers.get("x-hubspot-request-timestamp", ""),
            self.install.secrets("client_secret"),
            window=WINDOW,
        )
        user = _agreed(inbound, "userId", "user")
        self._check_portal(_agreed(inbound, "portalId", "portal"))
        visit = Visit(
            install=self.install.id,
            record=None,
            visitor=Visitor(user),
            roles=self.install.roles,
            locale=inbound.parameter("locale"),
            time_zone=inbound.parameter("zone"),
            again=inbound.parameter("again") == "1",
        )
        return replace(visit, record=self._record(inbound, visit))

    @classmethod
    def needs(cls, install: Install) -> Sequence[str]:
        """Say that the app's secret is not known yet: it exists only once the app is uploaded."""
        if install.secrets("client_secret"):
            return ()
        return ("Set client_secret to the app's; INSTALL.md says where HubSpot shows it.",)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the app's project, with a card for each kind of place that is declared."""
        return build(configuration, install)

    def _record(self, inbound: Inbound, visit: Visit) -> Record:
        kind, number = inbound.parameter("type"), inbound.parameter("id")
        if kind not in self.places or not re.fullmatch(r"[0-9]{1,20}", number):
            raise VisitUnclear("the request names no record that a card can stand beside", visit)
        keys = read_proven(inbound.body or b"{}", visit).known(self.keys, _LONGEST_KEY)
        if kind == "company":
            keys["company_id"] = number
        return Record(self.install.host, kind, number, keys)

    def _check_portal(self, portal: str) -> None:
        if not portal:
            raise VisitRefused("the request names no HubSpot account")
        self.check_own("portal_id", "portal", portal, "the request is of HubSpot account")


def _agreed(inbound: Inbound, *names: str) -> str:
    """Return the value that every parameter with one of *names* has; empty where none is there."""
    found = {value for name, value in inbound.query if name in names}
    if len(found) > 1:
        raise VisitRefused(f"the request says different things of {' and '.join(names)}")
    return found.pop() if found else ""
