"""How each vendor signs its webhooks, written from its documents and not from our adapters."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime

Headers = dict[str, str]
Signer = Callable[[bytes, str, datetime, str], Headers]
"""Gives the headers of a body, under a secret, at a time, sent to an address."""


def _mac(secret: str, content: bytes, digest: str = "sha256") -> bytes:
    return hmac.digest(secret.encode(), content, digest)


def _base64(secret: str, content: bytes) -> str:
    return base64.b64encode(_mac(secret, content)).decode()


def standard(body: bytes, secret: str, at: datetime, name: str) -> Headers:
    """The headers that the specification of Standard Webhooks gives a webhook of this *name*."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    time = str(int(at.timestamp()))
    content = f"{name}.{time}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, content, "sha256")).decode()
    return {
        "webhook-id": name, "webhook-timestamp": time, "webhook-signature": f"v1,{signature}",
    }  # fmt: skip


def zendesk(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    time = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "X-Zendesk-Webhook-Signature": _base64(secret, time.encode() + body),
        "X-Zendesk-Webhook-Signature-Timestamp": time,
    }


def stripe(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    time = str(int(at.timestamp()))
    signature = _mac(secret, time.encode() + b"." + body).hex()
    return {"Stripe-Signature": f"t={time},v1={signature},v0=an-older-scheme"}


def hubspot(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    time = str(int(at.timestamp() * 1000))
    signed = b"POST" + url.encode() + body + time.encode()
    return {
        "X-HubSpot-Signature-v3": _base64(secret, signed),
        "X-HubSpot-Request-Timestamp": time,
    }


def xero(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return {"x-xero-signature": _base64(secret, body)}


def quickbooks(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return {"intuit-signature": _base64(secret, body)}


def intercom(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return {"X-Hub-Signature": f"sha1={_mac(secret, body, 'sha1').hex()}"}


def zammad(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return {"X-Hub-Signature": f"sha1={_mac(secret, body, 'sha1').hex()}"}


def jira(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return {"X-Hub-Signature": f"sha256={_mac(secret, body).hex()}"}


def chatwoot(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    time = str(int(at.timestamp()))
    signature = _mac(secret, f"{time}.".encode() + body).hex()
    return {"X-Chatwoot-Signature": f"sha256={signature}", "X-Chatwoot-Timestamp": time}


def twenty(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    time = str(int(at.timestamp() * 1000))
    signature = _mac(secret, f"{time}:".encode() + body).hex()
    return {"X-Twenty-Webhook-Signature": signature, "X-Twenty-Webhook-Timestamp": time}


def pipedrive(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def bamboohr(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    time = str(int(at.timestamp()))
    signature = _mac(secret, body + time.encode()).hex()
    return {"X-BambooHR-Signature": signature, "X-BambooHR-Timestamp": time}


def hibob(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return {"Bob-Signature": base64.b64encode(_mac(secret, body, "sha512")).decode()}


def autotask(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    signature = base64.b64encode(_mac(secret, body, "sha1")).decode()
    return {"X-Hook-Signature": f"sha1={signature}"}


def productive(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    time = str(int(at.timestamp()))
    signature = _mac(secret, f"{time}.".encode() + body).hex()
    return {"Productive-Signature": f"t={time},s={signature}"}


def freshdesk(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return pipedrive(body, secret, at, url)


def rocketlane(body: bytes, secret: str, at: datetime, url: str) -> Headers:
    return pipedrive(body, secret, at, url)


SIGNERS: Mapping[str, Signer] = {
    signer.__name__: signer
    for signer in (
        autotask, bamboohr, chatwoot, freshdesk, hibob, hubspot, intercom, jira, pipedrive,
        productive, quickbooks, rocketlane, stripe, twenty, xero, zammad, zendesk,
    )
}  # fmt: skip
