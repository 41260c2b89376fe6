"""Vendors' own webhooks, each proven as its adapter declares."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from urllib.parse import unquote

from context_sidecar.core.errors import UnrecognisedError, VisitRefused
from context_sidecar.core.host import Inbound
from context_sidecar.core.moments import moment
from context_sidecar.core.push import Shown, Signed
from context_sidecar.core.secrets import Secret
from context_sidecar.proof.macs import Form, is_one_of, mac
from context_sidecar.proof.nearby import bodies, nearby
from context_sidecar.proof.requests import DECODED
from context_sidecar.proof.secrets import check_secret
from context_sidecar.proof.times import check_recent

_LONGEST_TIME = 40
_MOST = 10
"""Signatures that are looked at: one for each secret, while one is being replaced."""


def check_delivery(inbound: Inbound, proof: Signed | Shown, secrets: Sequence[Secret]) -> None:
    """Accept *inbound* as a delivery that *proof* shows to come from who has one of *secrets*.

    Raises:
        VisitRefused: it does not, or was signed too long ago.
    """
    if isinstance(proof, Shown):
        _check_shown(inbound.headers.get(proof.header, ""), proof, secrets)
    else:
        _check_signed(inbound, proof, secrets)


def _check_shown(given: str, proof: Shown, secrets: Sequence[Secret]) -> None:
    if not proof.basic:
        check_secret(given, secrets)
        return
    scheme, _, rest = given.partition(" ")
    if scheme.casefold() != "basic":
        raise VisitRefused("the user and the password are not there")
    known = (base64.b64encode(secret.reveal().encode()).decode() for secret in secrets)
    if not is_one_of(rest.strip(), known):
        raise VisitRefused("the user or the password is another one")


def _check_signed(inbound: Inbound, proof: Signed, secrets: Sequence[Secret]) -> None:
    header = inbound.headers.get(proof.header, "")
    given = _parts(header, proof.part) if proof.part else [header]
    if not any(given):
        raise VisitRefused(f"there is no signature in {proof.header}")
    times = _parts(header, proof.time_part) if proof.time_part else []
    time = times[0] if times else inbound.headers.get(proof.time, "")
    signed = partial(_signed, proof=proof, time=time)

    def fits(contents: Iterable[bytes]) -> bool:
        return any(
            is_one_of(one, _made(content, proof, secrets)) for content in contents for one in given
        )

    decoded = replace(inbound, url=DECODED.sub(lambda found: unquote(found[0]), inbound.url))
    if not fits(dict.fromkeys((signed(inbound), signed(decoded)))):
        what = next(
            (form.what for form in _almost(inbound, proof, time) if fits([form.content])), ""
        )
        refusal = "the signature does not fit what it should sign"
        raise VisitRefused(f"{refusal}, but it fits {what}" if what else refusal)
    if "{time}" in proof.signs:
        _check_time(time, inbound, proof)


def _made(content: bytes, proof: Signed, secrets: Sequence[Secret]) -> Iterator[str]:
    for secret in secrets:
        yield mac(content, secret, digest=proof.digest, encoding=proof.encoding)


def _almost(inbound: Inbound, proof: Signed, time: str) -> Iterator[Form]:
    signed = partial(_signed, proof=proof, time=time)
    if "{url}" in proof.signs:
        yield from nearby(inbound, signed)
        return
    for body, what in bodies(inbound.body):
        yield Form(signed(replace(inbound, body=body)), what)


def _signed(inbound: Inbound, *, proof: Signed, time: str) -> bytes:
    """Return what *proof* signs of *inbound*."""
    texts: Mapping[str, bytes] = {
        "{body}": inbound.body,
        "{method}": inbound.method.encode("utf-8", "replace"),
        "{time}": time.encode("utf-8", "replace"),
        "{url}": inbound.url.encode("utf-8", "replace"),
    }
    pieces = re.split(r"(\{\w+\})", proof.signs)
    return b"".join(texts.get(piece, piece.encode()) for piece in pieces)


def _parts(header: str, name: str) -> list[str]:
    """Return the values of the parts of *header* that are called *name*."""
    pairs = (part.strip().partition("=") for part in header.split(",")[: 2 * _MOST])
    return [value for key, _, value in pairs if key == name][:_MOST]


def _check_time(time: str, inbound: Inbound, proof: Signed) -> None:
    try:
        signed_at = moment(time[:_LONGEST_TIME], proof.dialect)
    except UnrecognisedError as error:
        raise VisitRefused("the delivery does not say when it was signed") from error
    if signed_at.tzinfo is None:
        raise VisitRefused("the delivery was signed at a time without a zone")
    check_recent(signed_at, inbound.received_at, proof.window)
