"""A MAC of method, address, body and time, one after the other (HubSpot's third version)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import unquote

from context_sidecar.core.host import Inbound
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.macs import check_mac
from context_sidecar.proof.nearby import nearby
from context_sidecar.proof.times import check_recent, milliseconds

DECODED = re.compile(r"%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)", re.IGNORECASE)
"""What HubSpot's guide says to decode in the address before it is signed."""


def check_request(
    inbound: Inbound, given: str, time: str, secrets: Sequence[Secret], *, window: timedelta
) -> None:
    """Accept *given* as the base64 HMAC-SHA256 of the request's method, address, body and *time*
    (milliseconds since 1970), signed at most *window* ago.

    The address may have been signed as it stands, as HubSpot's own libraries do, or with some of
    its characters decoded, as HubSpot's guide says. Both take the key, so both prove as much.

    Raises:
        VisitRefused: it is not.
    """
    signed = partial(_signed, time=time)
    decoded = replace(inbound, url=DECODED.sub(lambda found: unquote(found[0]), inbound.url))
    check_mac(
        signed(inbound), given, secrets, encoding="base64",
        also=[signed(decoded)], almost=nearby(inbound, signed),
    )  # fmt: skip
    check_recent(milliseconds(time), inbound.received_at, window)


def _signed(inbound: Inbound, *, time: str) -> bytes:
    method, url, at = (
        text.encode("utf-8", "replace") for text in (inbound.method, inbound.url, time)
    )
    return b"".join((method, url, inbound.body, at))
