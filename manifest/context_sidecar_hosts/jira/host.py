"""Jira and Jira Service Management: a Forge app beside issues, for those who work on them.

Proof: the card is our own code, which Jira runs; Atlassian's servers send its requests on, each
with a Forge invocation token (`Authorization: Bearer`), a JWT by RS256. Atlassian publishes its
keys; the token must be signed by one of them, be issued by `forge/invocation-token` for our own app
(`aud` and `app.id`), be valid now, and be of the install's own site: where none is declared, the
first that proves itself is, from then on. Isolated clouds (`icLabel`) sign by other keys, and are
refused. In Atlassian's example a token lives 25 seconds; nothing says that each request has a token
of its own, so a token is good for its life and not for one use. Facts from developer.atlassian.com,
"Forge Remote essentials" and "invokeRemote", of 2026.

Record: `issue` and its key, as the card says it. Atlassian signs where the card stands too
(`context.extension.issue`), as Jira's page has said it: where that names another issue, the request
is refused; where it names none, the key is a lookup key and no more. What the issue says of its
customer comes in the body: `requester_email` and `requester_name` of its reporter,
`organization_id` and `organization_name` of its organization in Jira Service Management, where it
has one. Where the install has a source of its own for that, the card reads nothing and the source
is asked. Customers never see the card: it stands in no place of the portal.

Limits: 5 MB and 25 seconds for an answer. A 401 is Atlassian's own word for a token that is not
believed; anything but a 2xx reaches people as an error. The card is drawn by Jira from UI Kit's
components, not in a frame: a frame of Forge's own has an address that nobody knows beforehand, and
may open no other page. The queue page of Jira Service Management has no issue, and so no card.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from context_sidecar import (
    Configuration,
    Inbound,
    Install,
    PackageFile,
    Record,
    Visit,
    Visitor,
    VisitRefused,
)
from context_sidecar.hosting.posted import Posted, read_posted
from context_sidecar.hosting.sheets import SheetHost
from context_sidecar.proof import read_jwt
from marshmallow import Schema, fields, validate

from context_sidecar_hosts.jira.build import MODULES, PLACE, build

ISSUER = "forge/invocation-token"
LONGEST_LIFE = timedelta(hours=1)
"""Far more than Atlassian gives its tokens."""

_APP = r"ari:cloud:ecosystem::app/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SITE = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ISSUE = r"[A-Z][A-Z0-9_]{0,254}-[0-9]{1,12}"
_LONGEST_KEY = 200


class Jira(SheetHost):
    """An issue in Jira, or a request in Jira Service Management as agents see it."""

    label = "Jira"
    places = (PLACE,)
    icons = MappingProxyType({"icons/card.svg": 64})
    keys = ("requester_email", "requester_name", "organization_id", "organization_name")
    most_bytes = 5_000_000
    signs_record = False
    keys_at = "https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json"

    class Settings(Schema):
        """Which Forge app and which site, and where the card stands."""

        app_id = fields.String(
            validate=validate.Regexp(
                rf"^{_APP}$",
                error="expected the app's id as it stands in manifest.yml, such as "
                "ari:cloud:ecosystem::app/e9a2b1c4-3d5f-4a6b-8c7d-9e0f1a2b3c4d",
            ),
            metadata={
                "description": "The Forge app's id; no visit is accepted without it, and it exists "
                "only once the app is registered."
            },
        )
        cloud_id = fields.String(
            validate=validate.Regexp(
                rf"^{_SITE}$",
                error="expected the id of an Atlassian site, such as "
                "e9a2b1c4-3d5f-4a6b-8c7d-9e0f1a2b3c4d",
            ),
            metadata={"description": "The site's id; learned from the first visit where absent."},
        )
        show_as = fields.List(
            fields.String(validate=validate.OneOf(list(MODULES))),
            validate=validate.Length(min=1),
            metadata={
                "description": "Where on an issue the card stands: context, panel, glance; the "
                "first two where absent."
            },
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the token proves; its record is what the card says."""
        app = self.install.settings.get("app_id")
        if not app:
            raise VisitRefused("the install has no app_id yet; its guide says where to get it")
        claims = read_jwt(
            _bearer(inbound),
            self.published,
            algorithm="RS256",
            now=inbound.received_at,
            longest=LONGEST_LIFE,
        )
        _check_app(claims, str(app))
        proven, said = Posted(claims), read_posted(inbound.body)
        record = self._record(said, proven.part("context").part("extension").part("issue"))
        self._check_site(proven.part("context").text("cloudId"))
        return Visit(
            install=self.install.id,
            record=record,
            visitor=Visitor(proven.text("principal")),
            roles=self.install.roles,
            locale=said.text("locale"),
            time_zone=said.text("zone"),
            again=said.flag("again"),
        )

    @classmethod
    def needs(cls, install: Install) -> Sequence[str]:
        """Say that the app's id is not known yet: it exists only once the app is registered."""
        if install.settings.get("app_id"):
            return ()
        return ("Set app_id to the app's; INSTALL.md says where it stands.",)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the app, with a place on issues for the card that is declared there."""
        return build(configuration, install)

    def _record(self, said: Posted, signed: Posted) -> Record:
        key = said.part("issue").text("key")
        if not re.fullmatch(_ISSUE, key):
            raise VisitRefused("the request names no issue that a card can stand beside")
        if signed.text("key") not in {"", key}:
            raise VisitRefused(f"the card stands beside another issue than {key}")
        keys = said.part("keys").known(self.keys, _LONGEST_KEY)
        return Record(self.install.host, PLACE, key, keys)

    def _check_site(self, site: str) -> None:
        if not re.fullmatch(_SITE, site):
            raise VisitRefused("the token names no site")
        self.check_own("cloud_id", "site", site, "the token is of site")


def _bearer(inbound: Inbound) -> str:
    scheme, _, token = inbound.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise VisitRefused("the request has no invocation token")
    return token


def _check_app(claims: Mapping[str, Any], app: str) -> None:
    if claims.get("iss") != ISSUER:
        raise VisitRefused("the token is no invocation token of Forge")
    if "icLabel" in claims:
        raise VisitRefused("the token is of an isolated cloud, whose keys are others")
    if claims.get("aud") != app or Posted(claims).part("app").text("id") != app:
        raise VisitRefused("the token is for another app; is app_id the one in manifest.yml?")
