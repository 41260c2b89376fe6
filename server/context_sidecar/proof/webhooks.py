"""Webhooks, signed as the open specification Standard Webhooks 1.0.0 says."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.macs import is_one_of
from context_sidecar.proof.times import check_recent

WINDOW = timedelta(minutes=5)
"""How old a webhook may be; the specification's own tolerance."""

_PREFIX = "whsec_"
_VERSION = "v1,"
_LONGEST = 200
_LONGEST_TIME = 12
_MOST = 10


def check_webhook(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[Secret], now: datetime
) -> str:
    """Return the id of a webhook that one of *secrets* signed.

    Signed are its id, its time and its body, with dots between, by HMAC-SHA256 in base64. A secret
    that begins with `whsec_` is the key in base64, any other is the key itself. A webhook may have
    several signatures, while a secret is being replaced.

    Args:
        headers: by lower-case name.
        body: as received.
        secrets: all valid at once.
        now: our clock.

    Raises:
        VisitRefused: none of them did, or it was longer ago than `WINDOW`.
    """
    name, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not 0 < len(name) <= _LONGEST:
        raise VisitRefused("the webhook has no id")
    check_recent(_time(time), now, WINDOW)
    given = headers.get("webhook-signature", "").split()
    offered = [one.removeprefix(_VERSION) for one in given if one.startswith(_VERSION)]
    content = b".".join((name.encode(), time.encode(), body))
    known = list(_signatures(content, secrets))
    if not any(is_one_of(one, known) for one in offered[:_MOST]):
        raise VisitRefused("no signature of the webhook fits what it should sign")
    return name


def _signatures(content: bytes, secrets: Sequence[Secret]) -> Iterator[str]:
    for secret in secrets:
        yield base64.b64encode(hmac.digest(_key(secret), content, "sha256")).decode()


def _key(secret: Secret) -> bytes:
    text = secret.reveal()
    if not text.startswith(_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        return text.encode()


def _time(text: str) -> datetime:
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_TIME:
        raise VisitRefused("the webhook does not say when it was signed")
    return datetime.fromtimestamp(int(text), UTC)
