"""Message authentication codes (RFC 2104): made, and compared in constant time."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.secrets import Secret

Digest = Literal["sha1", "sha256", "sha512"]
Encoding = Literal["hex", "base64"]


class Form(NamedTuple):
    """Another form of a request: what it would be signed as, and what must have happened to it on
    the way, as the end of a sentence that begins with "it fits"."""

    content: bytes
    what: str


def mac(
    content: bytes, secret: Secret, *, digest: Digest = "sha256", encoding: Encoding = "hex"
) -> str:
    """Return the HMAC of *content* as text: lower-case hexadecimal, or base64 with its padding."""
    made = hmac.digest(secret.reveal().encode(), content, digest)
    return made.hex() if encoding == "hex" else base64.b64encode(made).decode()


def check_mac(
    content: bytes,
    given: str,
    secrets: Sequence[Secret],
    *,
    digest: Digest = "sha256",
    encoding: Encoding = "hex",
    also: Iterable[bytes] = (),
    almost: Iterable[Form] = (),
) -> None:
    """Accept *given* as the HMAC of *content*, or of one of what is *also* accepted, under one of
    *secrets*.

    *almost* are forms that are not accepted; where one fits, the refusal says so.

    Raises:
        VisitRefused: it is not.
    """

    def fits(*contents: bytes) -> bool:
        return is_one_of(
            given,
            (
                mac(signed, secret, digest=digest, encoding=encoding)
                for signed in contents
                for secret in secrets
            ),
        )

    if fits(content, *also):
        return
    what = next((form.what for form in almost if fits(form.content)), "")
    refusal = "the signature does not fit what it should sign"
    raise VisitRefused(f"{refusal}, but it fits {what}" if what else refusal)


def is_one_of(given: str, known: Iterable[str]) -> bool:
    """Whether *given* is one of what is *known*; all are compared, each in constant time."""
    offered = given.encode("utf-8", "replace")
    matches = [hmac.compare_digest(one.encode("utf-8", "replace"), offered) for one in known]
    return any(matches)
