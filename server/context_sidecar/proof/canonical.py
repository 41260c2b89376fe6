"""A MAC of a request in one agreed form (Gladly's, in the manner of AWS Signature Version 4).

What is signed is, line by line: the method, the path, the query sorted, each signed header as
`name:value`, an empty line, the names of the signed headers, and the SHA-256 of the body; of this,
its SHA-256, together with the name of the algorithm and the time. The key is made anew each day
from the secret.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.host import Inbound
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.macs import is_one_of
from context_sidecar.proof.nearby import nearby
from context_sidecar.proof.times import check_recent, compact

ALGORITHM = "hmac-sha256"

_PART = re.compile(r"\s*(\w+)=([^,]*?)\s*")
_MOST_HEADERS = 30


def check_canonical(
    inbound: Inbound, given: str, time: str, secrets: Sequence[Secret], *, window: timedelta
) -> str:
    """Accept *given* (`SigningAlgorithm=hmac-sha256, SignedHeaders=a;b, Signature=…`) as the
    signature of the request at *time* (`20190213T214016Z`), at most *window* ago; return the
    signature itself, which is alike however the rest of *given* is written.

    Raises:
        VisitRefused: it is not.
    """
    said = _parts(given)
    if said.get("SigningAlgorithm") != ALGORITHM:
        raise VisitRefused("the request is signed in another way than by hmac-sha256")
    names = said.get("SignedHeaders", "")
    if len(names.split(";")) > _MOST_HEADERS:
        raise VisitRefused("the request signs too many headers")
    signature = said.get("Signature", "")
    text = partial(canonical, names=names)

    def fits(content: bytes) -> bool:
        return is_one_of(signature, (sign(content, time, secret) for secret in secrets))

    if not fits(text(inbound)):
        what = next((form.what for form in nearby(inbound, text) if fits(form.content)), "")
        refusal = "the signature does not fit the request"
        raise VisitRefused(f"{refusal}, but it fits {what}" if what else refusal)
    check_recent(compact(time), inbound.received_at, window)
    return signature


def canonical(inbound: Inbound, names: str) -> bytes:
    """Return *inbound* in the agreed form, with the headers that *names* lists."""
    url = urlsplit(inbound.url)
    headers = "".join(
        f"{name}:{' '.join(inbound.headers.get(name.lower(), '').split())}\n"
        for name in names.split(";")
        if name
    )
    body = hashlib.sha256(inbound.body).hexdigest()
    query = "&".join(sorted(url.query.split("&"))) if url.query else ""
    lines = (inbound.method, url.path, query, headers, names, body)
    return "\n".join(lines).encode("utf-8", "replace")


def sign(content: bytes, time: str, secret: Secret) -> str:
    """Return the signature of a request in its agreed form, in lower-case hexadecimal."""
    text = "\n".join((ALGORITHM, time, hashlib.sha256(content).hexdigest()))
    key = hmac.digest(secret.reveal().encode(), time[:8].encode("utf-8", "replace"), "sha256")
    return hmac.digest(key, text.encode("utf-8", "replace"), "sha256").hex()


def _parts(given: str) -> Mapping[str, str]:
    found = [_PART.fullmatch(part) for part in given.split(",")]
    if not all(found) or len({one[1] for one in found if one}) != len(found):
        raise VisitRefused("the signature cannot be read")
    return {one[1]: one[2] for one in found if one}
