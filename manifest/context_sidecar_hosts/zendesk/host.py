"""Zendesk Support: an app in the sidebar of tickets, users and organizations.

Proof: Zendesk opens the frame by a form POST whose `token` is a JWT, signed with the app's own key
(RS256). It must be issued by this account (`iss`), for this account's installation of the app
(`aud`), be valid now and not used before. The installation's id is not known before the app is
installed: the first valid token teaches it, and from then on no other is accepted. Facts from
developer.zendesk.com, "Authenticating Zendesk in your server-side app".

Record: the token names the place in Zendesk, not the record. `bridge.js` asks Zendesk's page for
it: `ticket` (its id is `new` while it is being written), `user` or `organization`, with
`requester_email` and `requester_external_id` (the ticket's requester, or the user), and
`organization_id`, `organization_name`, `organization_external_id` and `organization_domain`, where
there is one of each. The adapter `zendesk` names them alike.

Limits: only the first request carries a token. An app has one frame for each open ticket, and
Zendesk gives an answer of its own up to five seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from context_sidecar import (
    Configuration,
    Host,
    Inbound,
    Install,
    PackageFile,
    Visit,
    Visitor,
    VisitRefused,
)
from context_sidecar.proof import CLOCK_SKEW, read_jwt, use_once
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from marshmallow import Schema, ValidationError, fields, validate

from context_sidecar_hosts.zendesk.build import LOCATIONS, build
from context_sidecar_hosts.zendesk.rules import LOGOS

LONGEST_LIFE = timedelta(days=1)
"""Far more than Zendesk gives its tokens; it bounds how long a used one is remembered."""

_LONGEST_BODY = 16_384
_FEWEST_BITS = 2048


class PublicKey(fields.String):
    """An RSA public key of at least 2048 bits, as PEM."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        try:
            key = load_pem_public_key(text.encode())
        except ValueError as error:
            raise ValidationError(
                "expected a public key that begins with -----BEGIN PUBLIC KEY-----"
            ) from error
        if not isinstance(key, RSAPublicKey) or key.key_size < _FEWEST_BITS:
            raise ValidationError(f"expected an RSA key of at least {_FEWEST_BITS} bits")
        return text


class Zendesk(Host):
    """A ticket, user or organization in Zendesk Support."""

    label = "Zendesk"
    icons = MappingProxyType({path: size for path, (size, _) in LOGOS.items()})
    places = ("ticket", "user", "organization")
    keys = (
        "requester_email",
        "requester_external_id",
        "organization_id",
        "organization_external_id",
        "organization_name",
        "organization_domain",
    )
    keys_by_place = MappingProxyType({"ticket": keys, "user": keys, "organization": keys[2:]})

    class Settings(Schema):
        """Which Zendesk account, and the key by which it signs."""

        subdomain = fields.String(
            required=True,
            validate=validate.Regexp(
                r"^[a-z0-9][a-z0-9-]*$",
                error="expected the part before .zendesk.com, in lower case, such as acme",
            ),
            metadata={"description": "The account: acme for acme.zendesk.com."},
        )
        public_key = PublicKey(
            metadata={
                "description": "The app's public key, as PEM; no visit is accepted without it.",
                "long": True,
            },
        )
        previous_public_key = PublicKey(
            metadata={"description": "The key of the app before this one, accepted too."},
        )
        installation_id = fields.Integer(
            strict=True,
            metadata={
                "description": "The installation's id; learned from the first visit where absent."
            },
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the form's token proves. Its record comes later, from the page."""
        if inbound.method != "POST":
            raise VisitRefused("Zendesk signs only the POST that opens the frame")
        origin = inbound.parameter("origin")
        if origin not in self.install.origins:
            raise VisitRefused("the frame is on a page of another origin")
        token = _form_token(inbound.body)
        claims = read_jwt(
            token,
            self._keys(),
            algorithm="RS256",
            now=inbound.received_at,
            longest=LONGEST_LIFE,
        )
        self._check_issuer(claims)
        _check_place(claims)
        self._check_installation(claims)
        # Base64 leaves bits of the signature open, so the text of a token is not its identity;
        # what is signed is.
        until = datetime.fromtimestamp(claims["exp"], UTC) + CLOCK_SKEW
        use_once(self.memory, self.install.id, token.rpartition(".")[0], until)
        theme = inbound.parameter("colorScheme")
        return Visit(
            install=self.install.id,
            record=None,
            visitor=_visitor(claims),
            roles=self.install.roles,
            theme=theme if theme in {"light", "dark"} else "",
        )

    @classmethod
    def needs(cls, install: Install) -> Sequence[str]:
        """Say that the app's key is not known yet: it exists only once the app is installed."""
        if install.settings.get("public_key") or install.settings.get("previous_public_key"):
            return ()
        return ("Set public_key to the app's; INSTALL.md says where Zendesk shows it.",)

    @classmethod
    def package(cls, configuration: Configuration, install: Install) -> Sequence[PackageFile]:
        """Build the private app, with a place for each card that declares one."""
        return build(configuration, install)

    @property
    def _account(self) -> str:
        return f"{self.install.settings['subdomain']}.zendesk.com"

    def _keys(self) -> list[str]:
        settings = self.install.settings
        found = [settings.get(name) for name in ("public_key", "previous_public_key")]
        if not any(found):
            raise VisitRefused("the install has no public_key yet; its guide says where to get it")
        return [str(key) for key in found if key]

    def _check_issuer(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") not in {self._account, f"https://{self._account}"}:
            raise VisitRefused("the token is of another Zendesk account")

    def _check_installation(self, claims: Mapping[str, Any]) -> None:
        account = re.escape(self._account)
        address = rf"https://{account}/api/v2/apps/installations/([0-9]{{1,20}})\.json"
        audience = re.fullmatch(address, str(claims.get("aud")))
        if not audience:
            raise VisitRefused("the token is for another app")
        expected = self.own("installation_id", "installation", audience[1])
        if audience[1] != expected:
            raise VisitRefused(f"the token is for installation {audience[1]}, not for {expected}")


def _form_token(body: bytes) -> str:
    if len(body) > _LONGEST_BODY:
        raise VisitRefused("the form is too long")
    tokens = [
        value for name, value in parse_qsl(body.decode("ascii", "replace")) if name == "token"
    ]
    if len(tokens) != 1:
        raise VisitRefused("the form has no token; is signedUrls on in the app's manifest?")
    return tokens[0]


def _check_place(claims: Mapping[str, Any]) -> None:
    context = claims.get("context")
    known = [location for locations in LOCATIONS.values() for location in locations]
    if (
        not isinstance(context, Mapping)
        or context.get("product") != "support"
        or context.get("location") not in known
    ):
        raise VisitRefused("the token is for a place that shows no card")


def _visitor(claims: Mapping[str, Any]) -> Visitor:
    user = re.search(r"/users/([0-9]+)", str(claims.get("sub", "")))
    return Visitor(id=user[1]) if user else Visitor()
