"""Ways to prove that a request comes from where it says, each written once for every host.

A proof that fails raises `VisitRefused` with a text for the log; whoever asked learns nothing.
Every way takes several keys, all valid at once, so that a key can be replaced without a gap.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

import jwt

from context_sidecar.core.errors import VisitRefused
from context_sidecar.core.host import Memory
from context_sidecar.core.secrets import Secret

CLOCK_SKEW = timedelta(seconds=60)
"""How far a host's clock may be from ours where its token names times."""

_POINTS_AT_A_KEY = frozenset({"jku", "jwk", "x5u", "x5c", "crit"})


def mac(
    content: bytes,
    secret: Secret,
    *,
    digest: Literal["sha1", "sha256"] = "sha256",
    encoding: Literal["hex", "base64"] = "hex",
) -> str:
    """Return the HMAC (RFC 2104) of *content* as text: lower-case hexadecimal, or base64 with its
    padding."""
    made = hmac.digest(secret.reveal().encode(), content, digest)
    return made.hex() if encoding == "hex" else base64.b64encode(made).decode()


def check_mac(
    content: bytes,
    given: str,
    secrets: Sequence[Secret],
    *,
    digest: Literal["sha1", "sha256"] = "sha256",
    encoding: Literal["hex", "base64"] = "hex",
) -> None:
    """Accept *given* as the HMAC of *content* under one of *secrets*, compared in constant time.

    Raises:
        VisitRefused: it is not.
    """
    offered = given.encode("utf-8", "replace")
    matches = [
        hmac.compare_digest(
            mac(content, secret, digest=digest, encoding=encoding).encode(), offered
        )
        for secret in secrets
    ]
    if not any(matches):
        raise VisitRefused("the signature does not fit what it should sign")


def read_jwt(
    token: str,
    keys: Sequence[str],
    *,
    algorithm: Literal["RS256"],
    now: datetime,
    longest: timedelta,
) -> Mapping[str, Any]:
    """Return the claims of a JSON Web Token (RFC 7519) that one of *keys* signed and that is valid
    *now*.

    The algorithm is the caller's choice and the keys are the caller's own: a token that names or
    brings a key of its own is refused, and its `kid` selects nothing (RFC 8725, sections 3.1 and
    3.10). `exp` must be there, at most *longest* away, so that used tokens need not be remembered
    for ever; `nbf` and `iat` are kept to where they are given.

    Args:
        token: the compact form, as received.
        keys: public keys as PEM.
        algorithm: the only one that is accepted.
        now: our clock.
        longest: the longest life that a token may still have.

    Raises:
        VisitRefused: any of that does not hold.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError as error:
        raise VisitRefused(f"the token cannot be read: {error}") from error
    if pointers := _POINTS_AT_A_KEY & header.keys():
        raise VisitRefused(f"the token chooses how it is read: {', '.join(sorted(pointers))}")
    claims = _signed_by_one_of(keys, token, algorithm)
    _check_times(claims, now, longest)
    return claims


def use_once(memory: Memory, scope: str, proof: str, until: datetime) -> None:
    """Accept *proof* the first time it is shown within *scope*; it is remembered until *until*.

    Call this last, so that a request which fails otherwise uses nothing up.

    Raises:
        VisitRefused: it was shown before.
    """
    digest = hashlib.sha256(repr((scope, proof)).encode()).hexdigest()
    if not memory.first_use(digest, until):
        raise VisitRefused("the proof was used before")


def _signed_by_one_of(keys: Sequence[str], token: str, algorithm: str) -> dict[str, Any]:
    # Times are checked against the clock we are handed, not against PyJWT's; who the token is for
    # is the host's own question.
    ours = dict.fromkeys(
        ("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss"), False
    )
    refusal: Exception | None = None
    for key in keys:
        try:
            return jwt.decode(token, key, algorithms=[algorithm], options=ours)  # type: ignore[arg-type]  # PyJWT types its options by literal keys
        except jwt.InvalidTokenError as error:
            refusal = error
    raise VisitRefused(f"no key of ours signed the token: {refusal}") from refusal


def _check_times(claims: Mapping[str, Any], now: datetime, longest: timedelta) -> None:
    expires = _time(claims, "exp")
    if expires is None:
        raise VisitRefused("the token never expires")
    if expires + CLOCK_SKEW.total_seconds() <= now.timestamp():
        raise VisitRefused("the token has expired")
    if expires > (now + longest).timestamp():
        raise VisitRefused("the token lives too long")
    for name in ("nbf", "iat"):
        since = _time(claims, name)
        if since is not None and since - CLOCK_SKEW.total_seconds() > now.timestamp():
            raise VisitRefused(f"the token is from the future ({name})")


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise VisitRefused(f"the token's {name} is no time")
    return float(value)
