"""Addresses as Help Scout signs them."""

from __future__ import annotations

import json

from context_sidecar import Secret
from context_sidecar.proof import mac

from support.hosts import SECRET

# The names, their order and the kind of values are those of real requests, as others published
# them.
SAID = {
    "conversation-id": "3382942562",
    "conversation-number": "6002",
    "customer-id": "706401868",
    "mailbox-id": "364558",
    "user-id": "772569",
    "installation-ids": "XGao7GBKoDV5",
    "application-id": "5Ma3boWZmlnA",
    "application-slug": "167604-customer/é",
}


def signature(said: dict[str, str], secret: Secret = SECRET) -> str:
    """By the letter of Help Scout's guide, with what PHP writes spelled out by hand."""
    text = json.dumps(said, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")
    return mac(text.encode(), secret, digest="sha1", encoding="base64")
