"""Ways to prove that a request comes from where it says, each written once for every host.

| way | function | who signs so |
|---|---|---|
| a JSON Web Token | `read_jwt` | Zendesk, Forge, Pipedrive |
| a MAC of the body | `check_mac` | Intercom, Plain, Help Scout |
| a MAC of method, address, body and time | `check_request` | HubSpot |
| a MAC of a canonical request | `check_canonical` | Gladly |
| a signed envelope | `open_envelope` | Salesforce Canvas |
| a secret that is shown | `check_secret` | Gorgias, Freshdesk, Zoho Desk, Front |
| an address that a tool signs | `signed_url` | Request Tracker, django-helpdesk, any page |
| a link that we signed | `signed_link` | Chatwoot, any tool that signs nothing |
| a source's webhook, as its adapter declares | `check_delivery` | Zendesk, Stripe, Xero, … |

A proof that fails raises `VisitRefused` with a text for the log; whoever asked learns nothing. The
text names the other form of the request that would have fitted, where one does: what a proxy
changed on the way is found by looking, not by guessing. Every way takes several keys, all valid at
once, so that a key can be replaced without a gap.
"""

from context_sidecar.proof.canonical import check_canonical
from context_sidecar.proof.deliveries import check_delivery
from context_sidecar.proof.envelopes import open_envelope
from context_sidecar.proof.macs import check_mac, mac
from context_sidecar.proof.once import use_once
from context_sidecar.proof.requests import check_request
from context_sidecar.proof.secrets import check_secret
from context_sidecar.proof.times import CLOCK_SKEW, check_recent
from context_sidecar.proof.tokens import read_jwt

__all__ = [
    "CLOCK_SKEW",
    "check_canonical",
    "check_delivery",
    "check_mac",
    "check_recent",
    "check_request",
    "check_secret",
    "mac",
    "open_envelope",
    "read_jwt",
    "use_once",
]
