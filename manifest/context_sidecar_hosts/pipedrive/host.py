"""Pipedrive: a custom panel beside a deal, a person or an organization.

Proof: Pipedrive opens the frame by a GET whose `token` is a JWT, signed with the panel's JWT secret
or, where the panel has none, with the app's client secret (HS256), and valid for five minutes. It
must be of the install's own company (`companyId`); where none is declared, the first that proves
itself is, from then on. The address says both `companyId` and `userId` too, and where it disagrees
with the token the request is refused. Facts from pipedrive.readme.io, "Custom UI extensions" and
"Custom panels", from Pipedrive's answers in devcommunity.pipedrive.com (topics 7347 and 7668: the
query, the secrets, the claims), and from Pipedrive's own SDK (npm @pipedrive/app-extensions-sdk
0.15.1).

Record: `deal`, `person` or `organization` (`resource`) and its id (`selectedIds`). The token
vouches for who looks and not for what is open, so this is a lookup key and no more. It says
`deal_id`, `person_id` or `organization_id`, which is that id; to whom a deal or a person belongs
the install's source knows.

Limits: a panel is 100 to 750 pixels high. Nothing that Pipedrive documents tells two tokens of one
second apart, so a token is good for its five minutes and not for one use. Pipedrive does not say
the user's language; it is the browser's. One app has one panel for each kind of record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
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
)
from context_sidecar.hosting.posted import Posted
from context_sidecar.proof import read_jwt
from context_sidecar.proof.signed_url import SigningSecret
from marshmallow import Schema, fields, validate

from context_sidecar_hosts.pipedrive.build import PLACES, build

LONGEST_LIFE = timedelta(minutes=10)
"""Twice what Pipedrive gives its tokens."""

_NUMBER = r"[0-9]{1,20}"


class Pipedrive(Host):
    """A deal, person or organization in Pipedrive."""

    label = "Pipedrive"
    places = PLACES
    keys = tuple(f"{place}_id" for place in PLACES)
    keys_by_place = MappingProxyType({place: (f"{place}_id",) for place in PLACES})
    shows_title = True
    signs_record = False

    class Settings(Schema):
        """Which company, and the secret by which Pipedrive signs for the panel."""

        secret = SigningSecret(
            metadata={
                "description": "The panel's JWT secret, or the app's client secret where it has "
                "none; no visit is accepted without it."
            }
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one, accepted too."}
        )
        company_id = fields.String(
            validate=validate.Regexp(
                rf"^{_NUMBER}$", error="expected the company's number, such as 1234567"
            ),
            metadata={
                "description": "The Pipedrive company's number; learned from the first visit where "
                "absent."
            },
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the address's token proves; its record is what the page says."""
        if inbound.method != "GET":
            raise VisitRefused("Pipedrive opens the frame by a GET")
        claims = read_jwt(
            inbound.parameter("token"),
            self.install.secrets("secret"),
            algorithm="HS256",
            now=inbound.received_at,
            longest=LONGEST_LIFE,
        )
        company, user = (_agreed(inbound, claims, name) for name in ("companyId", "userId"))
        record = self._record(inbound)
        self.check_own("company_id", "company", company, "the token is of Pipedrive company")
        theme = inbound.parameter("theme")
        return Visit(
            install=self.install.id,
            record=record,
            visitor=Visitor(user),
            roles=self.install.roles,
            theme=theme if theme in {"light", "dark"} else "",
        )

    @classmethod
    def needs(cls, install: Install) -> Sequence[str]:
        """Say that the secret is not known yet: the app's exists only once the app is made."""
        if install.secrets("secret"):
            return ()
        return ("Set secret to the panel's or the app's; INSTALL.md says where to get it.",)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build what goes into the form of each panel in Pipedrive's Developer Hub."""
        return build(configuration, install)

    def _record(self, inbound: Inbound) -> Record:
        kind, number = inbound.parameter("resource"), inbound.parameter("selectedIds")
        if kind not in self.places or not re.fullmatch(_NUMBER, number):
            raise VisitRefused("the address names no record that a card can stand beside")
        keys = dict.fromkeys(self.keys_of(kind), number)
        return Record(self.install.host, kind, number, keys)


def _agreed(inbound: Inbound, claims: Mapping[str, Any], name: str) -> str:
    """Return what the token says of *name*, where the address says nothing else."""
    signed = Posted(claims).text(name)
    if not re.fullmatch(_NUMBER, signed):
        raise VisitRefused(f"the token has no {name}")
    if any(value != signed for given, value in inbound.query if given == name):
        raise VisitRefused(f"the address and its token say different things of {name}")
    return signed
