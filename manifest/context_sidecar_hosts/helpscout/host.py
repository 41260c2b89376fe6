"""Help Scout: an app in the sidebar of a conversation, on Help Scout's app platform.

Proof: Help Scout opens the frame by an address whose query it signs: `X-HelpScout-Signature` is the
HMAC-SHA1, in base64, of the other parameters as PHP's `json_encode` writes them, in their order.
Parameters that are part of the app's own address are not signed; the only one that we know is
`locale`. The app's id must be the install's own; where none is declared, the first that proves
itself is, from then on. Facts from developer.helpscout.com, "Signature Validation" (whose sample is
in PHP) and "JavaScript SDK"; the parameters' names and their order, from requests that others have
published.

Record: the address holds ids only, so `bridge.js` asks Help Scout's page: `conversation` and its
id, or `customer` where one is shown by itself, with `requester_email` (the one that is marked as
default, or the only one), `requester_name`, `company_name`, and `property_<slug>` for every
property of the customer. Where the page does not answer, the conversation's id is told alone.

Limits: a signature carries no time, and the same conversation is signed alike each time, so an
address can be used again by whoever has it. What the page says beside it is not signed: a visitor
sees what the install may see. Help Scout's page says nothing of light and dark.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from context_sidecar import Host, Inbound, Visit, Visitor, VisitRefused
from context_sidecar.proof import check_mac
from context_sidecar.proof.macs import Form
from context_sidecar.proof.signed_url import SigningSecret
from marshmallow import Schema, fields

_SIGNATURE = "X-HelpScout-Signature"
_OURS = "locale"
_THEIRS = frozenset(
    {
        "conversation-id",
        "conversation-number",
        "customer-id",
        "mailbox-id",
        "user-id",
        "installation-ids",
        "application-id",
        "application-slug",
    }
)

Parameters = Sequence[tuple[str, str]]


class HelpScout(Host):
    """A conversation in Help Scout."""

    label = "Help Scout"
    places = ("conversation", "customer")
    keys = ("requester_email", "requester_name", "company_name", r"property_\w+")

    class Settings(Schema):
        """Which app, and the secret by which it is signed."""

        secret = SigningSecret(
            required=True,
            metadata={
                "description": "The app's secret key, as in Help Scout; at least 32 characters.",
                "chosen": True,
            },
        )
        previous_secret = SigningSecret(
            metadata={"description": "The secret before this one, accepted too."}
        )
        application_id = fields.String(
            metadata={"description": "The app's id; learned from the first visit where absent."}
        )

    def prove(self, inbound: Inbound) -> Visit:
        """Return the visit that the address proves. Its record comes later, from the page."""
        if inbound.method != "GET":
            raise VisitRefused("Help Scout signs only the address that opens the frame")
        given = inbound.parameter(_SIGNATURE).replace(" ", "+")
        said = [one for one in inbound.query if one[0] not in {_SIGNATURE, _OURS}]
        names = [name for name, _ in said]
        if len(set(names)) != len(names):
            raise VisitRefused("the address says something twice")
        check_mac(
            php_json(said),
            given,
            self.install.secrets("secret"),
            digest="sha1",
            encoding="base64",
            almost=_nearby(said),
        )
        claims = dict(said)
        self._check_application(claims)
        return Visit(
            install=self.install.id,
            record=None,
            visitor=Visitor(claims.get("user-id", "")),
            roles=self.install.roles,
            locale=inbound.parameter(_OURS),
        )

    def _check_application(self, claims: Mapping[str, str]) -> None:
        application = claims.get("application-id", "")
        if not application:
            raise VisitRefused("the address names no app")
        self.check_own("application_id", "application", application, "the address is of app")


def php_json(said: Parameters) -> bytes:
    """Return parameters as PHP's `json_encode` writes an array of texts: no spaces, and escapes for
    slashes and for all that is not ASCII."""
    text = json.dumps(dict(said), separators=(",", ":"))
    return text.replace("/", "\\/").replace("\\u007f", "\x7f").encode()


def _nearby(said: Parameters) -> Iterator[Form]:
    """What Help Scout may have signed, where something on the way, or an admin, changed it."""
    own = [one for one in said if one[0] in _THEIRS]
    if len(own) < len(said):
        others = ", ".join(sorted({name for name, _ in said} - _THEIRS))[:200]
        yield Form(php_json(own), f"it without {others}: take that off the app's callback address")
    yield Form(php_json(sorted(said)), "the query in another order")
